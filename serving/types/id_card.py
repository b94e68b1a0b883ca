"""Identity numbers: resident identity cards of the mainland, and cards of Hong Kong, Macao and Taiwan.

Sources: GB 11643-1999 (18 digits: region, birth date, sequence, ISO 7064 MOD 11-2 check character; 15 digits before
1999), GB/T 2260 region codes of all years; residence permits for Hong Kong, Macao and Taiwan residents use the regions
810000, 820000, 830000; foreigners' permanent residence cards since 2023 begin with 9. Hong Kong's and Taiwan's check
digits are public knowledge; Macao has not published its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from gaihe.serving.core.schema import EntityType
from gaihe.serving.core.tables import lines
from gaihe.serving.reveal.plans import GROUPS, HIDDEN, Letters, NumberPlan, shape
from gaihe.serving.types.birth_date import possible
from gaihe.serving.types.checksum import mod_11_2_digit
from gaihe.serving.types.sheet import Severity, Sheet
from gaihe.serving.types.text import masked, shaped

_SHAPE = re.compile(r"[\dX*]{18}|[\d*]{15}|[A-Z*]{1,2}[\dA*]{7,9}|[\d*]{8}|[A-Z]{3}[\d*]{12}")
_RESIDENT = re.compile(r"\d{17}[\dX]")
_OLD_RESIDENT = re.compile(r"\d{15}")
_HONG_KONG = re.compile(r"[A-Z]{1,2}\d{6}[\dA]")
_TAIWAN = re.compile(r"[A-Z][1289A-D]\d{8}")
_MACAO = re.compile(r"[157]\d{7}")
_FOREIGNER = re.compile(r"[A-Z]{3}\d{12}")

TAIWAN_LETTERS: Mapping[str, int] = MappingProxyType(
    {letter: code for code, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO", start=10)}
)
"""The two-digit codes of the letters in Taiwan's identity numbers."""


def canonical(text: str) -> str:
    """Capital letters and digits only: ``11010119900307123X``, ``A1234563`` for A123456(3)."""
    return shaped(text, _SHAPE)


def valid(value: str) -> bool | None:
    """Whether region, birth date and check digit agree; ``None`` where the card has no public check or is masked."""
    if masked(value):
        return None
    if _RESIDENT.fullmatch(value):
        return _region_known(value) and _born(value[6:14]) and mod_11_2_digit(value[:17]) == value[17]
    if _OLD_RESIDENT.fullmatch(value):
        return value[:6] in region_codes() and _born("19" + value[6:12])
    if _HONG_KONG.fullmatch(value):
        return hong_kong_digit(value[:-1]) == value[-1]
    if _TAIWAN.fullmatch(value):
        return taiwan_digit(value[:-1]) == value[-1]
    return None if _MACAO.fullmatch(value) or _FOREIGNER.fullmatch(value) else False


@cache
def region_codes() -> frozenset[str]:
    """Every six-digit region code that resident identity numbers have ever used."""
    codes: set[str] = set()
    for line in lines("id_regions"):
        city, counties = line.split(" ")
        codes.update(city + counties[at : at + 2] for at in range(0, len(counties), 2))
    return frozenset(codes)


def hong_kong_digit(payload: str) -> str:
    """The check character of a Hong Kong number: one or two letters and six digits, weights 9 to 2, modulo 11."""
    values = [36] * (8 - len(payload)) + [int(character, 36) for character in payload]
    return "0123456789A"[-sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True)) % 11]


def taiwan_digit(payload: str) -> str:
    """The check digit of a Taiwan number: a letter, the sex (1, 2; 8, 9 or A–D for foreign residents), seven digits."""
    second = payload[1] if payload[1].isdecimal() else str(TAIWAN_LETTERS[payload[1]] % 10)
    digits = f"{TAIWAN_LETTERS[payload[0]]}{second}{payload[2:]}"
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1)
    return str(-sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 10)


def _region_known(value: str) -> bool:
    if value.startswith("9"):
        return any(code.startswith(value[1:3]) for code in region_codes())
    return value[:6] in region_codes()


def _born(digits: str) -> bool:
    return possible(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


_REGION = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[1-8])"
_RESIDENT_SHAPE = rf"{_REGION}\d{{4}}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{3}}[\dXx]"
SHEET = Sheet(
    type=EntityType.ID_CARD,
    english="an identity number",
    chinese="身份证号",
    format="18 or 15 digits, the last perhaps X; letters and digits for Hong Kong, Macao, Taiwan and foreigners",
    source="GB 11643-1999, ISO 7064 MOD 11-2, GB/T 2260; the check digits of Hong Kong and Taiwan are public",
    severity=Severity.SENSITIVE,
    examples=("110105 19491231 002x", "A123456(3)", "1101051949********"),
    canonical=canonical,
    valid=valid,
    plan=NumberPlan(
        plausible=shape(
            _RESIDENT_SHAPE,
            rf"{_REGION}#{{13}}",
            r"[A-Za-z]{1,2}#{6}[\dAa*]",
            r"[A-Za-z][1289A-Da-d*]#{8}",
            r"[157]#{7}",
            r"[A-Z]{3}#{12}",
            rf"(?:{_REGION}|[A-Z*]|\d(?=\*)){HIDDEN}[Xx]?",
        ),
        everyday=shape(
            rf"[A-Za-z]{{0,3}}{GROUPS}[Xx]?",
            r"[A-Za-z]{0,2}#{6,7}\s?[（(/]?[\dAa*][)）]?",
            r"[A-Za-z]{2}#{8}",
        ),
        reversible=shape(_RESIDENT_SHAPE),
        letters=Letters.FEW,
        chunked=True,
    ),
    number_like=True,
    telling=True,
)
