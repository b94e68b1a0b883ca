"""What undisguised values of number-like types look like: just enough to choose between readings of a disguise.

``#`` below is a digit or the mask ``*``. The full checks, with number plans and check digits, are those of
``gaihe.serving.types``; these shapes know lengths and first characters only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.tables import PROVINCES

NUMBER_TYPES = frozenset(
    {
        EntityType.PHONE,
        EntityType.ID_CARD,
        EntityType.PASSPORT,
        EntityType.QQ,
        EntityType.BANK_CARD,
        EntityType.PLATE,
        EntityType.BIRTH_DATE,
        EntityType.MEMBER_ID,
        EntityType.DEVICE_ID,
    }
)
"""Types whose value is a number, or letters and digits."""

LETTERLESS = frozenset({EntityType.PHONE, EntityType.QQ, EntityType.BANK_CARD, EntityType.BIRTH_DATE})
"""Types whose value has no letters."""

COUNTRY_CODE = re.compile(r"(?:[（(]?\+86[)）]?|0086|86[- ])[- ]?")
"""The mainland's country code before a telephone number."""

_REGION = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[1-8])"
_BORN = r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_GROUPS = r"#{3,}(?:[- ]#{3,})*"
_EXTENSION = r"(?:转|转分机|-)#{1,6}"
_PLATE_SUFFIX = "[警学挂试超领使港澳]"
_HIDDEN = r"(?>[\d*]*?\*\*)[\d*]*"
"""Digits and masks, two masks together among them; only the first two are looked for, which keeps the time linear."""
_HIDDEN_OR_LETTERS = r"(?>[A-Za-z\d*]*?\*\*)[A-Za-z\d*]*"

