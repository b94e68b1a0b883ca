"""Word lists by kind: tables whose rows are a word and its kind."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from gaihe.data.providers.base import ValueProvider
from gaihe.data.tables import Split, entries, rows

_FEWEST = 4


@cache
def _kinds(table: str, split: Split | None) -> dict[str, tuple[str, ...]]:
    kinds: dict[str, list[str]] = defaultdict(list)
    for word, kind, *_ in rows(table) if split is None else entries(table, split):
        kinds[kind].append(word)
    return {kind: tuple(words) for kind, words in kinds.items()}


@cache
def words(table: str, kind: str, split: Split | None = None) -> tuple[str, ...]:
    """The words of one kind in a table, from one split if one is named.

    A split that holds too few words of the kind to draw from gives way to the whole list.

    Raises:
        KeyError: the table has no such kind.
    """
    every = _kinds(table, None)[kind]
    chosen = _kinds(table, split).get(kind, ())
    return chosen if len(chosen) >= _FEWEST else every


class WordProvider(ValueProvider):
    """A provider that puts values together from word lists."""

    def _word(self, table: str, kind: str) -> str:
        """A word from the generator's split: for words that a model could learn by heart."""
        return self.random.choice(words(table, kind, self.generator.split))

    def _part(self, table: str, kind: str) -> str:
        """A word from the whole list: for the small words that every value is built with."""
        return self.random.choice(words(table, kind))
