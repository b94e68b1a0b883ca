"""What takes no room on the screen, and room that holds nothing: the model reads posts without it, as people do."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from gaihe.serving.core.schema import Entity, Post

ZERO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0f\u202a\u202c\u202d\u2066\u2069"
"""Invisible characters that split a value, bidi marks among them."""

INVISIBLE = frozenset(ZERO_WIDTH + "\u00ad\u034f\u061c\u180e\u2061\u2062\u2063\u2064\u202b\u202e\u2067\u2068\ufe0e")
"""All characters that take no room on the screen."""

_ANY = re.compile(f"[{''.join(map(re.escape, sorted(INVISIBLE)))}]")
_SPARE = re.compile(r"(?<=\s)\s{2,}")
"""What follows the first character of a run of three or more of white space."""


def without_invisible(text: str) -> tuple[str, list[int] | None]:
    """The text without invisible characters, and where in the text each of its characters stands.

    The places are ``None`` where nothing is left out.
    """
    if _ANY.search(text) is None:
        return text, None
    places = [place for place, character in enumerate(text) if character not in INVISIBLE]
    return "".join(text[place] for place in places), places


def visible(text: str) -> tuple[str, list[int] | None]:
    """The text `without_invisible` characters, and of three or more characters of white space in a row the first alone.

    The places are given as there.
    """
    shown, places = without_invisible(text)
    runs = list(_SPARE.finditer(shown))
    if not runs:
        return shown, places
    places = list(range(len(text))) if places is None else places
    for run in reversed(runs):
        del places[run.start() : run.end()]
    return "".join(text[place] for place in places), places


def moved(entity: Entity, shown: str, places: list[int]) -> Entity | None:
    """An entity of a text where it stands in what is shown of it; ``None`` where nothing of it is.

    Args:
        entity: with offsets in the whole text.
        shown: what is shown of the text.
        places: where in the whole text each of its characters stands.
    """
    start, end = bisect_left(places, entity.start), bisect_left(places, entity.end)
    return replace(entity, start=start, end=end, text=shown[start:end]) if start < end else None


def visible_post(post: Post) -> Post:
    """The post as `visible` shows it; an entity of nothing that is left is left out."""
    text, places = visible(post.text)
    if places is None:
        return post
    entities = tuple(filter(None, (moved(entity, text, places) for entity in post.entities)))
    return replace(post, text=text, entities=entities)
