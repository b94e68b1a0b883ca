"""Entities of the visible text, where they stand in the whole one."""

from __future__ import annotations

from dataclasses import replace

from gaihe.serving.core.schema import Entity, NoiseKind
from gaihe.serving.reveal import LONGEST_SURFACE
from gaihe.serving.types import sheet_of


def placed(entities: list[Entity], text: str, places: list[int]) -> list[Entity]:
    """Entities found in the visible text, where they stand in the whole one.

    Args:
        entities: with offsets in the visible text.
        text: the whole text.
        places: as `visible` gives them.
    """
    found = []
    for entity in entities:
        start, end = places[entity.start], places[entity.end - 1] + 1
        surface = text[start:end]
        found.append(replace(entity, start=start, end=end, text=surface, evasion=_evasion(surface, entity)))
    return found


def _evasion(surface: str, entity: Entity) -> tuple[NoiseKind, ...]:
    """The kinds of disguise of a whole surface; those of the visible one where they cannot be told."""
    if len(surface) > LONGEST_SURFACE:
        return entity.evasion
    try:
        return sheet_of(entity.type).reveal(surface).kinds
    except Exception:  # a span that cannot be read is personal data all the same
        return entity.evasion
