"""Find entities in posts with an exported model."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from math import exp
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
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
from gaihe.serving.runtime import onnxruntime as ort
from gaihe.serving.types import sheet_of
from gaihe.serving.verification import Biases, Verdict, judge, settle, settled, unjudged
from gaihe.serving.viterbi import Decoder
from numpy.typing import NDArray

BATCH_TOKENS = 400
"""Tokens that the graph sees at once; with more, what a layer hands to the next no longer fits a core's own cache."""
CHUNK_CHARACTERS = 1 << 18
"""Characters of a batch of texts that are worked on before the next ones are looked at."""
SECTION_WINDOWS = 128
"""Windows of one text that are decoded together."""
LONGEST_TAIL = 512
"""Characters at a section's end among which the cut to the next section lies."""

_In = TypeVar("_In")
_Out = TypeVar("_Out")


class _Mapper(Protocol):
    """``map``, or the ``map`` of a thread pool."""

    def __call__(self, function: Callable[[_In], _Out], items: Iterable[_In], /) -> Iterable[_Out]: ...


class Recognizer:
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
        for kind in metadata.labels.types:
            sheet_of(kind)
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
            SheetError: a type of the model is installed, but its sheet cannot be used.
        """
        session, metadata = open_session(default_model() if path is None else path)
        return cls(session, metadata, operating_point)

    def detect(self, text: str) -> list[Entity]:
        """Find the entities of one text of any length, in text order, with offsets in code points.

        Raises:
            TypeError: something that is not a string.
        """
        if not isinstance(text, str):
            raise TypeError(f"detect takes a text, not {type(text).__name__}; for several use detect_batch")
        shown, places = visible(text)
        found = self._detect_equal([shown])[0] if shown else []
        return found if places is None else placed(found, text, places)

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
        if isinstance(texts, str):
            raise TypeError("detect_batch takes a sequence of texts; for one text use detect")
        if threads is None:
            threads = available_cores()
        if threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        for position, text in enumerate(texts):
            if not isinstance(text, str):
                raise TypeError(f"text {position} is {type(text).__name__}, not str")
        if threads == 1:
            return [entities for chunk in _chunks(texts) for entities in self._detect_chunk(chunk, 1, map)]
        with ThreadPoolExecutor(threads) as pool:
            return [entities for chunk in _chunks(texts) for entities in self._detect_chunk(chunk, threads, pool.map)]

    def _detect_chunk(self, texts: Sequence[str], threads: int, mapper: _Mapper) -> list[Found]:
        found: list[Found] = [[] for _ in texts]
        whole, shown = texts, [visible(text) for text in texts]
        texts = [text for text, _ in shown]
        longest = SECTION_WINDOWS * (self.metadata.window - self.metadata.overlap)
        jobs = list(_jobs([len(text) if len(text) <= longest else 0 for text in texts], threads))
        parallel = mapper if len(jobs) > 1 else map
        groups = ([texts[index] for index in job] for job in jobs)
        for job, results in zip(jobs, parallel(partial(attempted, self._detect_equal), groups), strict=True):
            for index, entities in zip(job, results, strict=True):
                found[index] = entities
        for index, text in enumerate(texts):
            if len(text) > longest:
                (found[index],) = attempted(lambda alone: [self._detect_long(alone[0], mapper)], [text])
        for index, (_, places) in enumerate(shown):
            entities = found[index]
            if places is not None and not isinstance(entities, Exception):
                found[index] = placed(entities, whole[index], places)
        return found

    def _detect_equal(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Find the entities of texts of one length."""
        length = len(texts[0])
        if length > self.metadata.window:
            return [self._detect_long(text, map) for text in texts]
        scores = self._run(self.metadata.vocabulary.tokens(texts))
        paths = self._decoder.paths(scores)
        if paths is None:
            return [[] for _ in texts]
        return [self._entities(text, path, row) for text, path, row in zip(texts, paths, scores, strict=True)]

    def _detect_long(self, text: str, mapper: _Mapper) -> list[Entity]:
        """Find the entities of a text of several windows, a section at a time.

        A section ends before the character, among its last ones, that is most surely outside.
        """
        size = self.metadata.window
        cuts = windows(len(text), size, self.metadata.overlap)
        rows = max(1, BATCH_TOKENS // (size + 2))
        found: list[Entity] = []
        carried = np.empty((0, len(self.metadata.labels.names)), dtype=np.float32)
        position = 0
        for first in range(0, len(cuts), SECTION_WINDOWS):
            section = cuts[first : first + SECTION_WINDOWS]
            runs = [section[row : row + rows] for row in range(0, len(section), rows)]
            inputs = [
                self.metadata.vocabulary.tokens([text[window.start : window.end] for window in run]) for run in runs
            ]
            kept = [carried]
            for run, rows_read in zip(runs, mapper(self._run, inputs), strict=True):
                kept += [
                    row[window.keep_start - window.start : window.keep_end - window.start]
                    for window, row in zip(run, rows_read, strict=True)
                ]
            scores = np.concatenate(kept)
            last = first + SECTION_WINDOWS >= len(cuts)
            end = len(scores) if last else _surest_outside(scores)
            paths = self._decoder.paths(scores[None, :end])
            if paths is not None:
                found += self._entities(text[position : position + end], paths[0], scores, position)
            carried = scores[end:]
            position += end
        return found

    def _run(self, tokens: NDArray[np.int32]) -> NDArray[np.float32]:
        """Log-probabilities of the labels plus the biases of the operating point, ``(rows, characters, labels)``.

        Args:
            tokens: windows of one length with start and end, shape ``(rows, characters + 2)``.
        """
        scores: NDArray[np.float32] = self._session.run(None, {INPUTS[0]: tokens, ENTER: self._bias})[0]
        return scores[:, 1:-1]

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


def available_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut the input where about `CHUNK_CHARACTERS` are full, so that memory does not grow with its length."""
    start = characters = 0
    for position, text in enumerate(texts):
        characters += len(text)
        if characters >= CHUNK_CHARACTERS:
            yield texts[start : position + 1]
            start, characters = position + 1, 0
    if start < len(texts):
        yield texts[start:]


def _jobs(lengths: Sequence[int], threads: int) -> Iterator[list[int]]:
    """Positions of texts of one length, longest first, at most `BATCH_TOKENS` a job and enough jobs for all threads.

    Texts of length 0 are in no job.
    """
    tokens = min(BATCH_TOKENS, 1 + (sum(lengths) + 2 * len(lengths)) // threads)
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    for length, group in groupby(order, lengths.__getitem__):
        if length:
            positions = list(group)
            rows = max(1, tokens // (length + 2))
            yield from (positions[row : row + rows] for row in range(0, len(positions), rows))


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
