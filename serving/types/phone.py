"""Telephone numbers of the Chinese mainland, Hong Kong, Macao and Taiwan.

Source: the numbering plan of the mainland's ministry of industry and information technology (工信部《电信网编号计划》,
2017, with the mobile prefixes assigned since), and ITU-T E.164 for country codes.
"""

from __future__ import annotations

import re
from functools import cache

from gaihe.serving.core.schema import EntityType
from gaihe.serving.core.tables import lines
from gaihe.serving.reveal.plans import GROUPS, HIDDEN, Letters, NumberPlan, shape
from gaihe.serving.types.sheet import Severity, Sheet
from gaihe.serving.types.text import compact, fold, masked

_MOBILE = re.compile(r"1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8}", re.ASCII)
_REGIONAL = re.compile(r"\+852[2-9]\d{7}|\+853[268]\d{7}|\+886(?:9\d{8}|[2-8]\d{7,8})|09\d{8}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_WITHOUT_AREA_CODE = re.compile(r"[2-9]\d{6,7}")
_TAIWAN_LANDLINE = re.compile(r"0[2-8][2-9]\d{6,7}")
_HOTLINE = re.compile(r"[48]00\d{7}")
_ABROAD = re.compile(r"\+(?!86|85[23])[1-9]\d{6,14}")

_WORD_EXTENSION = re.compile(
    r"(.+?)[-,]?\(?(?:[转轉]?(?:分机|分機)号?|[转轉]|ext\.?|[xX#])[-:]?(\d{1,6})\)?", re.ASCII | re.IGNORECASE
)
_HYPHEN_EXTENSION = re.compile(
    r"((?:(?:\+86-?[1-9]\d{1,2}|\(?0\d{2,3}\)?)-?)?[2-8][\d*]{6,7}|1[3-9][\d*]{9}|\+[\d*]{8,15})-(\d{1,6})", re.ASCII
)
_HOME_CODE = re.compile(r"\s*\(?86(?:\)?[-\s]|(?=(?:10|2\d|[3-9]\d\d)[-\s]\d{7,8}(?!\d)))", re.ASCII)
"""The mainland's country code without its plus sign, which only what follows tells from a local number."""
_TRUNK_AFTER_COUNTRY = re.compile(r"(?<=\d)\)?[-]?\(0\)")
_TRUNK_BEFORE_MOBILE = re.compile(r"01[3-9][\d*]{9}", re.ASCII)
_NOT_DIALLED = re.compile(r"[^\d*]", re.ASCII)


def is_mobile(text: str) -> bool:
    """Whether a text is a mainland mobile number and nothing else."""
    return _MOBILE.fullmatch(text) is not None


def canonical(text: str) -> str:
    """Digits only: ``13800138000``, ``073188823456``, ``073188823456-801`` with extension, ``+85261234567``.

    The mainland's country code is dropped, others are kept with ``+``; so is the 0 that is dialled before a mobile
    number or stands in brackets after a country code. Masked digits stay ``*``.
    """
    if is_mobile(text):
        return text
    if _HOME_CODE.match(fold(text)) and valid(number := canonical(f"+{compact(text).lstrip('(')}")):
        return number
    plain = compact(text)
    for pattern in (_WORD_EXTENSION, _HYPHEN_EXTENSION):
        match = pattern.fullmatch(plain)
        if match and _HYPHEN_EXTENSION.fullmatch(extended := f"{_national(match[1])}-{match[2]}"):
            return extended
    number = _national(plain)
    return number if len(number) > 2 else plain


def valid(value: str) -> bool | None:
    """Whether the number plan has the number; ``None`` for masked, foreign and local numbers.

    Hotlines (400, 800, 10086, 955xx, 110) are not valid: they belong to no person.
    """
    if masked(value):
        return None
    number = value.partition("-")[0]
    if is_mobile(number) or _REGIONAL.fullmatch(number):
        return True
    if _HOTLINE.fullmatch(number):
        return False
    if number.startswith("0"):
        area = number[:4] if number[:4] in area_codes() else number[:3]
        if area in area_codes() and _LOCAL.fullmatch(number.removeprefix(area)):
            return True
        return None if _TAIWAN_LANDLINE.fullmatch(number) else False
    return None if _WITHOUT_AREA_CODE.fullmatch(number) or _ABROAD.fullmatch(number) else False


@cache
def area_codes() -> dict[str, tuple[int, tuple[str, ...]]]:
    """The mainland's area codes, each with the length of its local numbers and its cities (none if abolished)."""
    table = (line.split("\t") for line in lines("area_codes"))
    return {code: (int(length), tuple(cities.split())) for code, length, cities in table}


def _national(plain: str) -> str:
    abroad = plain.lstrip("(").startswith(("+", "00"))
    digits = _NOT_DIALLED.sub("", _TRUNK_AFTER_COUNTRY.sub("", plain, count=1) if abroad else plain)
    number = "+" + digits if plain.lstrip("(").startswith("+") else digits
    while (shorter := _without_country_code(number)) != number:
        number = shorter
    return number[1:] if _TRUNK_BEFORE_MOBILE.fullmatch(number) else number


def _without_country_code(number: str) -> str:
    abroad = number.startswith(("+", "00"))
    digits = number.removeprefix("+").removeprefix("00") if abroad else number
    if digits.startswith("86") and (abroad or re.fullmatch(r"861[\d*]{10}", digits)):
        rest = digits[2:]
        return f"0{rest}" if re.fullmatch(r"[2-9][\d*]{8,10}|10[\d*]{8}", rest) else rest
    if re.fullmatch(r"(?:852|853)[\d*]{8}|8860?9[\d*]{8}", digits):
        return "+" + re.sub(r"^8860", "886", digits)
    return f"+{digits}" if abroad and digits else number


_EXTENSION = r"(?:转|转分机|-)#{1,6}"
SHEET = Sheet(
    type=EntityType.PHONE,
    english="a telephone number of a person or a home",
    chinese="电话",
    format="digits only, ``-`` before an extension, ``+`` before a country code other than 86",
    source="工信部《电信网编号计划》2017 with the prefixes assigned since; ITU-T E.164",
    severity=Severity.GENERAL,
    examples=("138-0013-8000", "+86 138 0013 8000", "(0731)88823456转801", "l38OOl38OOO"),
    canonical=canonical,
    valid=valid,
    plan=NumberPlan(
        plausible=shape(
            r"(?:\+?86|0086)?1[3-9*]#{9}",
            rf"(?:\+?86|0086)0?[1-9]#{{8,10}}(?:{_EXTENSION})?|0[1-9]#{{8,16}}(?:{_EXTENSION})?",
            rf"[2-9]#{{6,7}}(?:{_EXTENSION})?",
            r"\+#{8,15}",
            rf"(?:\+?86)?1[3-9*]{HIDDEN}",
            rf"0[1-9]{HIDDEN}",
            r"\*{2}[\d*]+",
        ),
        everyday=shape(
            r"(?:[（(]?(?:\+|00)\d{1,3}[)）]?[- ]?(?:[（(]0[)）][- ]?)?(?:[（(]0?#{1,3}[)）][- ]?|#{1,4}[- ])?"
            r"|(?:[（(]?\d{2,3}[)）]?[- ]?)?(?:[（(]0?#{2,3}[)）][- ]?|#{2,4}[- ])?)"
            rf"{GROUPS}(?:[- ]?(?:转|转分机|-)\s?#{{1,6}})?"
        ),
        reversible=shape(r"1[3-9]#{9}"),
        letters=Letters.NONE,
        chunked=True,
        kept="转",
    ),
    number_like=True,
    telling=True,
)
