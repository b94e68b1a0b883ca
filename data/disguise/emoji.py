"""Emoji and signs that stand for digits: 🥚 for 0, ☝️ for 1, ✌️ for 2, 🎱 for 8."""

from __future__ import annotations

from random import Random

from gaihe.data.disguise.units import number_plan, replace_digits
from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.tables import EMOJI_DIGITS, KEYCAP

_KEYCAPS_SHARE = 0.3


def emoji_digit(text: str, type: EntityType, random: Random) -> str | None:
    """Digits as emoji where there is one; the others plain or as keycaps."""
    if number_plan(type) is None or type is EntityType.BIRTH_DATE:
        return None
    signs = {digit: random.choice(emoji) for digit, emoji in EMOJI_DIGITS.items()}
    keycaps = random.random() < _KEYCAPS_SHARE
    disguised = replace_digits(
        text, type, random, lambda digit: signs.get(digit) or (digit + KEYCAP if keycaps else digit)
    )
    return disguised if disguised and any(sign in disguised for sign in signs.values()) else None
