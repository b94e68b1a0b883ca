"""What takes no room on the screen, and room that holds nothing: the model reads posts without it, as people do."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from gaihe.serving.core.schema import Post

ZERO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0f\u202a\u202c\u202d\u2066\u2069"
"""Invisible characters that split a value, bidi marks among them."""

INVISIBLE = frozenset(ZERO_WIDTH + "\u00ad\u034f\u061c\u180e\u2061\u2062\u2063\u2064\u202b\u202e\u2067\u2068\ufe0e")
"""All characters that take no room on the screen."""

_ANY = re.compile(f"[{''.join(map(re.escape, sorted(INVISIBLE)))}]")
_SPARE = re.compile(r"(?<=\s)\s{2,}")
"""What follows the first character of a run of three or more of white space."""


def visible(text: str) -> tuple[str, list[int] | None]:
    """The text without invisible characters, and where in the text each of its characters stands.

    Of three or more characters of white space in a row the first alone is left. The places are ``None`` where nothing
    is left out.
    """
    if _ANY.search(text) is None and _SPARE.search(text) is None:
        return text, None
    places = [place for place, character in enumerate(text) if character not in INVISIBLE]
    shown = "".join(text[place] for place in places)
    for run in reversed(list(_SPARE.finditer(shown))):
        del places[run.start() : run.end()]
    return "".join(text[place] for place in places), places


def visible_post(post: Post) -> Post:
    """The post as `visible` shows it; an entity of nothing that is left is left out."""
    text, places = visible(post.text)
    if places is None:
        return post
    entities = []
    for entity in post.entities:
        start, end = bisect_left(places, entity.start), bisect_left(places, entity.end)
        if start < end:
            entities.append(replace(entity, start=start, end=end, text=text[start:end]))
    return replace(post, text=text, entities=tuple(entities))
