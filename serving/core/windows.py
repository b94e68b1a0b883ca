"""Overlapping windows over long text, the same for training and serving."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

WINDOW = 256
OVERLAP = 64


@dataclass(frozen=True, slots=True)
class Window:
    """Characters ``[start, end)`` that the model sees, and ``[keep_start, keep_end)`` that count.

    The kept parts of all windows cover the text once; what lies around them is context.
    """

    start: int
    end: int
    keep_start: int
    keep_end: int


def windows(length: int, size: int = WINDOW, overlap: int = OVERLAP) -> list[Window]:
    """Cut a text into windows.

    Args:
        length: characters in the text.
        size: characters in a window.
        overlap: characters that neighbours share at least; half of them count in each.

    Returns:
        The windows in text order, as few as there can be and all of one length; none for an empty text.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"overlap must be at least 0 and below the window size {size}, not {overlap}")
    if length <= size:
        return [Window(0, length, 0, length)] if length else []
    count = 1 + -(-(length - size) // (size - overlap))
    width = -(-(length + (count - 1) * overlap) // count)
    starts = [number * (length - width) // (count - 1) for number in range(count)]
    cuts = [0, *((left + width + right) // 2 for left, right in pairwise(starts)), length]
    return [Window(start, start + width, cuts[i], cuts[i + 1]) for i, start in enumerate(starts)]
