"""Offsets as other tools count them: Unicode code points, or UTF-16 code units as JavaScript does."""

from __future__ import annotations

from bisect import bisect_left
from enum import StrEnum
from itertools import accumulate

from gaihe.serving.core.errors import PostError

_LAST_OF_BASIC_PLANE = "\uffff"


class OffsetUnit(StrEnum):
    """What one step of an offset is."""

    CODE_POINT = "code-point"
    UTF_16 = "utf-16"


class Offsets:
    """The offsets of one text, in a tool's unit and in code points."""

    def __init__(self, text: str, unit: OffsetUnit) -> None:
        self._units: list[int] | None = None
        if unit is OffsetUnit.UTF_16 and any(character > _LAST_OF_BASIC_PLANE for character in text):
            self._units = list(accumulate((1 + (c > _LAST_OF_BASIC_PLANE) for c in text), initial=0))

    def from_code_point(self, offset: int) -> int:
        """An offset in code points, counted in the tool's unit."""
        return offset if self._units is None else self._units[offset]

    def to_code_point(self, offset: int) -> int:
        """An offset in the tool's unit, counted in code points; one past the text's end stays past it.

        Raises:
            PostError: the offset lies inside a character.
        """
        if self._units is None or offset < 0:
            return offset
        if offset > self._units[-1]:
            return offset
        position = bisect_left(self._units, offset)
        if self._units[position] != offset:
            raise PostError(f"offset {offset} lies inside a character of two UTF-16 units")
        return position
