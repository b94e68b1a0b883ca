"""User names as people choose them: Chinese net names and Latin handles.

Source: pieces written for this project (``data/lexicon/net_names.tsv``: piece, kind), put together in common patterns.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from gaihe.data.lexicon.pools import words
from gaihe.data.lexicon.tables import Split
from gaihe.data.lexicon.weighted import Weighted

_GIVEN_YEAR_SHARE = 0.5
_WHOLE_YEAR_SHARE = 0.5

_DIVIDED = frozenset({"whole", "thing", "trait", "word"})
_CHINESE = Weighted(
    {
        "{whole}": 24,
        "{whole}{number}": 2,
        "{trait}{thing}": 18,
        "{trait}{thing}{tail}": 2,
        "{thing}{doing}": 9,
        "{thing}{tail}": 7,
        "{thing}{thing}": 5,
        "{thing}{number}": 4,
        "{char}{char}{tail}": 2,
        "阿{char}{doing}": 2,
        "阿{char}{tail}": 2,
        "小{char}{doing}": 2,
        "小{char}同学{number}": 1,
        "{char}哥{doing}": 1,
        "{char}姐说{thing}": 0.5,
        "{char}{char}_{word}": 1.5,
        "{word}{thing}": 2,
        "{word}_{thing}": 1.5,
        "{thing}_{word}": 1.5,
        "{thing}-{number}": 1,
        "{region}{role}": 3,
        "{region}{role}{char}哥": 1,
        "{region}{char}哥": 1.5,
        "{role}{char}{char}": 1,
        "是{thing}{tail}": 2,
        "是{char}{char}{tail}": 1,
        "我是{thing}": 0.6,
        "叫我{thing}就好": 0.5,
        "今天{thing}{doing}": 1,
        "{thing}与{thing}": 1.5,
        "{thing}和{thing}": 1,
        "{deco}{whole}": 0.6,
        "{whole}{deco}": 1,
        "{char}{deco}{thing}": 1,
        "{word}丶{char}{char}": 1,
        "_{thing}_": 1,
        "{thing}{letters}": 1,
        "用户{id}": 2,
    }
)
_GAME = Weighted(
    {
        "{thing}{deco}{doing}": 3,
        "{char}{char}{deco}{thing}": 2,
        "{char}{deco}{char}{char}": 2,
        "{word}{deco}{thing}": 2,
        "{region}{deco}{char}哥": 1,
        "{deco}{whole}": 2,
        "{whole}{deco}": 2,
        "{trait}{thing}{deco}": 1,
        "{word}丶{word}": 1,
        "{deco}{char}{char}{deco}": 1,
        "{region}丶{role}": 1,
    }
)
_LATIN = Weighted(
    {
        "{word}{number}": 9,
        "{word}_{number}": 4,
        "{word}_{word}": 6,
        "{word}{word}": 6,
        "{word}{word}{number}": 5,
        "{word}.{word}": 1,
        "{syllable}{syllable}{number}": 10,
        "{syllable}{syllable}_{number}": 5,
        "{syllable}{syllable}{syllable}": 3,
        "{syllable}_{syllable}{number}": 3,
        "{syllable}{syllable}{word}": 4,
        "{word}_{syllable}{syllable}": 4,
        "{letters}{number}": 6,
        "{letters}_{number}": 4,
        "{letters}{id}": 3,
        "its{word}{number}": 1.5,
        "i_am_{word}": 1,
        "the_{word}_{word}": 1,
        "x{word}x{number}": 1,
        "{word}__{letters}": 1,
        "_{word}_{number}": 1.5,
        "im{syllable}{syllable}": 1.5,
        "{syllable}{syllable}loves{word}": 1,
    }
)
_NUMBER = Weighted({"#": 6, "##": 22, "###": 24, "####": 18, "year": 16, "lucky": 14})
_LUCKY = (
    "520",
    "1314",
    "666",
    "888",
    "233",
    "007",
    "123",
    "99",
    "77",
    "88",
    "66",
    "521",
    "2333",
    "168",
    "0401",
    "1024",
)
_CONSONANTS_FIRST = "abcdfghjklmnpqrstwxyz"


class _Filling:
    """Fills the fields of a pattern, ``{word}_{number}``, each with a fresh draw."""

    def __init__(self, random: Random, split: Split) -> None:
        self._random = random
        self._split = split

    def __getitem__(self, field: str) -> str:
        if field == "number":
            return self._number()
        if field == "id":
            return str(self._random.randrange(10**5, 10**10))
        if field == "letters":
            return "".join(self._random.choices(_CONSONANTS_FIRST, k=self._random.choice((2, 2, 3, 3, 4))))
        return self._random.choice(words("net_names", field, self._split if field in _DIVIDED else None))

    def _number(self) -> str:
        shape = _NUMBER.pick(self._random)
        if shape == "year":
            return str(self._random.randrange(1975, 2012))
        if shape == "lucky":
            return self._random.choice(_LUCKY)
        return "".join(self._random.choices("0123456789", k=len(shape)))


def chinese_name(random: Random, split: Split) -> str:
    """A net name, mostly Chinese: 睡不醒的橘猫, 柚子_moon, 东北老铁."""
    return _CHINESE.pick(random).format_map(_Filling(random, split))


def game_name(random: Random, split: Split) -> str:
    """A name with the ornaments of games and old forums: 橘猫丶不熬夜, 灬一剑飘雪."""
    return _GAME.pick(random).format_map(_Filling(random, split))


def latin_handle(random: Random, split: Split) -> str:
    """A handle of Latin letters, digits, ``_`` and ``.``: ``moon_77``, ``xiaoyu1998``."""
    return _LATIN.pick(random).format_map(_Filling(random, split))


def number_tail(random: Random, years: Sequence[int] = ()) -> str:
    """The digits that people put behind a handle: half the time a given year, whole or shortened."""
    if years and random.random() < _GIVEN_YEAR_SHARE:
        year = str(random.choice(years))
        return year if random.random() < _WHOLE_YEAR_SHARE else year[2:]
    return _Filling(random, Split.TRAIN)["number"]
