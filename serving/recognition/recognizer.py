"""Find entities in posts with an exported model."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
from gaihe.serving.core.failures import Found, all_found, attempted
from gaihe.serving.core.invisible import visible
from gaihe.serving.core.operating_points import DEFAULT_OPERATING_POINT
from gaihe.serving.core.post_scores import PostScores
from gaihe.serving.core.schema import Entity
from gaihe.serving.core.texts import listed
from gaihe.serving.core.windows import windows
from gaihe.serving.model.model_file import ModelError, ModelMetadata, default_model, open_session
from gaihe.serving.model.post_labels import Sums, added
from gaihe.serving.recognition.batches import available_cores, chunks, jobs
from gaihe.serving.recognition.entities import entities
from gaihe.serving.recognition.judging import Judging
from gaihe.serving.recognition.mentions import with_mentions
from gaihe.serving.recognition.placement import placed
from gaihe.serving.recognition.reading import Reading
from gaihe.serving.recognition.scoring import Mapper, Scoring, Session, surest_outside
from gaihe.serving.recognition.viterbi import Decoder
from gaihe.serving.types import sheet_of
from numpy.typing import NDArray

SECTION_WINDOWS = 128
"""Windows of one text that are decoded together."""


class Recognizer(Judging):
    """Finds personal data in posts; safe to share between threads and to use after a fork.

    Use `Recognizer.load`. One that was loaded so can be pickled: the path goes, and the other process loads it anew.
    """

    _source: tuple[str | None] | None = None
    """What `load` was given, where it was read by that."""

    def __init__(
        self,
        session: Session,
        metadata: ModelMetadata,
        operating_point: str = DEFAULT_OPERATING_POINT,
    ) -> None:
        if operating_point not in metadata.operating_points:
            known = ", ".join(metadata.operating_points)
            raise ModelError(f"unknown operating point {operating_point!r}; the model has: {known}")
        for kind in metadata.labels.types:
            sheet_of(kind)
        self.metadata = metadata
        self.operating_point = operating_point
        self._scoring = Scoring(session, metadata)
        self.threshold = metadata.operating_points[operating_point]
        self._decoder = Decoder(len(metadata.labels.types))

    @classmethod
    def load(cls, path: str | Path | None = None, operating_point: str = DEFAULT_OPERATING_POINT) -> Recognizer:
        """Load a model.

        Args:
            path: an exported model; the released one inside the package when left out.
            operating_point: the name of one of the model's operating points.

        Raises:
            ModelError: the file is missing or no model of this project, or it has no such operating point.
            SheetError: a type of the model is installed, but its sheet cannot be used.
        """
        session, metadata = open_session(default_model() if path is None else path)
        loaded = cls(session, metadata, operating_point)
        loaded._source = (None if path is None else str(Path(path).absolute()),)
        return loaded

    def __copy__(self) -> Recognizer:
        """Another one with the same session."""
        other = object.__new__(type(self))
        other.__dict__ |= self.__dict__
        return other

    def __deepcopy__(self, memo: dict[int, Any]) -> Recognizer:
        """The same as a copy, since nothing of what is shared changes."""
        return copy.copy(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """How it travels between processes.

        Raises:
            TypeError: it was not loaded from a file.
        """
        if self._source is None:
            raise TypeError("a recogniser that Recognizer.load did not load cannot be pickled")
        return _unpickled, (*self._source, self.metadata.digest, self.operating_point, self.threshold)

    def at(self, threshold: float) -> Recognizer:
        """The same model with another threshold; what a higher one finds, a lower one finds too.

        Args:
            threshold: the lowest score of an entity that is given, 0 to 1.

        Raises:
            TypeError: a threshold that is no number.
            ValueError: a threshold outside 0 to 1.
        """
        if isinstance(threshold, bool) or not isinstance(threshold, Real):
            raise TypeError(f"a threshold is a number between 0 and 1, not {type(threshold).__name__}")
        if not 0 <= threshold <= 1:
            raise ValueError(f"a threshold lies between 0 and 1, not at {threshold}")
        other = copy.copy(self)
        other.threshold = threshold
        return other

    def detect(self, text: str, threshold: float | None = None) -> list[Entity]:
        """Find the entities of one text of any length, in text order, with offsets in code points.

        Args:
            text: the text.
            threshold: as for `at`; that of the operating point when left out.

        Raises:
            TypeError: something that is not a string.
            ValueError: a threshold outside 0 to 1.
        """
        return (self if threshold is None else self.at(threshold)).read(text).entities

    def read(self, text: str) -> Reading:
        """Find the entities of one text, and what `scores_of` needs, in one pass.

        Raises:
            TypeError: something that is not a string.
        """
        if not isinstance(text, str):
            raise TypeError(f"a text is needed, not {type(text).__name__}; for several there is a method with _batch")
        shown, places = visible(text)
        reading = self._detect_equal([shown])[0] if shown else Reading([], None)
        return reading if places is None else reading._replace(entities=placed(reading.entities, text, places))

    def scores_of(self, reading: Reading) -> PostScores:
        """The post scores of a text that was read.

        Raises:
            ModelError: the model has no post labels.
        """
        if self.metadata.posts is None:
            raise ModelError(
                "the model gives spans alone, no labels of whole posts: export it with a post head (gaihe train-head)"
            )
        return self.metadata.posts.scores(reading.sums)

    def detect_batch(
        self, texts: Iterable[str], threads: int | None = None, threshold: float | None = None
    ) -> list[list[Entity]]:
        """Find the entities of many texts.

        Texts of one length share a run of the model. Nothing is padded and nothing is scaled over a batch, so that
        a text's result does not depend on its neighbours or on ``threads``. The interpreter lock is released while
        the model runs.

        Args:
            texts: texts of any length, in any order.
            threads: how many runs of the model go on at a time; as many as there are cores when left out.
            threshold: as for `at`; that of the operating point when left out.

        Returns:
            For each text, in the order given, its entities in text order.

        Raises:
            TypeError: something that is not a string, by its position.
            ValueError: ``threads`` is below 1, or a threshold outside 0 to 1.
            TextsFailedError: texts that could not be processed, after all others were; it holds their results.
        """
        recognizer = self if threshold is None else self.at(threshold)
        return all_found(recognizer.attempt_batch(texts, threads))

    def attempt_batch(self, texts: Iterable[str], threads: int | None = None) -> list[Found]:
        """`detect_batch` that gives, for a text that could not be processed, the error instead of raising it.

        A span whose value cannot be worked out is no such case: it is given with its own text as its value.
        """
        readings = self.attempt_readings(texts, threads)
        return [reading if isinstance(reading, Exception) else reading.entities for reading in readings]

    def attempt_readings(self, texts: Iterable[str], threads: int | None = None) -> list[Reading | Exception]:
        """`read` of many texts; for one that could not be processed, the error."""
        given = listed(texts)
        if threads is None:
            threads = available_cores()
        if threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        if threads == 1:
            return [reading for chunk in chunks(given, len) for reading in self._read_chunk(chunk, 1, map)]
        with ThreadPoolExecutor(threads) as pool:
            return [reading for chunk in chunks(given, len) for reading in self._read_chunk(chunk, threads, pool.map)]

    def _read_chunk(self, texts: Sequence[str], threads: int, mapper: Mapper) -> list[Reading | Exception]:
        found: list[Reading | Exception] = [Reading([], None) for _ in texts]
        shown = [visible(text) for text in texts]
        read = [text for text, _ in shown]
        longest = SECTION_WINDOWS * (self.metadata.window - self.metadata.overlap)
        work = list(jobs([len(text) if len(text) <= longest else 0 for text in read], threads))
        parallel = mapper if len(work) > 1 else map
        groups = ([read[index] for index in job] for job in work)
        for job, results in zip(work, parallel(partial(attempted, self._detect_equal), groups), strict=True):
            for index, reading in zip(job, results, strict=True):
                found[index] = reading
        for index, text in enumerate(read):
            if len(text) > longest:
                (found[index],) = attempted(lambda alone: [self._detect_long(alone[0], mapper)], [text])
        for index, (_, places) in enumerate(shown):
            reading = found[index]
            if places is not None and not isinstance(reading, Exception):
                found[index] = reading._replace(entities=placed(reading.entities, texts[index], places))
        return found

    def _entities(self, text: str, path: Sequence[int], scores: NDArray[np.float32], offset: int = 0) -> list[Entity]:
        """Those of the best path, and what else reaches the threshold."""
        scale = self.metadata.scores
        threshold = min(self.threshold, scale.floor)
        return entities(text, path, scores, self.metadata.labels.types, scale, threshold, offset)

    def _with_mentions(self, found: list[Entity], text: str) -> list[Entity]:
        """What was found in a whole text, and the further mentions of its organisations, at the threshold."""
        if not found:
            return found
        return [
            entity
            for entity in with_mentions(found, text, self.metadata.scores.floor)
            if entity.score is not None and entity.score >= self.threshold
        ]

    def _detect_equal(self, texts: Sequence[str]) -> list[Reading]:
        """Read texts of one length."""
        length = len(texts[0])
        if length > self.metadata.window:
            return [self._detect_long(text, map) for text in texts]
        scores, sums = self._scoring.of_equal(texts)
        paths = self._decoder.paths(scores)
        if paths is None:
            if self.threshold >= self.metadata.scores.floor:
                return [Reading([], own) for own in sums]
            paths = [[0] * length] * len(texts)
        rows = zip(texts, paths, scores, sums, strict=True)
        return [
            Reading(self._with_mentions(self._entities(text, path, row), text), own) for text, path, row, own in rows
        ]

    def _detect_long(self, text: str, mapper: Mapper) -> Reading:
        """Read a text of several windows, a section at a time.

        A section ends before the character, among its last ones, that is most surely outside.
        """
        cuts = windows(text, self.metadata.window, self.metadata.overlap)
        found: list[Entity] = []
        sums: list[Sums | None] = []
        carried = np.empty((0, len(self.metadata.labels.names)), dtype=np.float32)
        position = 0
        for first in range(0, len(cuts), SECTION_WINDOWS):
            kept = [carried]
            for own, row in self._scoring.of_windows(text, cuts[first : first + SECTION_WINDOWS], mapper):
                kept.append(row)
                sums.append(own)
            scores = np.concatenate(kept)
            last = first + SECTION_WINDOWS >= len(cuts)
            end = len(scores) if last else surest_outside(scores)
            paths = self._decoder.paths(scores[None, :end])
            if paths is not None or self.threshold < self.metadata.scores.floor:
                path = [0] * end if paths is None else paths[0]
                found += self._entities(text[position : position + end], path, scores, position)
            carried = scores[end:]
            position += end
        return Reading(self._with_mentions(found, text), added(sums))

    def label_scores(self, text: str) -> NDArray[np.float32]:
        """Log-probabilities of the labels of a text's characters, shape ``(characters, labels)``.

        Args:
            text: a text of any length, of which all is visible.
        """
        return self._scoring.of(text)


@lru_cache(1)
def _read_again(path: str | None, digest: str) -> Recognizer:
    """The model of a pickled recogniser, which is loaded once a process.

    Raises:
        ModelError: it cannot be read, or is another one by now.
    """
    recognizer = Recognizer.load(path)
    if recognizer.metadata.digest != digest:
        raise ModelError(f"{path or default_model()} is not the model that was pickled: pickle the recogniser again")
    return recognizer


def _unpickled(path: str | None, digest: str, operating_point: str, threshold: float) -> Recognizer:
    other = _read_again(path, digest).at(threshold)
    other.operating_point = operating_point
    return other
