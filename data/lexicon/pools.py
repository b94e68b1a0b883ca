"""Word lists by kind: tables whose rows are a word and its kind.

What a model could learn by heart is held out: given names of two characters and more, roads, estates, villages,
schools, firms, brands, landmarks, nicknames and the like stand in one split only. What every value is built with is
shared: divisions of the country, surnames, single characters and syllables, and the endings and departments that
firms, schools and places have in common. So is what is put together from these alone (浏阳一中, 长沙市人民医院).
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from zlib import crc32

from gaihe.data.lexicon.tables import Split, rows, split_of

TABLES = (
    "places",
    "hk_tw_places",
    "given_names",
    "regional_names",
    "minority_names",
    "foreign_names",
    "latin_names",
    "nicknames",
    "net_names",
    "school_words",
    "work_words",
    "fillers",
)
"""The tables of words by kind."""

_FEWEST = 4
_LEAST_SHARE = 6


@cache
def _kinds(table: str) -> dict[str, tuple[str, ...]]:
    kinds: dict[str, dict[str, None]] = defaultdict(dict)
    for word, kind, *_ in rows(table):
        kinds[kind][word] = None
    return {kind: tuple(words) for kind, words in kinds.items()}


@cache
def _moved() -> dict[str, Split]:
    """Words of short lists that stand in another split than their checksum says, so that each split has some."""
    moved: dict[str, Split] = {}
    lists = [words for table in TABLES for words in _kinds(table).values()]
    for words in sorted(lists, key=len):
        wanted = min(_FEWEST, len(words) // _LEAST_SHARE)
        for split in (Split.TEST, Split.VALIDATION):
            lacking = wanted - sum(moved.get(word, split_of(word)) is split for word in words)
            free = [word for word in words if word not in moved and split_of(word) is Split.TRAIN]
            for word in sorted(free, key=lambda word: crc32(word.encode()))[: max(lacking, 0)]:
                moved[word] = split
    return moved


def split_of_word(word: str) -> Split:
    """The split that a word belongs to, in whatever table it stands."""
    return _moved().get(word) or split_of(word)


@cache
def words(table: str, kind: str, split: Split | None = None) -> tuple[str, ...]:
    """The words of one kind in a table, of one split only if one is named.

    Raises:
        KeyError: the table has no such kind.
    """
    every = _kinds(table)[kind]
    return every if split is None else tuple(word for word in every if split_of_word(word) is split)
