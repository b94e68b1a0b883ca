"""Redact posts: put a label or a mask where personal data stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.redaction.occurrences import Occurrences
from gaihe.serving.types import sheet_of

MASK = "█"
SHORTEST_REPEATED = 2
"""Characters of the shortest surface that is looked for elsewhere in its post: one character, such as the 强 of 强哥,
stands in other words too often."""


class RedactionStyle(StrEnum):
    """What takes the place of a span: ``[电话]``, or a bar for each character."""

    LABEL = "label"
    MASK = "mask"


def redact(text: str, entities: Iterable[Entity], style: RedactionStyle = RedactionStyle.LABEL) -> str:
    """Replace the entities of a text, and their surfaces wherever else they stand in it.

    What was found once is personal data in every place: a surface of `SHORTEST_REPEATED` characters or more is in no
    part of the text that is kept.

    Args:
        text: the text that the entities were found in.
        entities: its entities in text order, not overlapping.
        style: what takes their place.
    """
    found = list(entities)
    types = {entity.text: entity.type for entity in reversed(found) if len(entity.text) >= SHORTEST_REPEATED}
    repeated = Occurrences(types)
    pieces: list[str] = []
    position = 0
    for entity in found:
        pieces += _kept(text[position : entity.start], repeated, types, style)
        pieces.append(_replacement(entity.type, entity.end - entity.start, style))
        position = entity.end
    pieces += _kept(text[position:], repeated, types, style)
    return "".join(pieces)


def _kept(piece: str, repeated: Occurrences, types: Mapping[str, EntityType], style: RedactionStyle) -> Iterator[str]:
    """A piece between entities without their surfaces; those that overlap are replaced as one, of the first's type."""
    position = 0
    for start, end, first in repeated.united(piece) if types else ():
        yield piece[position:start]
        yield _replacement(types[first], end - start, style)
        position = end
    yield piece[position:]


def _replacement(kind: EntityType, length: int, style: RedactionStyle) -> str:
    return f"[{sheet_of(kind).chinese}]" if style is RedactionStyle.LABEL else MASK * length
