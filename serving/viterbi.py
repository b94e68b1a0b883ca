"""The most probable legal BIOES path, for a whole batch at once.

BIOES leaves each label only two kinds of predecessors: after a closed span or ``O`` (the *outside*
states) come ``O``, ``B`` and ``S``; after ``B`` or ``I`` of a type come its ``I`` and ``E``. One step therefore
costs as many operations as there are labels, not their square.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IMPOSSIBLE = np.float32(-1e9)


def decode(scores: NDArray[np.float32], lengths: NDArray[np.int64], enter: NDArray[np.float32]) -> NDArray[np.int64]:
    """Find the best legal label path of every row.

    Args:
        scores: label scores, shape ``(rows, characters, labels)``, labels ordered as in `LabelSet`.
        lengths: characters in each row, shape ``(rows,)``; later positions come out as ``O``.
        enter: bias for opening a span of each type, shape ``(types,)``.

    Returns:
        Label ids, shape ``(rows, characters)``.
    """
    rows, characters, labels = scores.shape
    path = np.zeros((rows, characters), dtype=np.int64)
    undecided = np.flatnonzero(_leaves_outside(scores, lengths, enter))
    if undecided.size:
        path[undecided] = _decode(scores[undecided], lengths[undecided], enter, (labels - 1) // 4)
    return path


def _leaves_outside(
    scores: NDArray[np.float32], lengths: NDArray[np.int64], enter: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """Rows in which ``O`` is not the best label everywhere: in the others it is the best path as well."""
    count = len(enter)
    rest = scores[:, :, 1:]
    if enter.any():
        rest = rest.copy()
        rest[:, :, :count] += enter
        rest[:, :, 3 * count :] += enter
    inside = np.arange(scores.shape[1]) < lengths[:, None]
    leaves: NDArray[np.bool_] = ((rest.max(axis=2) > scores[:, :, 0]) & inside).any(axis=1)
    return leaves


def _decode(
    scores: NDArray[np.float32], lengths: NDArray[np.int64], enter: NDArray[np.float32], count: int
) -> NDArray[np.int64]:
    rows, characters, labels = scores.shape
    begin, inside, end, single = (slice(1 + k * count, 1 + (k + 1) * count) for k in range(4))
    steps = np.ascontiguousarray(scores.transpose(1, 0, 2))
    steps[:, :, begin] += enter
    steps[:, :, single] += enter
    past = np.arange(characters)[:, None] >= lengths
    steps[past] = IMPOSSIBLE
    steps[past, 0] = 0.0

    outside = np.r_[0:1, 1 + 2 * count : labels]
    best_outside = np.zeros((characters, rows), dtype=np.int64)
    from_inside = np.zeros((characters, rows, count), dtype=np.bool_)
    state = np.full((rows, labels), IMPOSSIBLE, dtype=np.float32)
    state[:, 0] = 0.0
    row_index = np.arange(rows)
    for position in range(characters):
        closed = state[:, outside]
        choice = closed.argmax(axis=1)
        best_outside[position] = outside[choice]
        np.greater(state[:, inside], state[:, begin], out=from_inside[position])
        opened = np.maximum(state[:, inside], state[:, begin])
        state = steps[position] + closed[row_index, choice][:, None]
        np.add(opened, steps[position, :, inside], out=state[:, inside])
        np.add(opened, steps[position, :, end], out=state[:, end])

    path = np.empty((rows, characters), dtype=np.int64)
    label = outside[state[:, outside].argmax(axis=1)]
    for position in range(characters - 1, -1, -1):
        path[:, position] = label
        prefix, kind = np.divmod(label - 1, count)
        continues = (label > 0) & ((prefix == 1) | (prefix == 2))
        previous_inside = from_inside[position, row_index, kind]
        label = np.where(continues, 1 + kind + previous_inside * count, best_outside[position])
    return path
