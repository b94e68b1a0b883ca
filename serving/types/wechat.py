"""WeChat ids.

Source: WeChat's help centre: 6 to 20 letters, digits, underscores and hyphens, beginning with a letter; ``wxid_…`` is
given to accounts that have not chosen one.
"""

from __future__ import annotations

import re

from gaihe.serving.types.text import compact, masked

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{5,19}")
_ASSIGNED = re.compile(r"wxid_[a-z0-9]{12,16}", re.IGNORECASE)


def canonical(text: str) -> str:
    """The id as written, folded to half width, without white space."""
    return compact(text)


def valid(value: str) -> bool | None:
    """Whether WeChat would accept the id; ``None`` if masked."""
    if masked(value):
        return None
    return _ID.fullmatch(value) is not None or _ASSIGNED.fullmatch(value) is not None
