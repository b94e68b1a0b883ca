"""Where values that were found stand again in a text, as they were written or in another writing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.redaction.given_names import GivenNames
from gaihe.serving.redaction.occurrences import Occurrences
from gaihe.serving.redaction.writings import amid_digits, digit, is_whole, lettered, phrase_letter
from gaihe.serving.reveal import LONGEST_SURFACE
from gaihe.serving.types import sheet_of
from gaihe.serving.types.text import masked
from gaihe.serving.verdict.listed import bare, canonical_value

SHORTEST_REPEATED = 2
"""Characters of the shortest surface that is looked for elsewhere: one character, such as the 强 of 强哥, stands in
other words too often."""
_FEWEST = 5
"""Letters and digits of a value that is looked for in other writings: fewer stand in other words and numbers too."""
_FEWEST_OF_A_NAME = 3
"""The same of a name, in Chinese characters."""
_LONG_NUMBER = re.compile(r"[0-9]{7,}[0-9x]")
"""A number that stands in no text by chance, so that it may be written in words and signs, and over several phrases."""


class Repeats:
    """Finds values in texts.

    Args:
        entities: the values; of those that are written alike the first counts.
        others: finds further values, such as those of other texts.

    Attributes:
        types: the values' types.
    """

    def __init__(self, entities: Iterable[Entity], others: Repeats | None = None) -> None:
        self._as_found: dict[str, Entity] = {}
        self._in_phrases: dict[str, Entity] = {}
        self._in_digits: dict[str, Entity] = {}
        self._others = others
        given = list(entities)
        self.types = frozenset(entity.type for entity in given)
        if others is not None:
            self.types |= others.types
        values = [entity for entity in given if len(entity.text) >= SHORTEST_REPEATED]
        for entity in values:
            self._as_found.setdefault(entity.text, entity)
            for word in _words(entity):
                words = self._in_digits if _LONG_NUMBER.fullmatch(word) else self._in_phrases
                words.setdefault(word, entity)
        self._surfaces = Occurrences(self._as_found)
        self._phrases = Occurrences(self._in_phrases)
        self._numbers = Occurrences(self._in_digits)
        self._given_names = GivenNames(values)

    def __bool__(self) -> bool:
        return bool(self._as_found or self._others)

    def found(self, text: str, start: int, end: int) -> list[Entity]:
        """Where they stand in a stretch of a text, in order; those that overlap are one, of the first one's type."""
        united: list[Entity] = []
        for entity in sorted(self._found(text, start, end), key=lambda entity: (entity.start, -entity.end)):
            if united and entity.start < united[-1].end:
                if united[-1].end < entity.end:
                    first = united.pop()
                    united.append(_standing(text, first.start, entity.end, first.type))
            else:
                united.append(entity)
        return united

    def _found(self, text: str, start: int, end: int) -> Iterator[Entity]:
        for first, last, word in self._surfaces.united(text[start:end]):
            entity = self._as_found[word]
            if last - first == len(word):
                yield replace(entity, start=start + first, end=start + last)
            else:
                yield _standing(text, start + first, start + last, entity.type)
        yield from self._given_names.found(text, start, end)
        if self._in_phrases:
            yield from self._rewritten(text, start, end, phrase_letter, self._phrases, self._in_phrases)
        if self._in_digits:
            yield from self._rewritten(text, start, end, digit, self._numbers, self._in_digits)
        if self._others:
            yield from self._others._found(text, start, end)

    def _rewritten(
        self,
        text: str,
        start: int,
        end: int,
        read: Callable[[str], str],
        occurrences: Occurrences,
        words: dict[str, Entity],
    ) -> Iterator[Entity]:
        letters, places = lettered(text[start:end], read)
        for first, last, word in occurrences.united(letters):
            begin, stop = start + places[first], start + places[last - 1] + 1
            if words is self._in_digits:
                whole = not amid_digits(text, begin, stop)
            else:
                whole = is_whole(text, begin, stop, grouped=word.isdigit())
            if whole:
                value = canonical_value(words[word]) if last - first == len(word) else None
                yield _standing(text, begin, stop, words[word].type, value)


def _words(entity: Entity) -> set[str]:
    """What `bare` gives of a value that is looked for in other writings; nothing of a masked or a short one."""
    if len(entity.text) > LONGEST_SURFACE or masked(value := canonical_value(entity)):
        return set()
    word, surface = bare(value), bare(entity.text)
    words = {word, surface} if _LONG_NUMBER.fullmatch(surface) or not surface.isdigit() else {word}
    chinese_name = entity.type == EntityType.NAME and not word.isascii()
    return {word for word in words if len(word) >= (_FEWEST_OF_A_NAME if chinese_name else _FEWEST)}


def _standing(text: str, start: int, end: int, kind: EntityType, value: str | None = None) -> Entity:
    """An entity of a stretch of a text, disguised as it stands there."""
    surface = text[start:end]
    return Entity(start, end, kind, surface, value, evasion=sheet_of(kind).reveal(surface).kinds)
