"""Characters that take no room on the screen: the model reads posts without them, as people do."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from gaihe.serving.core.schema import Entity, NoiseKind, Post
from gaihe.serving.reveal import LONGEST_SURFACE
from gaihe.serving.reveal.tables import INVISIBLE
from gaihe.serving.types import sheet_of

_ANY = re.compile(f"[{''.join(map(re.escape, sorted(INVISIBLE)))}]")


def visible(text: str) -> tuple[str, list[int] | None]:
    """The text without invisible characters, and where in the text each of its characters stands.

    The places are ``None`` where nothing is invisible.
    """
    if _ANY.search(text) is None:
        return text, None
    places = [place for place, character in enumerate(text) if character not in INVISIBLE]
    return "".join(text[place] for place in places), places


def visible_post(post: Post) -> Post:
    """The post without invisible characters; an entity of nothing else is left out."""
    text, places = visible(post.text)
    if places is None:
        return post
    entities = []
    for entity in post.entities:
        start, end = bisect_left(places, entity.start), bisect_left(places, entity.end)
        if start < end:
            entities.append(replace(entity, start=start, end=end, text=text[start:end]))
    return replace(post, text=text, entities=tuple(entities))


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
