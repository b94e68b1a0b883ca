"""Undisguised twins of posts: what a disguise costs, measured on the same post without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gaihe.serving.core.schema import Entity, NoiseKind, Post
from gaihe.serving.types import sheet_of

MASK = "*"
TWINLESS = (NoiseKind.CUE_SLANG, NoiseKind.MASKED)
"""Kinds that no undisguised span takes away: of the words around it, and of values that nobody knows."""


@dataclass(frozen=True)
class Twin:
    """A post in which disguised spans are replaced by their values.

    Attributes:
        post: the undisguised post; its annotation has the spans of the original, moved.
        pairs: each replaced span of the original, its ``evasion`` the kinds of its own disguise, with the span that
            took its place.
    """

    post: Post
    pairs: tuple[tuple[Entity, Entity], ...]


def is_disguised(entity: Entity) -> bool:
    """Whether a span's value is given in full and is not what the span's characters say when read plainly."""
    value = entity.value
    return bool(value) and MASK not in str(value) and sheet_of(entity.type).canonical(entity.text) != value


def own_kinds(entity: Entity, noise: Sequence[NoiseKind]) -> tuple[NoiseKind, ...]:
    """The kinds of a disguised span's own disguise: of those that its post names, what its characters show.

    Where they show none of these, it is the one kind that the post names, if it names no other.

    Args:
        entity: the span, for which `is_disguised` holds.
        noise: the kinds that its post names.
    """
    shown = sheet_of(entity.type).reveal(entity.text).kinds
    named = tuple(kind for kind in NoiseKind if kind in noise and kind not in TWINLESS)
    own = tuple(kind for kind in named if kind in shown)
    return own or (named if len(named) == 1 else ())


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
            pairs.append((replace(entity, evasion=own_kinds(entity, post.noise)), moved[-1]))
        position = entity.end
    pieces.append(post.text[position:])
    twin = replace(post, text="".join(pieces), entities=tuple(moved), noise=())
    return Twin(twin, tuple(pairs))
