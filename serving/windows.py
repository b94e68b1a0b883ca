"""Overlapping windows over long text, the same for training and serving."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

WINDOW = 254
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
        The windows in text order; none for an empty text. The last one ends with the text and is as
        long as the others, so that every window has as much context as there is.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"overlap must be at least 0 and below the window size {size}, not {overlap}")
    if length <= size:
        return [Window(0, length, 0, length)] if length else []
    starts = [*range(0, length - size, size - overlap), length - size]
    cuts = [0]
    cuts += [(left + size + right) // 2 for left, right in pairwise(starts)]
    cuts.append(length)
    return [Window(start, start + size, cuts[i], cuts[i + 1]) for i, start in enumerate(starts)]
