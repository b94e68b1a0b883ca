"""Names in pieces (弓长丽, 张·丽) and in pinyin, for places too; traditional characters."""

from __future__ import annotations

from functools import cache
from random import Random

from gaihe.data.disguise.units import HAN, is_place, name_parts, whole_name
from gaihe.data.lexicon.pinyin import name_pinyin, syllables
from gaihe.data.lexicon.weighted import Weighted
from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.tables import name_splits, simplified
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

_EVERY_DOT_SHARE = 0.6
_SURNAME_ONLY_SHARE = 0.7
_EVERY_CHARACTER_SHARE = 0.3
_COMMON_SPLIT_SHARE = 0.75
_CAPITAL_SYLLABLE_SHARE = 0.15
_JOINED_GIVEN_NAME_SHARE = 0.4
_SPACED_SYLLABLES_SHARE = 0.3

_PINYIN_MANNER = Weighted({"character": 20, "given": 10, "toned": 8, "plain": 62})
_PINYIN_CASE = Weighted({"capitalized": 35, "upper": 7, "lower": 58})
_PLACE_MANNER = Weighted({"toned": 8, "plain": 82, "capitalized": 10})
_RUN_LENGTH = Weighted({1: 30, 2: 35, 3: 15, 4: 12, 6: 8})

_DOTTED_SHARE = 0.22
_STANDARDS = ("s2t", "s2t", "s2t", "s2tw", "s2hk")


def name_split(text: str, type: EntityType, random: Random) -> str | None:
    """Write the surname, or another character, as its components, or put dots between the characters."""
    if type is not EntityType.NAME or not whole_name(text):
        return None
    splits = name_splits()
    places = [place for place, character in enumerate(text) if character in splits]
    if not places or random.random() < _DOTTED_SHARE:
        return "·".join(text) if random.random() < _EVERY_DOT_SHARE else "·".join(name_parts(text))
    if places[0] == 0 and random.random() < _SURNAME_ONLY_SHARE:
        chosen = {0}
    elif random.random() < _EVERY_CHARACTER_SHARE:
        chosen = set(places)
    else:
        chosen = {random.choice(places)}
    return "".join(
        _components(character, random) if place in chosen else character for place, character in enumerate(text)
    )


def _components(character: str, random: Random) -> str:
    ways = name_splits()[character]
    return ways[0] if random.random() < _COMMON_SPLIT_SHARE else random.choice(ways)


def pinyin(text: str, type: EntityType, random: Random) -> str | None:
    """Pinyin of a name, or of a part of an address, school or workplace: with tones or not, joined or not."""
    if type is EntityType.NAME:
        return _pinyin_name(text, random) if whole_name(text) else None
    if not is_place(type):
        return None
    runs = _han_runs(text)
    if not runs:
        return None
    start, end = random.choice(runs)
    length = _RUN_LENGTH.pick(random)
    start = random.randrange(start, max(start + 1, end - length + 1))
    part = text[start : min(end, start + length)]
    return text[:start] + _place_pinyin(part, random) + text[start + len(part) :]


def _pinyin_name(text: str, random: Random) -> str:
    manner = _PINYIN_MANNER.pick(random)
    surname, given = name_parts(text)
    if manner == "character":
        place = random.randrange(len(text))
        syllable = lazy_pinyin(text[place])[0]
        return (
            text[:place]
            + (syllable.capitalize() if random.random() < _CAPITAL_SYLLABLE_SHARE else syllable)
            + text[place + 1 :]
        )
    if manner == "given":
        return surname + "".join(syllables(given))
    family, *rest = name_pinyin(surname, given)
    if manner == "toned":
        family, rest = "".join(lazy_pinyin(surname, style=Style.TONE)), lazy_pinyin(given, style=Style.TONE)
    words = [family, "".join(rest)] if random.random() < _JOINED_GIVEN_NAME_SHARE else [family, *rest]
    case = _PINYIN_CASE.pick(random)
    if case == "capitalized":
        words = [word.capitalize() for word in words]
    elif case == "upper":
        words = [word.upper() for word in words]
    joint = random.choice(("", "", " ", " ", " ", "-"))
    return (" " if joint == "-" and len(words) > 2 else joint).join(words)


def _place_pinyin(part: str, random: Random) -> str:
    manner = _PLACE_MANNER.pick(random)
    words = lazy_pinyin(part, style=Style.TONE if manner == "toned" else Style.NORMAL)
    if manner == "capitalized":
        words = [word.capitalize() for word in words]
    return (" " if random.random() < _SPACED_SYLLABLES_SHARE else "").join(words)


def traditional(text: str, type: EntityType, random: Random) -> str | None:
    """Traditional characters as in dictionaries, Taiwan or Hong Kong, one for one; user names stay as they are."""
    if type is EntityType.ACCOUNT:
        return None
    result = _converter(random.choice(_STANDARDS)).convert(text)
    if type is EntityType.NAME:
        result = "".join(
            new if new != "於" and new.translate(simplified()) == old else old
            for old, new in zip(text, result, strict=False)
        )
    return result if result != text and len(result) == len(text) else None


@cache
def _converter(standard: str) -> OpenCC:
    return OpenCC(standard)


def _han_runs(text: str) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place, character in enumerate(text):
        if not HAN.match(character):
            continue
        if runs and runs[-1][1] == place:
            runs[-1] = runs[-1][0], place + 1
        else:
            runs.append((place, place + 1))
    return runs
