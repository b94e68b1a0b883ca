"""Vehicle plates and vehicle identification numbers.

Sources: GA 36-2018 (plates), GA/T 804 for the letters in use, the armed forces' plates as seen on the road, and
GB 16735 / ISO 3779 (17-character VIN with its check digit in position 9). Neither uses I and O.
Plates of Hong Kong, Macao and Taiwan have no check.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from gaihe.serving.core.schema import EntityType
from gaihe.serving.core.tables import lines
from gaihe.serving.reveal.plans import NumberPlan, shape
from gaihe.serving.reveal.tables import PROVINCES
from gaihe.serving.types.sheet import Severity, Sheet
from gaihe.serving.types.text import compact, masked

_NOT_PLATE = re.compile(r"[^0-9A-Za-z*\u4e00-\u9fff]")
_SHAPE = re.compile(r"(?=.*[\d*])[0-9A-Z*\u4e00-\u9fff]{5,9}|[0-9A-Z*]{17}")
_NATIONAL = re.compile(
    r"(?P<prefix>[\u4e00-\u9fff][A-Z])"
    r"(?:(?P<serial>[A-HJ-NP-Z0-9]{5})|[A-HJK][A-HJ-NP-Z0-9]\d{4}|\d{5}[A-HJK]|[A-HJ-NP-Z0-9]{4}[警学挂试超领使])"
)
_SPECIAL = re.compile(
    r"粤Z[A-HJ-NP-Z0-9]{4}[港澳]|使\d{6}|\d{6}使|[VKHBSLJNGC][A-Z]\d{5}|WJ[\u4e00-\u9fff]?\d{4}[0-9A-Z]"
    r"|[\u4e00-\u9fff][XS]\d{4}应急"
)
_HONG_KONG = re.compile(r"[A-HJ-PR-Z]{1,2}\d{1,4}")
_TAIWAN = re.compile(r"[A-Z]{3}\d{3,4}|\d{3,4}[A-Z]{2}")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")

_VIN_VALUES: Mapping[str, int] = MappingProxyType(
    dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def canonical(text: str) -> str:
    """Chinese characters, capital letters and digits only: ``湘A12345``."""
    plain = compact(text)
    value = _NOT_PLATE.sub("", plain).upper()
    return value if _SHAPE.fullmatch(value) else plain


def valid(value: str) -> bool | None:
    """Whether the plate's prefix and serial, or the VIN's check digit, are possible; ``None`` if masked or local."""
    if masked(value):
        return None
    if _VIN.fullmatch(value):
        return vin_digit(value) == value[8]
    if match := _NATIONAL.fullmatch(value):
        serial = match["serial"] or ""
        return match["prefix"] in plate_prefixes() and sum(character.isalpha() for character in serial) <= 2
    if _SPECIAL.fullmatch(value):
        return True
    return None if _HONG_KONG.fullmatch(value) or _TAIWAN.fullmatch(value) else False


@cache
def plate_prefixes() -> frozenset[str]:
    """The provinces' characters with the letters of their cities: ``湘A``."""
    return frozenset(line[0] + letter for line in lines("plate_prefixes") for letter in line[2:])


def vin_digit(vin: str) -> str:
    """The check character, ``0``–``9`` or ``X``, that belongs in position 9 of a VIN."""
    total = sum(_VIN_VALUES[character] * weight for character, weight in zip(vin, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


_SUFFIX = "[警学挂试超领使港澳]"
_HIDDEN = r"(?>[A-Za-z\d*]*?\*\*)[A-Za-z\d*]*"
SHEET = Sheet(
    type=EntityType.PLATE,
    english="a vehicle plate or a VIN",
    chinese="车牌号",
    format="Chinese characters, capital letters and digits, 湘A12345; a VIN has 17 letters and digits",
    source="GA 36-2018, GA/T 804; GB 16735 / ISO 3779 (VIN with its check digit)",
    severity=Severity.GENERAL,
    examples=("湘A·12345", "湘Ａ１２３４５", "54321A湘"),
    canonical=canonical,
    valid=valid,
    plan=NumberPlan(
        plausible=shape(
            rf"[{PROVINCES}](?:[A-Z][A-HJ-NP-Z\d*]{{4,6}}|[a-z][a-hj-np-z\d*]{{4,6}}){_SUFFIX}?",
            r"使#{6}|#{6}使",
            rf"WJ[{PROVINCES}]?#{{4}}[0-9A-Z]",
            r"[VKHBSLJNGC][A-Z]#{5}",
            rf"[{PROVINCES}][XS]#{{4}}应急",
            r"[A-HJ-PR-Z]{1,2}#{1,4}|[A-Z]{3}#{3,4}|#{3,4}[A-Z]{2}",
            r"[A-HJ-NPR-Z\d*]{17}|[a-hj-npr-z\d*]{17}",
            _HIDDEN,
        ),
        everyday=shape(
            rf"[{PROVINCES}][A-Za-z][·•. -]?[A-Za-z\d*]{{4,6}}{_SUFFIX}?",
            r"使#{6}|#{6}使",
            rf"WJ[{PROVINCES}]?[·•. -]?[A-Za-z\d*]{{5}}",
            rf"[{PROVINCES}][XS][·•. -]?#{{4}}应急",
            rf"[A-Za-z\d*]{{7}}|[A-Za-z\d*]{{17}}|{_HIDDEN}",
            r"[A-Z]{1,3}[- ]?#{1,4}|M[A-Z]?-#{2}-#{2}|#{3,4}-[A-Z]{2}",
        ),
        reversible=shape(rf"[{PROVINCES}][A-Z][A-HJ-NP-Z\d*]{{5,6}}"),
        kept=PROVINCES + "警学挂试超使港澳应急",
        kept_last="领",
    ),
    number_like=True,
    telling=True,
)
