"""Names and places by their sound: other characters of the same syllables (章獐 for 张), and initials (cs for 长沙)."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from gaihe.data.disguise.units import HAN, is_place, name_parts, whole_name
from gaihe.data.lexicon.pinyin import name_pinyin
from gaihe.data.lexicon.regions import short
from gaihe.data.lexicon.tables import rows
from gaihe.serving.core.schema import EntityType
from pypinyin import Style, lazy_pinyin

_UPPER_CASE_SHARE = 0.25

_DIVISION = re.compile("[省市区县]")
_ALL_SOUNDS = 0.35


@cache
def _homophones() -> dict[str, tuple[str, ...]]:
    return {syllable: tuple(characters.split(" ")) for syllable, characters in rows("name_homophones")}


@cache
def _cities() -> frozenset[str]:
    """Provinces and cities as people say them, those of two characters."""
    names = {short(name) for _, province, city, *_ in rows("divisions") for name in (province, city) if name}
    return frozenset(name for name in names if len(name) == 2)


def homophone_name(text: str, type: EntityType, random: Random) -> str | None:
    """A Chinese name in characters that sound alike: one of them, or all that have such a twin."""
    if type is not EntityType.NAME or not whole_name(text):
        return None
    sounds = "".join(name_pinyin(*name_parts(text))[:1]), *lazy_pinyin(name_parts(text)[1])
    if len(sounds) != len(text):
        return None
    places = [place for place, sound in enumerate(sounds) if sound in _homophones()]
    if not places:
        return None
    chosen = set(places) if random.random() < _ALL_SOUNDS else {random.choice(places)}
    twins = [
        random.choice(_homophones()[sound]) if place in chosen else text[place] for place, sound in enumerate(sounds)
    ]
    result = "".join(twins)
    return result if result != text else None


def initials(text: str, type: EntityType, random: Random) -> str | None:
    """A province, city or county at the head of a place as the initials of its syllables: cs市岳麓区."""
    head = text[:2]
    if not is_place(type) or not (head in _cities() or (HAN.match(text) and _DIVISION.match(text, 2))):
        return None
    letters = "".join(lazy_pinyin(head, style=Style.FIRST_LETTER))
    if not letters.isascii() or len(letters) != len(head) or len(text) == len(head):
        return None
    return (letters.upper() if random.random() < _UPPER_CASE_SHARE else letters) + text[2:]
