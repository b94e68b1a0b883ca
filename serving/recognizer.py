"""Find entities in posts with an exported model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import exp
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from gaihe.serving.batching import BATCH_TOKENS, available_cores, chunks, jobs
from gaihe.serving.core.invisible import visible
from gaihe.serving.core.schema import Entity
from gaihe.serving.core.windows import windows
from gaihe.serving.failures import Found, all_found, attempted
from gaihe.serving.model_file import (
    DEFAULT_OPERATING_POINT,
    ENTER,
    INPUTS,
    ModelError,
    ModelMetadata,
    default_model,
    open_session,
)
from gaihe.serving.placement import placed
from gaihe.serving.post_labels import Sums, added
from gaihe.serving.reading import Reading
from gaihe.serving.runtime import onnxruntime as ort
from gaihe.serving.verdict.judging import Judging
from gaihe.serving.verdict.post_scores import PostScores
from gaihe.serving.verification import Biases, Verdict, judge, settle, settled, unjudged
from gaihe.serving.viterbi import Decoder
from numpy.typing import NDArray

SECTION_WINDOWS = 128
"""Windows of one text that are decoded together."""
LONGEST_TAIL = 512
"""Characters at a section's end among which the cut to the next section lies."""

_In = TypeVar("_In")
_Out = TypeVar("_Out")


class _Mapper(Protocol):
    """``map``, or the ``map`` of a thread pool."""

    def __call__(self, function: Callable[[_In], _Out], items: Iterable[_In], /) -> Iterable[_Out]: ...


