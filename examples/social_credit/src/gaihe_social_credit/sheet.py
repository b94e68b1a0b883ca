"""Unified social credit codes (统一社会信用代码).

Source: GB 32100-2015 (18 characters: registering authority, kind of body, region, nine characters of GB 11714, check
character), GB 11714-1997 (the eight-character body code with its own check character).
"""

from __future__ import annotations

import re

from gaihe.serving import EntityType
from gaihe.serving.reveal.plans import NumberPlan, shape
from gaihe.serving.types import Maker, Severity, Sheet
from gaihe.serving.types.text import masked, shaped

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(3**place % 31 for place in range(17))
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SIGN = "[0-9A-HJ-NP-RT-UW-Y]"
_SHAPE = re.compile(r"[0-9A-Z*]{18}")
_CODE = re.compile(rf"[1-9A-HJ-NP-RT-UW-Y]{_SIGN}\d{{6}}{_SIGN}{{10}}")
_ANY_CASE = "[0-9A-HJ-NP-RT-UW-Ya-hj-np-rt-uw-y*]"


def check_character(payload: str) -> str:
    """The character, of 31, that completes the first 17 of a code (GB 32100-2015, clause 5)."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(payload, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def body_check_character(body: str) -> str:
    """The check character, ``0``-``9`` or ``X``, of the eight characters that number a body (GB 11714-1997)."""
    total = sum(int(sign, 36) * weight for sign, weight in zip(body, _BODY_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def canonical(text: str) -> str:
    """Capital letters and digits only."""
    return shaped(text, _SHAPE)


def valid(value: str) -> bool | None:
    """Whether both check characters agree; ``None`` if masked."""
    if masked(value):
        return None
    if not _CODE.fullmatch(value):
        return False
    return body_check_character(value[8:16]) == value[16] and check_character(value[:17]) == value[17]


SHEET = Sheet(
    type=EntityType.named("SOCIAL_CREDIT"),
    english="the unified social credit code of a small owner's business",
    chinese="统一社会信用代码",
    format="18 digits and capital letters, none of I, O, S, V and Z",
    source="GB 32100-2015, GB 11714-1997",
    severity=Severity.GENERAL,
    examples=("92430104MA4L16JQ94", "9243 0104 MA4L 16JQ 94", "92430104********94"),
    canonical=canonical,
    valid=valid,
    plan=NumberPlan(
        plausible=shape(rf"[1-9A-HJ-NP-Ya-hj-np-y*]{_ANY_CASE}#{{6}}{_ANY_CASE}{{10}}"),
        everyday=shape(rf"{_ANY_CASE}{{18}}", rf"{_ANY_CASE}{{4}}(?:[- ]{_ANY_CASE}{{4}}){{3}}[- ]{_ANY_CASE}{{2}}"),
        reversible=shape(rf"9[1-3]\d{{6}}{_SIGN}{{10}}"),
    ),
    number_like=True,
    telling=True,
    maker=Maker(
        provider="gaihe_social_credit.provider:SocialCreditProvider",
        slots=("social_credit",),
        carriers="gaihe_social_credit.carriers",
    ),
)
