"""Decide which values of a post are disguised, and how; say what was done."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from gaihe.data.disguise import HINTS, LEADS, disguise, disguise_cues
from gaihe.data.disguise.segments import Segment
from gaihe.data.lexicon.weighted import Weighted
from gaihe.serving.core.schema import EntityType, NoiseKind
from gaihe.serving.reveal.plans import NamePlan, PlacePlan
from gaihe.serving.types import sheet_of

_NUMBER_KINDS = Weighted(
    {
        NoiseKind.SEPARATOR: 16,
        NoiseKind.CHINESE_NUMERAL: 14,
        NoiseKind.HOMOPHONE_DIGIT: 13,
        NoiseKind.UNICODE_DIGIT: 13,
        NoiseKind.CHUNKED: 14,
        NoiseKind.MASKED: 10,
        NoiseKind.LOOKALIKE: 8,
        NoiseKind.REVERSED: 8,
        NoiseKind.ZERO_WIDTH: 7,
    }
)
_TEXT_KINDS = Weighted(
    {
        NoiseKind.NAME_SPLIT: 22,
        NoiseKind.PINYIN: 22,
        NoiseKind.MASKED: 18,
        NoiseKind.SEPARATOR: 14,
        NoiseKind.TRADITIONAL: 12,
        NoiseKind.ZERO_WIDTH: 12,
    }
)
_LONG_NUMBER = re.compile(r"\d{6}|\d{3}-\d{3,4}-\d{4}")
_FILLER_KINDS = (NoiseKind.SEPARATOR, NoiseKind.UNICODE_DIGIT, NoiseKind.MASKED, NoiseKind.CHINESE_NUMERAL)
SECOND_KIND = 0.25
DISGUISED_VALUE = 0.8
OTHER_HABIT = 0.3
WHOLE_TRADITIONAL = 0.03
CUE_SLANG = 0.22
FILLER_NOISE = 0.2
HINT = 0.6
_UNREADABLE = frozenset({NoiseKind.MASKED, NoiseKind.PINYIN})
"""After these a value is what is left to be read."""
LEAD = 0.3


class _Habits:
    """The disguises that the author of a post uses: some for numbers, some for names and places."""

    def __init__(self, random: Random) -> None:
        self._numbers, self._texts = self._draw(_NUMBER_KINDS, random), self._draw(_TEXT_KINDS, random)

    @staticmethod
    def _draw(kinds: Weighted[NoiseKind], random: Random) -> list[NoiseKind]:
        count = 2 if random.random() < SECOND_KIND else 1
        return list({kinds.pick(random): None for _ in range(count)})

    def kinds(self, kind: EntityType) -> list[NoiseKind]:
        """The disguises for values of a type."""
        return self._texts if isinstance(sheet_of(kind).plan, NamePlan | PlacePlan) else self._numbers


def _disguise_value(segment: Segment, after: str, habits: _Habits, random: Random) -> list[Segment]:
    """A value in disguise, with what people write before or behind it; ``after`` is the text that follows."""
    if segment.type is None or segment.fixed or random.random() > DISGUISED_VALUE:
        return [segment]
    if random.random() < OTHER_HABIT:
        habits = _Habits(random)
    text, applied = disguise(segment.text, segment.type, random, habits.kinds(segment.type))
    if not applied:
        return [segment]
    value = sheet_of(segment.type).value(text)
    if value != segment.value and not _UNREADABLE & set(applied):
        return [segment]
    changed = [replace(segment, text=text, value=value, noise=tuple(dict.fromkeys((*segment.noise, *applied))))]
    if NoiseKind.CHUNKED in applied and random.random() < LEAD:
        changed.insert(0, Segment(random.choice(LEADS)))
    if NoiseKind.REVERSED in applied and random.random() < HINT:
        hint = random.choice(HINTS)
        runs_on = hint[-1].isalnum() and after[:1].isalnum()
        changed.append(Segment(f"{hint}，" if runs_on else hint))
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
        habits = _Habits(random)
        following = [*(segment.text for segment in segments[1:]), ""]
        segments = [
            changed
            for segment, after in zip(segments, following, strict=True)
            for changed in _disguise_value(segment, after, habits, random)
        ]
    if random.random() < share * FILLER_NOISE:
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
    """Long numbers that are nobody's are disguised as well, so that a disguise alone gives nothing away."""
    kinds = [random.choice(_FILLER_KINDS)]
    if not _LONG_NUMBER.search(segment.text):
        return segment
    text, _ = disguise(segment.text, EntityType.MEMBER_ID, random, kinds)
    return replace(segment, text=text)


def _traditional(segment: Segment, random: Random) -> Segment:
    kind = segment.type or EntityType.ADDRESS
    text, applied = disguise(segment.text, kind, random, [NoiseKind.TRADITIONAL])
    if not applied or (segment.type is not None and sheet_of(kind).value(text) != segment.value):
        return segment
    noise = segment.noise if segment.type is None else tuple(dict.fromkeys((*segment.noise, *applied)))
    return replace(segment, text=text, noise=noise)