class Recognizer(Judging):
    """Finds personal data in posts; safe to share between threads and to use after a fork.

    Use `Recognizer.load`.
    """

    def __init__(
        self,
        session: ort.InferenceSession,
        metadata: ModelMetadata,
        operating_point: str = DEFAULT_OPERATING_POINT,
    ) -> None:
        if operating_point not in metadata.operating_points:
            known = ", ".join(metadata.operating_points)
            raise ModelError(f"unknown operating point {operating_point!r}; the model has: {known}")
        self.metadata = metadata
        self.operating_point = operating_point
        self._session = session
        self._point = metadata.operating_points[operating_point]
        biases = self._point.biases(metadata.labels)
        self._decoder = Decoder(*biases)
        self._bias = self._decoder.bias
        self._biases = Biases(*biases.tolist())

    @classmethod
    def load(cls, path: str | Path | None = None, operating_point: str = DEFAULT_OPERATING_POINT) -> Recognizer:
        """Load a model.

        Args:
            path: an exported model; the released one inside the package when left out.
            operating_point: the name of one of the model's operating points.

        Raises:
            ModelError: the file is missing or no model of this project, or it has no such operating point.
        """
        session, metadata = open_session(default_model() if path is None else path)
        return cls(session, metadata, operating_point)

    def detect(self, text: str) -> list[Entity]:
        """Find the entities of one text of any length, in text order, with offsets in code points.

        Raises:
            TypeError: something that is not a string.
        """
        return self.read(text).entities

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

    def detect_batch(self, texts: Sequence[str], threads: int | None = None) -> list[list[Entity]]:
        """Find the entities of many texts.

        Texts of one length share a run of the model. Nothing is padded and nothing is scaled over a batch, so that
        a text's result does not depend on its neighbours or on ``threads``. The interpreter lock is released while
        the model runs.

        Args:
            texts: texts of any length, in any order.
            threads: how many runs of the model go on at a time; as many as there are cores when left out.

        Returns:
            For each text, in the order given, its entities in text order.

        Raises:
            TypeError: something that is not a string, by its position.
            ValueError: ``threads`` is below 1.
            TextsFailedError: texts that could not be processed, after all others were; it holds their results.
        """
        return all_found(self.attempt_batch(texts, threads))

    def attempt_batch(self, texts: Sequence[str], threads: int | None = None) -> list[Found]:
        """`detect_batch` that gives, for a text that could not be processed, the error instead of raising it.

        A span whose value cannot be worked out is no such case: it is given with its own text as its value.
        """
        readings = self.attempt_readings(texts, threads)
        return [reading if isinstance(reading, Exception) else reading.entities for reading in readings]

    def attempt_readings(self, texts: Sequence[str], threads: int | None = None) -> list[Reading | Exception]:
        """`read` of many texts; for one that could not be processed, the error."""
        if isinstance(texts, str):
            raise TypeError("a sequence of texts is needed; for one text there is a method without _batch")
        if threads is None:
            threads = available_cores()
        if threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        for position, text in enumerate(texts):
            if not isinstance(text, str):
                raise TypeError(f"text {position} is {type(text).__name__}, not str")
        if threads == 1:
            return [reading for chunk in chunks(texts) for reading in self._read_chunk(chunk, 1, map)]
        with ThreadPoolExecutor(threads) as pool:
            return [reading for chunk in chunks(texts) for reading in self._read_chunk(chunk, threads, pool.map)]

    def _read_chunk(self, texts: Sequence[str], threads: int, mapper: _Mapper) -> list[Reading | Exception]:
        found: list[Reading | Exception] = [Reading([], None) for _ in texts]
        whole, shown = texts, [visible(text) for text in texts]
        texts = [text for text, _ in shown]
        longest = SECTION_WINDOWS * (self.metadata.window - self.metadata.overlap)
        groups = list(jobs([len(text) if len(text) <= longest else 0 for text in texts], threads))
        parallel = mapper if len(groups) > 1 else map
        inputs = ([texts[index] for index in group] for group in groups)
        for group, results in zip(groups, parallel(partial(attempted, self._detect_equal), inputs), strict=True):
            for index, reading in zip(group, results, strict=True):
                found[index] = reading
        for index, text in enumerate(texts):
            if len(text) > longest:
                (found[index],) = attempted(lambda alone: [self._detect_long(alone[0], mapper)], [text])
        for index, (_, places) in enumerate(shown):
            reading = found[index]
            if places is not None and not isinstance(reading, Exception):
                found[index] = reading._replace(entities=placed(reading.entities, whole[index], places))
        return found

    def _detect_equal(self, texts: Sequence[str]) -> list[Reading]:
        """Read texts of one length."""
        length = len(texts[0])
        if length > self.metadata.window:
            return [self._detect_long(text, map) for text in texts]
        scores, sums = self._run(self.metadata.vocabulary.tokens(texts))
        paths = self._decoder.paths(scores)
        if paths is None:
            return [Reading([], own) for own in sums]
        rows = zip(texts, paths, scores, sums, strict=True)
        return [Reading(self._entities(text, path, row), own) for text, path, row, own in rows]

    def _detect_long(self, text: str, mapper: _Mapper) -> Reading:
        """Read a text of several windows, a section at a time.

        A section ends before the character, among its last ones, that is most surely outside.
        """
        size = self.metadata.window
        cuts = windows(len(text), size, self.metadata.overlap)
        rows = max(1, BATCH_TOKENS // (size + 2))
        found: list[Entity] = []
        sums: list[Sums | None] = []
        carried = np.empty((0, len(self.metadata.labels.names)), dtype=np.float32)
        position = 0
        for first in range(0, len(cuts), SECTION_WINDOWS):
            section = cuts[first : first + SECTION_WINDOWS]
            runs = [section[row : row + rows] for row in range(0, len(section), rows)]
            inputs = [
                self.metadata.vocabulary.tokens([text[window.start : window.end] for window in run]) for run in runs
            ]
            kept = [carried]
            for run, (rows_read, own) in zip(runs, mapper(self._run, inputs), strict=True):
                kept += [
                    row[window.keep_start - window.start : window.keep_end - window.start]
                    for window, row in zip(run, rows_read, strict=True)
                ]
                sums.extend(own)
            scores = np.concatenate(kept)
            last = first + SECTION_WINDOWS >= len(cuts)
            end = len(scores) if last else _surest_outside(scores)
            paths = self._decoder.paths(scores[None, :end])
            if paths is not None:
                found += self._entities(text[position : position + end], paths[0], scores, position)
            carried = scores[end:]
            position += end
        return Reading(found, added(sums))

    def _run(self, tokens: NDArray[np.int32]) -> tuple[NDArray[np.float32], Sequence[Sums | None]]:
        """Log-probabilities of the labels plus the biases of the operating point, and the sums of the post labels.

        Args:
            tokens: windows of one length with start and end, shape ``(rows, characters + 2)``.

        Returns:
            Shape ``(rows, characters, labels)``; and by row as `Reading` holds them.
        """
        scores, *sums = self._session.run(None, {INPUTS[0]: tokens, ENTER: self._bias})
        return scores[:, 1:-1], sums[0] if sums else [None] * len(tokens)

    def _entities(self, text: str, path: Sequence[int], scores: NDArray[np.float32], offset: int = 0) -> list[Entity]:
        labels = self.metadata.labels
        biases, types = self._biases, labels.types
        found = []
        for start, end, kind in labels.spans(path):
            whole = sum(map(scores.item, range(start, end), path[start:end]))
            length = end - start
            bias = biases.of((path[start] - 1) % len(types), length)
            score = self.metadata.scores.of(exp((whole - bias) / length))
            if score < self._point.least:
                continue
            surface = text[start:end]
            try:
                verdict = judge(surface, kind)
                if not settled(verdict):
                    verdict = settle(verdict, surface, scores[start:end], types, biases)
            except Exception:  # a span that cannot be judged is personal data all the same
                verdict = unjudged(surface, kind)
            if verdict.valid is not False or not self._point.rejects:
                found.append(_entity(surface, start + offset, verdict, score))
        return found


def _surest_outside(scores: NDArray[np.float32]) -> int:
    tail = scores[-LONGEST_TAIL:]
    return len(scores) - len(tail) + int((tail[:, 0] - tail[:, 1:].max(axis=1)).argmax())


def _entity(surface: str, start: int, verdict: Verdict, score: float) -> Entity:
    return Entity(
        start,
        start + len(surface),
        verdict.kind,
        surface,
        verdict.value,
        round(score, 4),
        verdict.valid,
        verdict.evasion,
    )
