"""A post while it is made: a run of plain and personal segments, whose joined text gives exact offsets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gaihe.serving.core.schema import Entity, EntityType, NoiseKind


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text; with a type it is one entity, with ``filler`` a value that is nobody's data.

    The platform writes what is ``fixed`` (a name after an @): nobody can disguise it.
    """

    text: str
    type: EntityType | None = None
    value: str | None = None
    noise: tuple[NoiseKind, ...] = ()
    filler: bool = False
    fixed: bool = False


def join(segments: Iterable[Segment]) -> tuple[str, tuple[Entity, ...]]:
    """The text of a run of segments, and its entities with offsets in code points."""
    pieces: list[str] = []
    entities: list[Entity] = []
    position = 0
    for segment in segments:
        end = position + len(segment.text)
        if segment.type is not None and segment.text:
            entities.append(Entity(position, end, segment.type, segment.text, segment.value))
        pieces.append(segment.text)
        position = end
    return "".join(pieces), tuple(entities)
