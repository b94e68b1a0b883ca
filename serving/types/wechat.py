"""WeChat ids.

Source: WeChat's help centre: 6 to 20 letters, digits, underscores and hyphens, beginning with a letter; ``wxid_…`` is
given to accounts that have not chosen one.
"""

from __future__ import annotations

import re

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import AccountKind, AccountPlan
from gaihe.serving.types.sheet import Severity, Sheet
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


SHEET = Sheet(
    type=EntityType.WECHAT,
    english="a WeChat id that is no telephone or QQ number",
    chinese="微信号",
    format="as written, in half width: 6 to 20 letters, digits, ``_`` and ``-``, a letter first",
    source="WeChat's help centre",
    severity=Severity.GENERAL,
    examples=("z h a n g _ l i", "wxid_ab12cd34ef56"),
    canonical=canonical,
    valid=valid,
    plan=AccountPlan(AccountKind.ID, re.compile(r"(?=[\w-]*?[^\W_]{2})[\w-]++", re.ASCII)),
    number_like=True,
)
