"""Invisible characters inside a value."""

from __future__ import annotations

from random import Random

from gaihe.data.disguise.units import units
from gaihe.serving.core.invisible import ZERO_WIDTH
from gaihe.serving.core.schema import EntityType

_COMMON_SIGN_SHARE = 0.75
_EVERY_GAP_SHARE = 0.4
_MIXED_SIGNS_SHARE = 0.2
_SOME_GAPS = (0.1, 0.7)

_COMMON = "\u200b\u200b\u200b\u200d\u200c\ufeff\u2060"
_JOINERS = "\u200d\ufe0f"


def apply(text: str, type: EntityType, random: Random) -> str | None:
    """Put zero-width and bidi characters into all gaps, or some, between visible characters."""
    parts = units(text)
    gaps = len(parts) - 1
    if gaps < 1:
        return None
    sign = random.choice(_COMMON if random.random() < _COMMON_SIGN_SHARE else ZERO_WIDTH)
    share = 1.0 if random.random() < _EVERY_GAP_SHARE else random.uniform(*_SOME_GAPS)
    forced = random.randrange(gaps)
    mixed = random.random() < _MIXED_SIGNS_SHARE
    result = parts[0]
    for gap, part in enumerate(parts[1:]):
        if gap == forced or random.random() < share:
            mark = random.choice(ZERO_WIDTH) if mixed else sign
            result += "\u200b" if mark in _JOINERS and not parts[gap][0].isalnum() else mark
        result += part
    return result
