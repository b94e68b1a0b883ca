"""Find entities in posts with an exported model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from gaihe.serving.disguise import reveal
from gaihe.serving.formats import canonical, valid
from gaihe.serving.model_file import DEFAULT_OPERATING_POINT, ModelError, ModelMetadata, default_model, open_session
from gaihe.serving.schema import Entity, EntityType
from gaihe.serving.viterbi import decode
from gaihe.serving.windows import Window, windows
from numpy.typing import NDArray

CHUNK_CHARACTERS = 1 << 18


@dataclass(frozen=True, slots=True)
class _Piece:
    """One window of one text, as token ids without start and end."""

    text: int
    window: Window
    ids: NDArray[np.int32]


class Recognizer:
    """Finds personal data in posts; safe to share between threads.

    Use `Recognizer.load`.
    """

    def __init__(
        self,
        session: ort.InferenceSession,
        metadata: ModelMetadata,
        operating_point: str = DEFAULT_OPERATING_POINT,
        batch_tokens: int = 1,
    ) -> None:
        if operating_point not in metadata.operating_points:
            known = ", ".join(metadata.operating_points)
            raise ModelError(f"unknown operating point {operating_point!r}; the model has: {known}")
        self.metadata = metadata
        self.operating_point = operating_point
        self.batch_tokens = batch_tokens
        self._session = session
        self._enter = metadata.operating_points[operating_point].bias(metadata.labels)

    @classmethod
    def load(
        cls,
        path: str | Path | None = None,
        operating_point: str = DEFAULT_OPERATING_POINT,
        batch_tokens: int = 1,
    ) -> Recognizer:
        """Load a model.

        A batch holds windows of like length and at least one. Dynamic int8 scales activations over a whole batch, so
        with more than one window in it a post's result depends on its neighbours; on one core larger batches have
        been measured to be no faster either.

        Args:
            path: an exported model; the released one inside the package when left out.
            operating_point: the name of one of the model's operating points.
            batch_tokens: tokens that a batch may hold, padding included; worth raising for fp32 models.

        Raises:
            ModelError: the file is missing or no model of this project, or it has no such operating point.
        """
        session, metadata = open_session(default_model() if path is None else path)
        return cls(session, metadata, operating_point, batch_tokens)

    def detect(self, text: str) -> list[Entity]:
        """Find the entities of one text of any length, in text order, with offsets in code points."""
        return self.detect_batch([text])[0]

    def detect_batch(self, texts: Sequence[str], threads: int = 1) -> list[list[Entity]]:
        """Find the entities of many texts.

        Args:
            texts: texts of any length, in any order.
            threads: how many batches run at a time.

        Returns:
            For each text, in the order given, its entities in text order.

        Raises:
            TypeError: something that is not a string, by its position.
            ValueError: ``threads`` is below 1.
        """
        if isinstance(texts, str):
            raise TypeError("detect_batch takes a sequence of texts; for one text use detect")
        if threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        for position, text in enumerate(texts):
            if not isinstance(text, str):
                raise TypeError(f"text {position} is {type(text).__name__}, not str")
        if threads == 1:
            return [entities for chunk in self._chunks(texts) for entities in self._detect_chunk(chunk, None)]
        with ThreadPoolExecutor(threads) as pool:
            return [entities for chunk in self._chunks(texts) for entities in self._detect_chunk(chunk, pool)]

    @staticmethod
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

    def _detect_chunk(self, texts: Sequence[str], pool: ThreadPoolExecutor | None) -> list[list[Entity]]:
        batches = list(self._batches(texts))
        results = map(self._run, batches) if pool is None else pool.map(self._run, batches)
        whole: list[list[Entity]] = [[] for _ in texts]
        stitched: dict[int, NDArray[np.float32]] = {}
        labels = len(self.metadata.labels.names)
        for batch, scores in zip(batches, results, strict=True):
            complete = [row for row, piece in enumerate(batch) if len(piece.ids) == len(texts[piece.text])]
            if complete:
                lengths = np.array([len(batch[row].ids) for row in complete])
                paths = decode(scores[complete], lengths, self._enter)
                for row, path in zip(complete, paths, strict=True):
                    index = batch[row].text
                    whole[index] = self._entities(texts[index], path, scores[row])
            for row, piece in enumerate(batch):
                text = texts[piece.text]
                if len(piece.ids) < len(text):
                    target = stitched.setdefault(piece.text, np.empty((len(text), labels), np.float32))
                    window = piece.window
                    kept = slice(window.keep_start - window.start, window.keep_end - window.start)
                    target[window.keep_start : window.keep_end] = scores[row, kept]
        for index, scores in stitched.items():
            path = decode(scores[None], np.array([len(scores)]), self._enter)[0]
            whole[index] = self._entities(texts[index], path, scores)
        return whole

    def _batches(self, texts: Sequence[str]) -> Iterator[list[_Piece]]:
        """Windows of all texts, shortest first, in batches of at most ``batch_tokens`` tokens with padding."""
        window_size, overlap = self.metadata.window, self.metadata.overlap
        pieces: list[_Piece] = []
        for index, text in enumerate(texts):
            ids = self.metadata.vocabulary.encode(text)
            pieces += [_Piece(index, cut, ids[cut.start : cut.end]) for cut in windows(len(ids), window_size, overlap)]
        pieces.sort(key=lambda piece: len(piece.ids))
        batch: list[_Piece] = []
        for piece in pieces:
            if batch and (len(batch) + 1) * (len(piece.ids) + 2) > self.batch_tokens:
                yield batch
                batch = []
            batch.append(piece)
        if batch:
            yield batch

    def _run(self, batch: list[_Piece]) -> NDArray[np.float32]:
        """Log-probabilities of the labels, shape ``(pieces, longest piece, labels)``."""
        special = self.metadata.vocabulary.special
        width = max(len(piece.ids) for piece in batch) + 2
        input_ids = np.full((len(batch), width), special.padding, dtype=np.int64)
        mask = np.zeros((len(batch), width), dtype=np.int64)
        input_ids[:, 0] = special.start
        for row, piece in enumerate(batch):
            length = len(piece.ids)
            input_ids[row, 1 : length + 1] = piece.ids
            input_ids[row, length + 1] = special.end
            mask[row, : length + 2] = 1
        (logits,) = self._session.run(None, {"input_ids": input_ids, "attention_mask": mask})
        return _log_softmax(logits[:, 1:-1])

    def _entities(self, text: str, path: NDArray[np.int64], scores: NDArray[np.float32]) -> list[Entity]:
        return [
            _entity(text, start, end, kind, float(np.exp(scores[np.arange(start, end), path[start:end]].mean())))
            for start, end, kind in self.metadata.labels.spans(path)
        ]


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def _entity(text: str, start: int, end: int, kind: EntityType, score: float) -> Entity:
    surface = text[start:end]
    revealed = reveal(surface, kind)
    value = canonical(kind, revealed.text)
    return Entity(start, end, kind, surface, value, round(score, 4), valid(kind, value), revealed.kinds)
