"""What a model says of the characters of texts, and of whole posts: runs of its session over windows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
from gaihe.serving.core.windows import Window, windows
from gaihe.serving.model.model_file import INPUTS, ModelMetadata
from gaihe.serving.model.post_labels import Sums
from gaihe.serving.recognition.batches import jobs
from numpy.typing import NDArray

LONGEST_TAIL = 512
"""Characters at the end of a section of a text among which the cut to the next section lies."""
_In = TypeVar("_In")
_Out = TypeVar("_Out")


class Mapper(Protocol):
    """``map``, or the ``map`` of a thread pool."""

    def __call__(self, function: Callable[[_In], _Out], items: Iterable[_In], /) -> Iterable[_Out]:
        """What the function gives of each item, in order."""


class Session(Protocol):
    """What of ``onnxruntime.InferenceSession`` a recogniser needs."""

    def run(self, outputs: Sequence[str] | None, inputs: dict[str, Any], /) -> list[Any]:
        """The outputs of a model for its inputs, by name."""


class Scoring:
    """Runs a model.

    Args:
        session: the model.
        metadata: what its file says of it.
    """

    def __init__(self, session: Session, metadata: ModelMetadata) -> None:
        self.session, self._metadata = session, metadata

    def of_equal(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], Sequence[Sums | None]]:
        """Log-probabilities of the labels, and the sums of the post labels, of texts of one length, a window at most.

        Returns:
            Shape ``(texts, characters, labels)``; and by text as `Reading` holds them.
        """
        scores, *sums = self.session.run(None, {INPUTS[0]: self._metadata.vocabulary.tokens(texts)})
        return scores[:, 1:-1], sums[0] if sums else [None] * len(texts)

    def of_windows(
        self, text: str, cuts: Sequence[Window], mapper: Mapper
    ) -> Iterator[tuple[Sums | None, NDArray[np.float32]]]:
        """The sums of the post labels of each window, and the scores of what it keeps."""
        lengths = [window.end - window.start for window in cuts]
        work = list(jobs(lengths, 1))
        groups = [[text[cuts[place].start : cuts[place].end] for place in job] for job in work]
        read: dict[int, tuple[Sums | None, NDArray[np.float32]]] = {}
        for job, (rows, sums) in zip(work, mapper(self.of_equal, groups), strict=True):
            for place, row, own in zip(job, rows, sums, strict=True):
                window = cuts[place]
                read[place] = own, row[window.keep_start - window.start : window.keep_end - window.start]
        return (read[place] for place in range(len(cuts)))

    def of(self, text: str) -> NDArray[np.float32]:
        """Log-probabilities of the labels of a text's characters, shape ``(characters, labels)``.

        Args:
            text: a text of any length, of which all is visible.
        """
        cuts = windows(text, self._metadata.window, self._metadata.overlap)
        return np.concatenate([row for _, row in self.of_windows(text, cuts, map)])


def surest_outside(scores: NDArray[np.float32]) -> int:
    """The character, among the last ones of a section, that is most surely outside all spans.

    Args:
        scores: log-probabilities of the labels of the section's characters, shape ``(characters, labels)``.
    """
    tail = scores[-LONGEST_TAIL:]
    return len(scores) - len(tail) + int((tail[:, 0] - tail[:, 1:].max(axis=1)).argmax())
