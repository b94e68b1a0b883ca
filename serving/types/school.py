"""Schools that a person attends, attended or teaches at, with department, year and class.

Source: none; schools are shortened and renamed too freely for a register to refuse any.
"""

from __future__ import annotations

from gaihe.serving.types.place import compact_place


def canonical(text: str) -> str:
    """Simplified characters without white space and separators."""
    return compact_place(text)


def valid(value: str) -> bool | None:
    """Always ``None``: no check can say."""
    return None
