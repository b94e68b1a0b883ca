"""Windows over long text, the same for training and serving: whole lines where there are any, else overlapping ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

WINDOW = 256
OVERLAP = 64
LINES = 90
"""Characters of whole lines that a window of a long text holds at most, unless one line is longer."""
ALONE = 16
"""Two neighbouring lines of so many characters or more are of different windows: so the posts of a thread are read each
by itself, and the rows of a form together. Both numbers were chosen on validation posts."""
_LINE = re.compile(r"[^\r\n]*[\r\n]+|[^\r\n]+")
_NUMERALS = re.compile(r"(?:[^\w\r\n]|[\d①-⑨⓪〇零一二三四五六七八九幺]){1,9}[\r\n]*")
"""A short line of numerals and signs, as a number is written over several lines."""


@dataclass(frozen=True, slots=True)
class Window:
    """Characters ``[start, end)`` that the model sees, and ``[keep_start, keep_end)`` that count.

    The kept parts of all windows cover the text once; what lies around them is context.
    """

    start: int
    end: int
    keep_start: int
    keep_end: int


def windows(text: str, size: int = WINDOW, overlap: int = OVERLAP) -> list[Window]:
    """Cut a text into windows.

    A text that fits is one window. A longer one is cut at line breaks, into windows of whole lines of at most `LINES`
    characters together, of which no two neighbours have `ALONE` or more; a line that is longer than `LINES` has a
    window of its own, or where it does not fit, several. Short lines of numerals stay with what is before them, so that
    a number over several lines is read whole and with its cue.

    Args:
        text: the text.
        size: characters in a window.
        overlap: characters that windows of one line share at least; half of them count in each.

    Returns:
        The windows in text order; none for an empty text.

    Raises:
        ValueError: an overlap below 0, or not below the size.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"overlap must be at least 0 and below the window size {size}, not {overlap}")
    if len(text) <= size:
        return [Window(0, len(text), 0, len(text))] if text else []
    blocks = _blocks(text, min(LINES, size))
    return [window for start, end in blocks for window in _overlapping(start, end, size, overlap)]


def _blocks(text: str, most: int) -> Iterator[tuple[int, int]]:
    """Where whole lines of so many characters together start and end, or a single longer one; and lines of numerals."""
    start = end = before = 0
    for line in _LINE.finditer(text):
        length = len(line[0].rstrip("\r\n"))
        too_long = line.end() - start > most and _NUMERALS.fullmatch(line[0]) is None
        if start < end and (too_long or min(before, length) >= ALONE):
            yield start, end
            start = end
        end, before = line.end(), length
    yield start, end


def _overlapping(start: int, end: int, size: int, overlap: int) -> list[Window]:
    """Windows over characters ``[start, end)``, as few as there can be and all of one length."""
    length = end - start
    if length <= size:
        return [Window(start, end, start, end)]
    count = 1 + -(-(length - size) // (size - overlap))
    width = -(-(length + (count - 1) * overlap) // count)
    starts = [start + number * (length - width) // (count - 1) for number in range(count)]
    cuts = [start, *((left + width + right) // 2 for left, right in pairwise(starts)), end]
    return [Window(first, first + width, cuts[i], cuts[i + 1]) for i, first in enumerate(starts)]
