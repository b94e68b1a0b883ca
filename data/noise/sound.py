"""Names and places by their sound: other characters of the same syllables (章獐 for 张), and initials (cs for 长沙)."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from gaihe.data.noise.surface import HAN, PLACE_TYPES, name_parts
from gaihe.data.pinyin import name_pinyin
from gaihe.data.tables import rows
from gaihe.serving.schema import EntityType
from pypinyin import Style, lazy_pinyin

_SHORTEST_PLACE = 6
_LONGEST_NAME = 4
_HEAD = re.compile("[\u3400-\u9fff]{2}(?=[省市]?[\u3400-\u9fff]{2})")
_ALL_SOUNDS = 0.35


@cache
def _homophones() -> dict[str, tuple[str, ...]]:
    return {syllable: tuple(characters.split(" ")) for syllable, characters in rows("name_homophones")}


def homophone_name(text: str, type: EntityType, random: Random) -> str | None:
    """A Chinese name in characters that sound alike: one of them, or all that have such a twin."""
    if type is not EntityType.NAME or not 2 <= len(text) <= _LONGEST_NAME or not all(map(HAN.match, text)):
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
    """The first two characters of a place as the initials of their syllables: cs市岳麓区."""
    if type not in PLACE_TYPES or len(text) < _SHORTEST_PLACE or not (head := _HEAD.match(text)):
        return None
    letters = "".join(lazy_pinyin(head[0], style=Style.FIRST_LETTER))
    if not letters.isascii() or len(letters) != len(head[0]):
        return None
    return (letters.upper() if random.random() < 0.25 else letters) + text[head.end() :]