_PLAUSIBLE = {
    EntityType.PHONE: (
        r"(?:\+?86|0086)?1[3-9*]#{9}",
        rf"(?:\+?86|0086)0?[1-9]#{{8,10}}(?:{_EXTENSION})?|0[1-9]#{{8,16}}(?:{_EXTENSION})?",
        rf"[2-9]#{{6,7}}(?:{_EXTENSION})?",
        r"\+#{8,15}",
        rf"(?:\+?86)?1[3-9*]{_HIDDEN}",
        rf"0[1-9]{_HIDDEN}",
        r"\*{2}[\d*]+",
    ),
    EntityType.ID_CARD: (
        rf"{_REGION}\d{{4}}{_BORN}\d{{3}}[\dXx]",
        rf"{_REGION}#{{13}}",
        r"[A-Za-z]{1,2}#{6}[\dAa*]",
        r"[A-Za-z][1289A-Da-d*]#{8}",
        r"[157]#{7}",
        r"[A-Z]{3}#{12}",
        rf"(?:{_REGION}|[A-Z*]|\d(?=\*)){_HIDDEN}[Xx]?",
    ),
    EntityType.PASSPORT: (
        r"[A-Za-z][A-HJ-NP-Za-hj-np-z]?#{7,10}",
        r"#{8}(?:#{2}[A-Za-z]?)?",
        rf"[A-Za-z]{{0,2}}{_HIDDEN}[A-Za-z]?",
    ),
    EntityType.QQ: (r"[1-9*]#{4,10}",),
    EntityType.BANK_CARD: (r"[34569]#{11,19}", r"(?:[08]#|1[0-8])#{10,18}", r"[34569*]\d*\*[\d*]*"),
    EntityType.PLATE: (
        rf"[{PROVINCES}](?:[A-Z][A-HJ-NP-Z\d*]{{4,6}}|[a-z][a-hj-np-z\d*]{{4,6}}){_PLATE_SUFFIX}?",
        r"使#{6}|#{6}使",
        rf"WJ[{PROVINCES}]?#{{4}}[0-9A-Z]",
        r"[VKHBSLJNGC][A-Z]#{5}",
        r"[A-HJ-PR-Z]{1,2}#{1,4}",
        r"[A-HJ-NPR-Z\d*]{17}|[a-hj-npr-z\d*]{17}",
        _HIDDEN_OR_LETTERS,
    ),
    EntityType.BIRTH_DATE: (r"(?:18|19|20|\*\*)#{2}(?:[01*]#[0-3*]#)?", r"#{2}[01*]#[0-3*]#", r"[01*]#[0-3*]#"),
    EntityType.MEMBER_ID: (r"(?:[A-Z]{0,5}|[a-z]{0,5})#{3,30}(?:CN|cn)?", r"[Nn]o#{3,}"),
    EntityType.DEVICE_ID: (
        r"#{1,3}(?:\.#{1,3}){3}",
        r"#{15}",
        r"[0-9A-Fa-f*]{0,4}(?::{1,2}[0-9A-Fa-f*]{1,4}){2,7}(?:::)?",
        r"(?:[0-9A-Fa-f*]{2}-){5}[0-9A-Fa-f*]{2}",
    ),
}
_REVERSIBLE = {
    EntityType.PHONE: (r"1[3-9]#{9}",),
    EntityType.ID_CARD: (_PLAUSIBLE[EntityType.ID_CARD][0],),
    EntityType.BANK_CARD: (r"62#{13,17}",),
    EntityType.PASSPORT: (r"[A-HJ-NP-Z]{1,2}#{7,8}",),
    EntityType.PLATE: (rf"[{PROVINCES}][A-Z][A-HJ-NP-Z\d*]{{5,6}}",),
}
_EVERYDAY = {
    EntityType.PHONE: (
        r"(?:[（(]?(?:\+|00)?\d{2,3}[)）]?[- ]?)?"
        r"(?:[（(]0?#{2,3}[)）][- ]?|#{2,4}[- ])?"
        rf"{_GROUPS}(?:[- ]?(?:转|转分机|-)\s?#{{1,6}})?",
    ),
    EntityType.ID_CARD: (
        rf"[A-Za-z]{{0,3}}{_GROUPS}[Xx]?",
        r"[A-Za-z]{0,2}#{6,7}\s?[（(/]?[\dAa*][)）]?",
        r"[A-Za-z]{2}#{8}",
    ),
    EntityType.PASSPORT: (
        r"[A-Za-z]{0,2}[- ]?#{3,}(?:[- ]#{2,})*[A-Za-z]?",
        r"[\u4e00-\u9fff]{1,2}字第?\s?#{5,8}\s?号?",
    ),
    EntityType.QQ: (_GROUPS,),
    EntityType.BANK_CARD: (r"#{4}(?:[- ]#{4})*(?:[- ]#{1,4})?", _GROUPS),
    EntityType.PLATE: (
        rf"[{PROVINCES}][A-Za-z][·•. -]?[A-Za-z\d*]{{4,6}}{_PLATE_SUFFIX}?",
        r"使#{6}|#{6}使",
        rf"WJ[{PROVINCES}]?[·•. -]?[A-Za-z\d*]{{5}}",
        rf"[A-Za-z\d*]{{7}}|[A-Za-z\d*]{{17}}|{_HIDDEN_OR_LETTERS}",
        r"[A-Z]{1,2} ?#{1,4}",
    ),
    EntityType.BIRTH_DATE: (
        r"(?:#{4}|#{2})[-/. ]#{1,2}(?:[-/. ]#{1,2})?",
        r"#{1,2}[-/. ]#{1,2}",
        r"#{4}(?:#{4})?|#{6}",
    ),
    EntityType.MEMBER_ID: (r"(?:[Nn][Oo]\. ?)?[A-Za-z\d*]+(?:[-/_ ][A-Za-z\d*]{2,})*",),
    EntityType.DEVICE_ID: (_PLAUSIBLE[EntityType.DEVICE_ID][0], *_PLAUSIBLE[EntityType.DEVICE_ID][2:], _GROUPS),
}


def _compiled(shapes: Mapping[EntityType, tuple[str, ...]]) -> dict[EntityType, re.Pattern[str]]:
    return {kind: re.compile("|".join(shape).replace("#", r"[\d*]"), re.ASCII) for kind, shape in shapes.items()}


_PLAUSIBLE_SHAPES = _compiled(_PLAUSIBLE)
_REVERSIBLE_SHAPES = _compiled(_REVERSIBLE)
_EVERYDAY_SHAPES = _compiled(_EVERYDAY)


def plausible(value: str, kind: EntityType) -> bool:
    """Whether a compact value, without separators, could be one of the type."""
    return _PLAUSIBLE_SHAPES[kind].fullmatch(value) is not None


def turned_round(value: str, kind: EntityType) -> bool:
    """Whether a compact value could be one of the type only when it is read from its end."""
    shape = _REVERSIBLE_SHAPES.get(kind)
    return shape is not None and not plausible(value, kind) and shape.fullmatch(value[::-1]) is not None


def everyday(text: str, kind: EntityType) -> bool:
    """Whether digits and letters are grouped as everyone groups them; ``138-0013-8000`` is, ``1-3-8`` is not."""
    return _EVERYDAY_SHAPES[kind].fullmatch(text) is not None
