"""Passports, travel permits between the mainland, Hong Kong, Macao and Taiwan, and officers' cards.

Source: the numbering that the national immigration administration publishes for its documents; passports of other
places follow ICAO Doc 9303 (up to nine letters and digits).
"""

from __future__ import annotations

import re

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import HIDDEN, NumberPlan, shape
from gaihe.serving.types import member_id
from gaihe.serving.types.sheet import Severity, Sheet
from gaihe.serving.types.text import alphanumeric, compact, masked

_OFFICER = re.compile(r"[\u4e00-\u9fff]{1,2}字第?[\d*]{5,8}号?")
_OFFICER_CARD = re.compile("([\u4e00-\u9fff]{1,2}字第?)(.+?)(号?)")
_SHAPE = re.compile(r"[A-Z*]{0,2}[\d*]{6,11}[A-Z]?")
_KNOWN = (
    re.compile(r"E[A-HJ-NP-Z]\d{7}|[EG]\d{8}"),
    re.compile(r"[DSP]E?\d{7}|1[45]\d{7}"),
    re.compile(r"K[A-Z]?\d{7,8}|M[AB]\d{7}"),
    re.compile(r"[CW][A-HJ-NP-Z]\d{7}|[CW]\d{8}"),
    re.compile(r"[LT][A-HJ-NP-Z]\d{7}|[LT]\d{8}"),
    re.compile(r"[HM]\d{8}(?:\d{2})?"),
    re.compile(r"\d{8}|\d{10}[A-Z]?"),
)
_FOREIGN = re.compile(r"(?=.*\d)[A-Z0-9]{6,9}")


def canonical(text: str) -> str:
    """Capital letters and digits only, ``E12345678``; officers' cards as ``军字第1234567号``."""
    plain = compact(text)
    if _OFFICER.fullmatch(plain):
        kind, number = plain.rstrip("号").split("字", 1)
        return f"{kind}字第{number.removeprefix('第')}号"
    value = alphanumeric(text)
    return value if _SHAPE.fullmatch(value) or _FOREIGN.fullmatch(value) else plain


def valid(value: str) -> bool | None:
    """Whether the shape is one that a document of this kind has; ``None`` if only a foreign passport could have it."""
    if masked(value):
        return None
    if _OFFICER.fullmatch(value) or any(pattern.fullmatch(value) for pattern in _KNOWN):
        return True
    return None if _FOREIGN.fullmatch(value) else False


SHEET = Sheet(
    type=EntityType.PASSPORT,
    english="a passport, a travel permit, an officer's card",
    chinese="护照/通行证",
    format="capital letters and digits; officers' cards as 军字第1234567号",
    source="the national immigration administration's numbering; ICAO Doc 9303 for passports of other places",
    severity=Severity.SENSITIVE,
    examples=("e12345678", "EB1234567", "军字第 1234567 号"),
    canonical=canonical,
    valid=valid,
    plan=NumberPlan(
        plausible=shape(
            r"[A-Za-z][A-HJ-NP-Za-hj-np-z]?#{7,10}",
            r"#{8}(?:#{2}[A-Za-z]?)?",
            rf"[A-Za-z]{{0,2}}{HIDDEN}[A-Za-z]?",
        ),
        everyday=shape(
            r"[A-Za-z]{0,2}[- ]?#{3,}(?:[- ]#{2,})*[A-Za-z]?",
            r"[\u4e00-\u9fff]{1,2}字第?\s?#{5,8}\s?号?",
        ),
        reversible=shape(r"[A-HJ-NP-Z]{1,2}#{7,8}"),
        framed=_OFFICER_CARD,
        inner=member_id.PLAN,
    ),
    number_like=True,
)
