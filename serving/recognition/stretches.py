"""Stretches of neighbouring characters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def runs(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where stretches of true values start and end, shape ``(stretches, 2)``."""
    edges = np.zeros(len(mask) + 2, dtype=np.bool_)
    edges[1:-1] = mask
    changes: NDArray[np.int64] = (edges[1:] != edges[:-1]).nonzero()[0].reshape(-1, 2)
    return changes


def largest_sum_across(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each position, the largest sum of a stretch of neighbours that contains it."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    before = np.minimum.accumulate(sums[:-1])
    after = np.maximum.accumulate(sums[:0:-1])[::-1]
    largest: NDArray[np.float64] = after - before
    return largest
