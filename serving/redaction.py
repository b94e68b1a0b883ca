"""Redact posts: put a label or a mask where personal data stood."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from gaihe.serving.core.schema import Entity

MASK = "█"


class RedactionStyle(StrEnum):
    """What takes the place of a span: ``[电话]``, or a bar for each character."""

    LABEL = "label"
    MASK = "mask"


def redact(text: str, entities: Iterable[Entity], style: RedactionStyle = RedactionStyle.LABEL) -> str:
    """Replace the entities of a text.

    Args:
        text: the text that the entities were found in.
        entities: its entities in text order, not overlapping.
        style: what takes their place.
    """
    pieces: list[str] = []
    position = 0
    for entity in entities:
        pieces.append(text[position : entity.start])
        pieces.append(
            f"[{entity.type.chinese}]" if style is RedactionStyle.LABEL else MASK * (entity.end - entity.start)
        )
        position = entity.end
    pieces.append(text[position:])
    return "".join(pieces)
