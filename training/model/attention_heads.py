"""Attention heads that `attention_pruning` left, told by the weights alone and without torch, as reports need it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def live_heads(dense: NDArray[np.generic], heads: int) -> NDArray[np.bool_]:
    """Which heads of a layer are not silenced, shape ``(heads,)``.

    Args:
        dense: the weights that read the heads, shape ``(hidden, width)``.
        heads: heads of the layer, with those that are silenced.
    """
    read = (dense != 0).reshape(len(dense), heads, -1)
    live: NDArray[np.bool_] = np.logical_or.reduce(read, axis=(0, 2))
    return live
