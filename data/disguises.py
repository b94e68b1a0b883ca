"""Decide which values of a post are disguised, and how; say what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from gaihe.data.noise import HINTS, disguise, disguise_cues
from gaihe.data.segments import Segment
from gaihe.serving.disguise import reveal
from gaihe.serving.formats import canonical
from gaihe.serving.schema import EntityType, NoiseKind

WEIGHTS = {
    NoiseKind.SEPARATOR: 14,
    NoiseKind.UNICODE_DIGIT: 11,
    NoiseKind.CHINESE_NUMERAL: 10,
    NoiseKind.HOMOPHONE_DIGIT: 9,
    NoiseKind.LOOKALIKE: 6,
    NoiseKind.ZERO_WIDTH: 6,
    NoiseKind.NAME_SPLIT: 9,
    NoiseKind.PINYIN: 9,
    NoiseKind.TRADITIONAL: 5,
    NoiseKind.MASKED: 10,
    NoiseKind.REVERSED: 4,
    NoiseKind.CHUNKED: 8,
}
_KINDS = tuple(WEIGHTS)
_FILLER_KINDS = (NoiseKind.SEPARATOR, NoiseKind.UNICODE_DIGIT, NoiseKind.MASKED, NoiseKind.CHINESE_NUMERAL)
SECOND_KIND = 0.25
DISGUISED_VALUE = 0.8
WHOLE_TRADITIONAL = 0.03
CUE_SLANG = 0.22
FILLER_NOISE = 0.06
HINT = 0.6


def _kinds(random: Random) -> list[NoiseKind]:
    chosen = random.choices(_KINDS, tuple(WEIGHTS.values()), k=2 if random.random() < SECOND_KIND else 1)
    return list(dict.fromkeys(chosen))


def _disguise_value(segment: Segment, kinds: Sequence[NoiseKind], random: Random) -> list[Segment]:
    if segment.type is None:
        return [segment]
    text, applied = disguise(segment.text, segment.type, random, kinds)
    if not applied:
        return [segment]
    value = segment.value
    if NoiseKind.MASKED in applied or NoiseKind.PINYIN in applied:
        value = canonical(segment.type, reveal(text, segment.type).text)
    changed = [replace(segment, text=text, value=value, noise=applied)]
    if NoiseKind.REVERSED in applied and random.random() < HINT:
        changed.append(Segment(random.choice(HINTS)))
    return changed


def _disguise_plain(segment: Segment, random: Random) -> Segment:
    text = disguise_cues(segment.text, random)
    return segment if text is None else replace(segment, text=text, noise=(NoiseKind.CUE_SLANG,))


def apply_noise(segments: list[Segment], share: float, random: Random) -> list[Segment]:
    """Disguise a post.

    Args:
        segments: the post.
        share: chance that the post hides its values; its cue words are disguised more or less independently.
        random: source of randomness.
    """
    if random.random() < share:
        kinds = _kinds(random)
        segments = [
            changed
            for segment in segments
            for changed in (
                _disguise_value(segment, kinds if random.random() < 0.7 else _kinds(random), random)
                if segment.type is not None and random.random() < DISGUISED_VALUE
                else [segment]
            )
        ]
    if random.random() < share * FILLER_NOISE / 0.35:
        segments = [_disguise_filler(segment, random) if segment.filler else segment for segment in segments]
    if random.random() < CUE_SLANG:
        segments = [
            _disguise_plain(segment, random) if segment.type is None and not segment.filler else segment
            for segment in segments
        ]
    if random.random() < WHOLE_TRADITIONAL:
        segments = [_traditional(segment, random) for segment in segments]
    return segments


def _disguise_filler(segment: Segment, random: Random) -> Segment:
    """Look-alike numbers are disguised as well, so that a disguise alone gives nothing away."""
    kinds = [random.choice(_FILLER_KINDS)]
    if not any(character.isdigit() for character in segment.text):
        return segment
    text, _ = disguise(segment.text, EntityType.MEMBER_ID, random, kinds)
    return replace(segment, text=text)


def _traditional(segment: Segment, random: Random) -> Segment:
    text, applied = disguise(segment.text, segment.type or EntityType.NAME, random, [NoiseKind.TRADITIONAL])
    if not applied:
        return segment
    noise = segment.noise if segment.type is None else tuple(dict.fromkeys((*segment.noise, *applied)))
    return replace(segment, text=text, noise=noise)
