"""Given names whose whole names were found, where they stand alone: 丽丽 of 张丽丽, 阿里木 of 阿里木·买买提."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.core.tables import lines
from gaihe.serving.redaction.occurrences import Occurrences
from gaihe.serving.reveal.tables import surnames
from gaihe.serving.verdict.listed import canonical_value

_GIVEN = 2
"""Characters of a given name that is looked for: one character stands in other words too often."""
_SHORTEST_PART = 3
"""Characters of the first part of a name with a dot."""
_IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u67cf\u67d1-\u9fff]+")
"""Ideographs only, and 某 (U+67D0), which hides a name, is none of them."""


class GivenNames:
    """Finds given names in texts, alone between signs or before what is said of a person: 丽丽妈, 丽丽电话.

    Args:
        entities: what was found, whole names among them.
    """

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._given = Occurrences({given for entity in entities if (given := _given_name(entity))})

    def found(self, text: str, start: int, end: int) -> Iterator[Entity]:
        """Where they stand in a stretch of a text, in order."""
        for first, last, word in self._given.united(text[start:end]):
            begin, stop = start + first, start + last
            if last - first == len(word) and _stands_alone(text, begin, stop):
                yield Entity(begin, stop, EntityType.NAME, word, word)


def _given_name(name: Entity) -> str:
    """What a person is called without the surname, or by the first part of a name with a dot; else nothing."""
    if name.type != EntityType.NAME:
        return ""
    first, dot, _ = canonical_value(name).partition("·")
    if dot:
        return first if len(first) >= _SHORTEST_PART and _IDEOGRAPHS.fullmatch(first) else ""
    whole = len(first) == len(name.text) and _IDEOGRAPHS.fullmatch(name.text)
    return name.text[-_GIVEN:] if whole and first[:-_GIVEN] in surnames() else ""


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start]
    return (not before.isalnum() or before == "叫") and _after().match(text, end) is not None


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf"$|[\W_0-9]|{'|'.join(lines('given_name_cues'))}")
