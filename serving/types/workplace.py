"""Employers, with department or branch.

Source: none; firms are called by short names that no register lists.
"""

from __future__ import annotations

from gaihe.serving.types.place import compact_place


def canonical(text: str) -> str:
    """Simplified characters without white space and separators."""
    return compact_place(text)


def valid(value: str) -> bool | None:
    """Always ``None``: no check can say."""
    return None
