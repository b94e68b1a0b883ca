"""Where words stand in their clause, and whether a value follows them."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

CLAUSE_BREAKS = frozenset(",，。.!！?？;；\n、:：~（()）")
TO_BE_CONTACTED = re.compile("(?:加|联系|找|私|私信|打给|call|滴滴|敲|拨打|联络|通知|告诉|还给|寄给)$")
"""Before a word for somebody, who is to be rung or written to."""


def begins_a_clause(text: str, start: int) -> bool:
    """Whether a clause begins at a place."""
    return start == 0 or text[start - 1] in CLAUSE_BREAKS or text[start - 1].isspace()


def is_before_a_value(text: str, end: int, starts: AbstractSet[int]) -> bool:
    """Whether one of the values that start at some places follows what ends at a place."""
    return end in starts or (end + 1 in starts and text[end] in " :")
