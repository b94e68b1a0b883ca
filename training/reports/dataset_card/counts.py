"""What a corpus holds, counted post by post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from gaihe.data.generator.corpus import Draft
from gaihe.serving.core.schema import EntityType, Intent, NoiseKind

LENGTHS = (8, 16, 32, 64, 128, 256, 512)
"""Upper ends of the classes of length, in characters."""


def length_label(characters: int) -> str:
    """The class of length that a post falls into."""
    start = 1
    for end in LENGTHS:
        if characters <= end:
            return f"{start} to {end}"
        start = end + 1
    return f"over {LENGTHS[-1]}"


def _labels() -> list[str]:
    return [length_label(characters) for characters in (*LENGTHS, LENGTHS[-1] + 1)]


def _shares(counter: Counter[str], order: Iterable[str], total: int) -> dict[str, dict[str, float]]:
    return {name: {"posts": counter[name], "share": counter[name] / max(total, 1)} for name in order}


def count(drafts: Iterable[Draft]) -> dict[str, Any]:
    """Counts by type, scene, intent, noise kind, length and carrier, as one record.

    Shares are of all posts; a post with several noise kinds counts for each.
    """
    posts = characters = clean = disguised = spans = 0
    by_type: Counter[str] = Counter()
    holding: Counter[str] = Counter()
    values: dict[str, set[str]] = {kind.value: set() for kind in EntityType}
    scenes: Counter[str] = Counter()
    clean_scenes: Counter[str] = Counter()
    intents: Counter[str] = Counter()
    noise: Counter[str] = Counter()
    lengths: Counter[str] = Counter()
    carriers: Counter[str] = Counter()
    for draft in drafts:
        post = draft.post
        posts += 1
        characters += len(post.text)
        spans += len(post.entities)
        clean += not post.entities
        disguised += bool(post.noise)
        by_type.update(entity.type.value for entity in post.entities)
        holding.update({entity.type.value for entity in post.entities})
        for entity in post.entities:
            values[entity.type.value].add(entity.value or entity.text)
        scenes[post.scene or ""] += 1
        clean_scenes[post.scene or ""] += not post.entities
        intents[post.intent.value if post.intent else ""] += 1
        noise.update(kind.value for kind in post.noise)
        lengths[length_label(len(post.text))] += 1
        carriers.update(set(draft.carriers))
    most = carriers.most_common(1)[0][1] if carriers else 0
    return {
        "posts": posts,
        "characters": characters,
        "spans": spans,
        "without_entities": clean,
        "disguised": disguised,
        "types": {
            kind.value: {
                "spans": by_type[kind.value],
                "posts": holding[kind.value],
                "share": holding[kind.value] / max(posts, 1),
                "distinct": len(values[kind.value]),
            }
            for kind in EntityType
        },
        "intents": _shares(intents, [intent.value for intent in Intent], posts),
        "noise": _shares(noise, [kind.value for kind in NoiseKind], posts),
        "lengths": _shares(lengths, _labels(), posts),
        "scenes": {
            scene: {"posts": number, "share": number / posts, "without_entities": clean_scenes[scene]}
            for scene, number in scenes.most_common()
        },
        "carriers": {"used": len(carriers), "largest_share": most / max(posts, 1)},
    }
