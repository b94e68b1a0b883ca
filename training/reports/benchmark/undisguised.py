"""Undisguised twins of posts: what a disguise costs, measured on the same post without it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gaihe.serving.core.schema import Entity, Post
from gaihe.serving.types import sheet_of

MASK = "*"


@dataclass(frozen=True)
class Twin:
    """A post in which disguised spans are replaced by their values.

    Attributes:
        post: the undisguised post; its annotation has the spans of the original, moved.
        pairs: each replaced span of the original with the span that took its place.
    """

    post: Post
    pairs: tuple[tuple[Entity, Entity], ...]


def is_disguised(entity: Entity) -> bool:
    """Whether a span's value is given in full and is not what the span's characters say when read plainly."""
    value = entity.value
    return bool(value) and MASK not in str(value) and sheet_of(entity.type).canonical(entity.text) != value


def undisguised(post: Post) -> Twin | None:
    """The twin of a post whose annotation names noise kinds; ``None`` where no span can be undisguised.

    The words around the spans stay as they are, so cue words in slang, and values that are masked and thus known to
    nobody, have no twin of their own.
    """
    if not post.noise or not any(map(is_disguised, post.entities)):
        return None
    pieces: list[str] = []
    moved: list[Entity] = []
    pairs: list[tuple[Entity, Entity]] = []
    position = length = 0
    for entity in post.entities:
        plain = str(entity.value) if is_disguised(entity) else entity.text
        start = length + entity.start - position
        length = start + len(plain)
        pieces += [post.text[position : entity.start], plain]
        moved.append(replace(entity, start=start, end=length, text=plain))
        if is_disguised(entity):
            pairs.append((entity, moved[-1]))
        position = entity.end
    pieces.append(post.text[position:])
    twin = replace(post, text="".join(pieces), entities=tuple(moved), noise=())
    return Twin(twin, tuple(pairs))
