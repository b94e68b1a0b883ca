"""Bank cards and accounts.

Source: ISO/IEC 7812-1 (issuer prefix, 13 to 19 digits, Luhn check digit); the issuers' prefixes are those that the
mainland's banks and payment services publish. Passbooks and company accounts follow each bank's own rules.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from gaihe.serving.core.schema import EntityType
from gaihe.serving.core.tables import lines
from gaihe.serving.reveal.plans import GROUPS, Letters, NumberPlan, shape
from gaihe.serving.types.checksum import luhn
from gaihe.serving.types.sheet import Severity, Sheet
from gaihe.serving.types.text import masked, shaped

_SHAPE = re.compile(r"[\d*]{4,30}")
_ACCOUNT = re.compile(r"\d{9,30}")
_CARD = re.compile(r"[3-69]\d{15}|[69]\d{18}")
"""Cards by length and first digit; accounts of 19 digits begin with a region's code, as 0200, without a Luhn digit."""


class Issuer(NamedTuple):
    """A bank's prefixes for cards of one type (``DC`` debit, ``CC`` credit, others) and length in digits."""

    bank: str
    type: str
    length: int
    prefixes: tuple[str, ...]


def canonical(text: str) -> str:
    """Digits only; masked digits stay ``*``."""
    return shaped(text, _SHAPE)


def valid(value: str) -> bool | None:
    """``True`` with Luhn digit and known prefix, ``False`` where a card's Luhn digit is wrong, else ``None``."""
    if masked(value):
        return None
    if not _ACCOUNT.fullmatch(value):
        return False
    if luhn(value):
        return True if _issued(value) else None
    return False if _CARD.fullmatch(value) else None


@cache
def issuers() -> tuple[Issuer, ...]:
    """All known card prefixes, by bank, type and length."""
    table = (line.split("\t") for line in lines("bank_bins"))
    return tuple(Issuer(bank, kind, int(length), tuple(bins.split())) for bank, kind, length, bins in table)


@cache
def _prefixes() -> dict[int, frozenset[str]]:
    by_length: dict[int, set[str]] = {}
    for issuer in issuers():
        by_length.setdefault(issuer.length, set()).update(issuer.prefixes)
    return {length: frozenset(prefixes) for length, prefixes in by_length.items()}


def _issued(number: str) -> bool:
    prefixes = _prefixes().get(len(number), frozenset())
    return any(number[:length] in prefixes for length in range(2, 11))


SHEET = Sheet(
    type=EntityType.BANK_CARD,
    english="a bank card or account number",
    chinese="银行卡号",
    format="digits only",
    source="ISO/IEC 7812-1 (Luhn); prefixes as the issuers publish them",
    severity=Severity.SENSITIVE,
    examples=("6222 0210 0111 6245 702", "6222********5702"),
    canonical=canonical,
    valid=valid,
    plan=NumberPlan(
        plausible=shape(r"[34569]#{11,19}", r"(?:[08]#|1[0-8])#{10,18}", r"[34569*]\d*\*[\d*]*"),
        everyday=shape(r"#{4}(?:[- ]#{4})*(?:[- ]#{1,4})?", GROUPS),
        reversible=shape(r"62#{13,17}"),
        letters=Letters.NONE,
        chunked=True,
    ),
    number_like=True,
    telling=True,
)
