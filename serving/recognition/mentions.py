"""Every mention of an organisation that a post ties to a person, by ruling 16 of the guideline.

The model reads a tie where it is told (`远山医院的护士`), and may pass over the bare name later in the post. Where a
span of such a type stands, the same characters count elsewhere too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from gaihe.serving.core.schema import Entity
from gaihe.serving.types import sheet_of

SHORTEST = 3
"""Characters; shorter names are words too often. Chosen on validation posts."""
LONGEST = 40
"""Characters; bounds the time."""
_WHOLE = ""


def with_mentions(entities: Sequence[Entity], text: str, floor: float) -> list[Entity]:
    """The entities of a text and the further mentions of its organisations, in text order.

    Args:
        entities: all those of the best path, which score at least the floor, and perhaps others that score less.
        text: the text.
        floor: the lowest score of a span of the best path. A further mention scores as the surest span of the same
            characters does. It yields to spans of the best path, and others yield to it, so that a lower threshold
            still only adds spans.
    """
    sought = [entity for entity in entities if _is_sought(entity, floor)]
    names = {entity.text: entity for entity in sorted(sought, key=lambda entity: entity.score or 0.0)}
    if not names:
        return list(entities)
    best = [entity for entity in entities if _is_best(entity, floor)]
    mentions = list(_mentions(text, names, best))
    if not mentions:
        return list(entities)
    surest = sorted([*best, *mentions], key=lambda entity: entity.start)
    others = [entity for entity in entities if not _is_best(entity, floor)]
    return sorted([*surest, *_apart(others, mentions)], key=lambda entity: entity.start)


def _is_best(entity: Entity, floor: float) -> bool:
    return entity.score is not None and entity.score >= floor


def _is_sought(entity: Entity, floor: float) -> bool:
    return SHORTEST <= len(entity.text) <= LONGEST and _is_best(entity, floor) and sheet_of(entity.type).every_mention


def _mentions(text: str, names: dict[str, Entity], best: Sequence[Entity]) -> Iterator[Entity]:
    """The longest names at each place that no span of the best path touches, from left to right."""
    tree = _tree(names)
    position = 0
    for low, high in _between(best, len(text)):
        position = max(position, low)
        while position < high:
            end = _longest(tree, text, position, high)
            if end == position:
                position += 1
                continue
            name = names[text[position:end]]
            yield replace(name, start=position, end=end)
            position = end


def _between(taken: Sequence[Entity], length: int) -> Iterator[tuple[int, int]]:
    low = 0
    for entity in taken:
        yield low, entity.start
        low = entity.end
    yield low, length


def _tree(names: dict[str, Entity]) -> dict[str, Any]:
    """The names, character by character; where one is whole, `_WHOLE` is a key."""
    tree: dict[str, Any] = {}
    for name in names:
        node = tree
        for character in name:
            node = node.setdefault(character, {})
        node[_WHOLE] = {}
    return tree


def _longest(tree: dict[str, Any], text: str, start: int, end: int) -> int:
    """Where the longest name that begins at ``start`` ends, ``start`` if none does."""
    node, longest = tree, start
    for position in range(start, end):
        if text[position] not in node:
            break
        node = node[text[position]]
        if _WHOLE in node:
            longest = position + 1
    return longest


def _apart(entities: Sequence[Entity], mentions: Sequence[Entity]) -> Iterator[Entity]:
    """The entities that no mention touches; both in text order."""
    place = 0
    for entity in entities:
        while place < len(mentions) and mentions[place].end <= entity.start:
            place += 1
        if place == len(mentions) or mentions[place].start >= entity.end:
            yield entity
