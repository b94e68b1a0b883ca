"""Spans from their first visible character to their last, as the recogniser gives them and training reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gaihe.serving.core.invisible import moved, visible
from gaihe.serving.core.schema import Entity, Post


def with_visible_edges(post: Post) -> Post:
    """The post with the spans of its annotation as `between_visible_edges` cuts them."""
    return replace(post, entities=between_visible_edges(post.entities, post.text))


def between_visible_edges(entities: Iterable[Entity], text: str) -> tuple[Entity, ...]:
    """Spans of a text without what is not `visible` at their edges; one of nothing that is visible is left out."""
    shown, places = visible(text)
    if places is None:
        return tuple(entities)
    seen = ((entity, moved(entity, shown, places)) for entity in entities)
    return tuple(_between(entity, text, places[at.start], places[at.end - 1] + 1) for entity, at in seen if at)


def _between(entity: Entity, text: str, start: int, end: int) -> Entity:
    return replace(entity, start=start, end=end, text=text[start:end])
