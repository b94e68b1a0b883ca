"""A few posts of every kind, to be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gaihe.serving.core.posts import post_to_record
from gaihe.serving.core.schema import EntityType, Intent, NoiseKind, Post


def _kinds(post: Post) -> list[str]:
    kinds = [entity.type.value for entity in post.entities] or ["no entity"]
    kinds += [kind.value for kind in post.noise]
    if post.intent is Intent.SOLICIT:
        kinds.append(Intent.SOLICIT.value)
    return list(dict.fromkeys(kinds))


def choose(posts: Iterable[Post], each: int) -> dict[str, list[dict[str, Any]]]:
    """The first posts of each type, noise kind, of solicitations, and without entity; no post twice.

    A post stands under the kind that has the fewest so far, so that rare kinds are shown.
    """
    order = ["no entity", *(kind.value for kind in EntityType), *(kind.value for kind in NoiseKind), "solicit"]
    chosen: dict[str, list[dict[str, Any]]] = {kind: [] for kind in order}
    for post in posts:
        open_kinds = [kind for kind in _kinds(post) if len(chosen[kind]) < each]
        if open_kinds:
            chosen[min(open_kinds, key=lambda kind: len(chosen[kind]))].append(post_to_record(post))
        if all(len(shown) == each for shown in chosen.values()):
            break
    return {kind: shown for kind, shown in chosen.items() if shown}
