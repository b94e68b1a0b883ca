"""Which entity types posts count for, where a model has other types than the built-in ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from gaihe.serving.core.schema import BUILT_IN, EntityType, Post


def covered(
    posts: Iterable[Post], types: Sequence[EntityType], annotated: Sequence[EntityType] | None = None
) -> list[Post]:
    """Posts that count for those types of a model that their annotation covers.

    Args:
        posts: annotated posts.
        types: the types of the model; posts stay as they are where these are the built-in ones.
        annotated: the types that a post's annotation covers where the post does not say so itself; ``None`` means all.
    """
    if tuple(types) == BUILT_IN:
        return list(posts)
    return [replace(post, types=_common(types, post.types, annotated)) for post in posts]


def _common(types: Sequence[EntityType], *limits: Sequence[EntityType] | None) -> tuple[EntityType, ...]:
    """The types within the first limit that there is."""
    limit = next((limit for limit in limits if limit is not None), types)
    return tuple(kind for kind in types if kind in limit)


def unused(posts: Iterable[Post], types: Sequence[EntityType]) -> str:
    """How many spans of posts count for nothing, as their types are none of a model's: ``ADDRESS (3), QQ (1)``.

    Args:
        posts: annotated posts.
        types: of the model.
    """
    counts = Counter(entity.type for post in posts for entity in post.entities if entity.type not in types)
    return ", ".join(f"{kind} ({counts[kind]})" for kind in sorted(counts))
