"""Student, staff, candidate, insurance, patient and membership numbers, parcels and bookings.

Source: the issuers' own habits; only parcels have shapes that the carriers publish.
"""

from __future__ import annotations

import re

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import NumberPlan, shape
from gaihe.serving.types.sheet import Severity, Sheet
from gaihe.serving.types.text import alphanumeric, compact, masked

_SHAPE = re.compile(r"(?=.*[\d*])[0-9A-Z*]{3,30}")
_PARCEL = re.compile(
    r"SF\d{12,13}|YT\d{13}|JT\d{13}|JD[A-Z0-9]{11,13}|ZTO\d{12}|DPK\d{12}|JDV[A-Z]?\d{12}|E[A-Z]\d{9}CN|7[3-9]\d{12,13}|4[36]\d{11}(?:\d{2})?|98\d{11}"
)


def canonical(text: str) -> str:
    """Capital letters and digits only; a number with Chinese characters in it just loses its white space."""
    plain = compact(text)
    value = alphanumeric(text)
    chinese = any("\u4e00" <= character <= "\u9fff" for character in plain)
    return value if not chinese and _SHAPE.fullmatch(value) else plain


def valid(value: str) -> bool | None:
    """``True`` for a known carrier's parcel, ``False`` where no digit is in it, ``None`` for all else."""
    if masked(value):
        return None
    if _PARCEL.fullmatch(value):
        return True
    return None if any(character.isdecimal() for character in value) else False


PLAN = NumberPlan(
    plausible=shape(r"(?:[A-Z]{0,5}|[a-z]{0,5})#{3,30}(?:CN|cn)?", r"[Nn]o#{3,}"),
    everyday=shape(r"(?:[Nn][Oo]\. ?)?[A-Za-z\d*]+(?:[-/_ ][A-Za-z\d*]{2,})*"),
    chunked=True,
    ideographs=True,
)
SHEET = Sheet(
    type=EntityType.MEMBER_ID,
    english="a student, staff, candidate, insurance, patient, member, parcel or booking number of a person",
    chinese="学号/工号",
    format="capital letters and digits",
    source="the issuers' own habits; shapes of parcel numbers as the carriers publish them",
    severity=Severity.GENERAL,
    examples=("S-2021 0305", "SF1234567890123", "2O2lO3O5"),
    canonical=canonical,
    valid=valid,
    plan=PLAN,
    number_like=True,
)
