"""Disguises of values and cues, by noise kind.

Every disguise but ``cue_slang`` works on the surface of one span; :func:`disguise_cues` works on the text around spans.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from gaihe.data.disguise import masked, separator, zero_width
from gaihe.data.disguise.cue_slang import disguise_cues
from gaihe.data.disguise.digits import chinese_numeral, homophone_digit, lookalike, unicode_digit
from gaihe.data.disguise.emoji import emoji_digit
from gaihe.data.disguise.names import name_split, pinyin, traditional
from gaihe.data.disguise.order import HINTS, LEADS, chunked, reversed_value
from gaihe.data.disguise.sound import homophone_name, initials
from gaihe.data.disguise.spoken import grouped_numeral, named_signs, repeated
from gaihe.data.disguise.units import Disguise
from gaihe.serving.core.schema import EntityType, NoiseKind

__all__ = ["DISGUISES", "HINTS", "LEADS", "Disguise", "disguise", "disguise_cues"]

DISGUISES: dict[NoiseKind, Disguise] = {
    NoiseKind.REVERSED: reversed_value,
    NoiseKind.MASKED: masked.apply,
    NoiseKind.NAME_SPLIT: name_split,
    NoiseKind.PINYIN: pinyin,
    NoiseKind.LOOKALIKE: lookalike,
    NoiseKind.HOMOPHONE_DIGIT: homophone_digit,
    NoiseKind.CHINESE_NUMERAL: chinese_numeral,
    NoiseKind.UNICODE_DIGIT: unicode_digit,
    NoiseKind.SEPARATOR: separator.apply,
    NoiseKind.TRADITIONAL: traditional,
    NoiseKind.CHUNKED: chunked,
    NoiseKind.ZERO_WIDTH: zero_width.apply,
}
"""The disguises of spans, in the order in which they can be put on one another."""

RARER: dict[NoiseKind, tuple[tuple[float, Disguise], ...]] = {
    NoiseKind.UNICODE_DIGIT: ((0.12, emoji_digit),),
    NoiseKind.CHINESE_NUMERAL: ((0.15, grouped_numeral),),
    NoiseKind.SEPARATOR: ((0.3, named_signs),),
    NoiseKind.CHUNKED: ((0.2, repeated),),
    NoiseKind.PINYIN: ((0.15, homophone_name), (0.15, initials)),
}
"""Further ways, each with its chance to be tried first: they count as the kind that they are nearest to."""

_NEVER_AFTER = {NoiseKind.MASKED: NoiseKind.REVERSED, NoiseKind.PINYIN: NoiseKind.NAME_SPLIT}


def disguise(
    text: str, type: EntityType, random: Random, kinds: Sequence[NoiseKind]
) -> tuple[str, tuple[NoiseKind, ...]]:
    """Put those of ``kinds`` on a surface that fit it, in an order that keeps each readable.

    Returns:
        The disguised surface and the kinds that it now shows, in the order of ``NoiseKind``.
    """
    shown: set[NoiseKind] = set()
    for kind, apply in DISGUISES.items():
        if kind not in kinds or _NEVER_AFTER.get(kind) in shown:
            continue
        ways = [way for chance, way in RARER.get(kind, ()) if random.random() < chance]
        found = (way(text, type, random) for way in (*ways, apply))
        if (disguised := next((result for result in found if result is not None), None)) is not None:
            text = disguised
            shown.add(kind)
    return text, tuple(kind for kind in NoiseKind if kind in shown)
