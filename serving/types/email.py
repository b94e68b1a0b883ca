"""E-mail addresses.

Source: the addr-spec of RFC 5322 as mail providers narrow it in practice (no quoted local parts, no address literals).
"""

from __future__ import annotations

import re

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import AccountKind, AccountPlan
from gaihe.serving.types.sheet import Severity, Sheet
from gaihe.serving.types.text import compact, masked

_SCHEME = re.compile(r"\A(?:mailto:)+")
_ADDRESS = re.compile(
    r"[a-z0-9_+-](?:[a-z0-9._+-]{0,62}[a-z0-9_+-])?@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]+)"
)


def canonical(text: str) -> str:
    """Lower case, without white space and the ``mailto:`` of a link."""
    plain = compact(text)
    lower = "".join(folded if len(folded := character.lower()) == 1 else character for character in plain)
    return _SCHEME.sub("", lower)


def valid(value: str) -> bool | None:
    """Whether the value reads as an address; ``None`` if masked."""
    if masked(value):
        return None
    return _ADDRESS.fullmatch(value) is not None and ".." not in value


SHEET = Sheet(
    type=EntityType.EMAIL,
    english="an e-mail address",
    chinese="邮箱",
    format="lower case, ``name@host``",
    source="RFC 5322 as mail providers narrow it",
    severity=Severity.GENERAL,
    examples=("zhang[at]qq点com", "Zhang.Li-98@QQ.com"),
    canonical=canonical,
    valid=valid,
    plan=AccountPlan(AccountKind.EMAIL, re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)),
    number_like=True,
    telling=True,
)
