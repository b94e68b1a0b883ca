"""What a corpus holds, counted post by post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
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


@dataclass
class _Tally:
    """What was counted so far."""

    posts: int = 0
    characters: int = 0
    spans: int = 0
    clean: int = 0
    disguised: int = 0
    by_type: Counter[str] = field(default_factory=Counter)
    holding: Counter[str] = field(default_factory=Counter)
    values: dict[str, set[str]] = field(default_factory=lambda: {kind.value: set() for kind in EntityType})
    scenes: Counter[str] = field(default_factory=Counter)
    clean_scenes: Counter[str] = field(default_factory=Counter)
    intents: Counter[str] = field(default_factory=Counter)
    noise: Counter[str] = field(default_factory=Counter)
    lengths: Counter[str] = field(default_factory=Counter)
    carriers: Counter[str] = field(default_factory=Counter)

    def add(self, draft: Draft) -> None:
        post = draft.post
        self.posts += 1
        self.characters += len(post.text)
        self.spans += len(post.entities)
        self.clean += not post.entities
        self.disguised += bool(post.noise)
        self.by_type.update(entity.type.value for entity in post.entities)
        self.holding.update({entity.type.value for entity in post.entities})
        for entity in post.entities:
            self.values[entity.type.value].add(entity.value or entity.text)
        self.scenes[post.scene or ""] += 1
        self.clean_scenes[post.scene or ""] += not post.entities
        self.intents[post.intent.value if post.intent else ""] += 1
        self.noise.update(kind.value for kind in post.noise)
        self.lengths[length_label(len(post.text))] += 1
        self.carriers.update(set(draft.carriers))

    def types(self) -> dict[str, dict[str, float]]:
        return {
            kind.value: {
                "spans": self.by_type[kind.value],
                "posts": self.holding[kind.value],
                "share": self.holding[kind.value] / max(self.posts, 1),
                "distinct": len(self.values[kind.value]),
            }
            for kind in EntityType
        }


def count(drafts: Iterable[Draft]) -> dict[str, Any]:
    """Counts by type, scene, intent, noise kind, length and carrier, as one record.

    Shares are of all posts; a post with several noise kinds counts for each.
    """
    tally = _Tally()
    for draft in drafts:
        tally.add(draft)
    posts = tally.posts
    most = tally.carriers.most_common(1)[0][1] if tally.carriers else 0
    return {
        "posts": posts,
        "characters": tally.characters,
        "spans": tally.spans,
        "without_entities": tally.clean,
        "disguised": tally.disguised,
        "types": tally.types(),
        "intents": _shares(tally.intents, [intent.value for intent in Intent], posts),
        "noise": _shares(tally.noise, [kind.value for kind in NoiseKind], posts),
        "lengths": _shares(tally.lengths, _labels(), posts),
        "scenes": {
            scene: {"posts": number, "share": number / posts, "without_entities": tally.clean_scenes[scene]}
            for scene, number in tally.scenes.most_common()
        },
        "carriers": {"used": len(tally.carriers), "largest_share": most / max(posts, 1)},
    }
