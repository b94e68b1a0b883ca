"""What all providers share: a Faker generator that knows its split."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeVar

from faker import Generator
from faker.providers import BaseProvider
from gaihe.data.lexicon.pools import split_of_word, words
from gaihe.data.lexicon.tables import Split, entries

T = TypeVar("T")
PRESENT_YEAR = 2026
"""The year in which posts are written: people have their ages in it."""
_ATTEMPTS = 200


class SplitGenerator(Generator):
    """A Faker generator that draws lexicon entries from one split only."""

    def __init__(self, split: Split = Split.TRAIN) -> None:
        super().__init__()
        self.split = split


class ValueProvider(BaseProvider):
    """Base of the providers: the generator's random source and split at hand."""

    generator: SplitGenerator

    @property
    def random(self) -> Random:
        """The generator's own source of randomness; seeded once a post."""
        source: Random = self.generator.random
        return source

    def entry(self, table: str) -> tuple[str, ...]:
        """A random row of a lexicon table, from the generator's split."""
        return self.random.choice(entries(table, self.generator.split))

    def digits(self, count: int) -> str:
        """A string of random decimal digits."""
        return "".join(self.random.choices("0123456789", k=count))


class WordProvider(ValueProvider):
    """A provider that puts values together from word lists."""

    def _word(self, table: str, kind: str) -> str:
        """A word of the generator's split: for words that a model could learn by heart."""
        return self.random.choice(words(table, kind, self.generator.split))

    def _part(self, table: str, kind: str) -> str:
        """A word of the whole list: for the small words that every value is built with."""
        return self.random.choice(words(table, kind))

    def _own(self, draw: Callable[[], str]) -> str:
        """What ``draw`` makes, drawn again until it is a word of the generator's split."""
        return self._until(lambda word: split_of_word(word) is self.generator.split, draw)

    def _until(self, fits: Callable[[str], bool], draw: Callable[[], str]) -> str:
        """What ``draw`` makes, drawn again until it fits, or often enough."""
        for _ in range(_ATTEMPTS):
            word = draw()
            if fits(word):
                break
        return word
