"""Detect over posts in bounded memory, and the JSON of what is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gaihe.serving.core.failures import all_found
from gaihe.serving.core.posts import json_line
from gaihe.serving.core.schema import Entity, Post
from gaihe.serving.recognition.batches import chunks
from gaihe.serving.recognition.recognizer import Recognizer

CHUNK_POSTS = 4096
FIELDS: Mapping[str, object] = {
    "start": int,
    "end": int,
    "type": str,
    "text": str,
    "score": float,
    "value": str,
    "valid": bool,
    "evasion": list[str],
}
"""The fields of the detection contract, with the types of their values."""


def detection_record(entity: Entity) -> dict[str, Any]:
    """A found entity as the JSON object of the detection contract."""
    return {
        "start": entity.start,
        "end": entity.end,
        "type": entity.type.value,
        "text": entity.text,
        "score": entity.score,
        "value": entity.value,
        "valid": entity.valid,
        "evasion": [kind.value for kind in entity.evasion],
    }


def detection_line(post: Post, entities: list[Entity]) -> str:
    """A post's found entities as a JSON line: ``{"id", "entities"}``."""
    return json_line({"id": post.id, "entities": [detection_record(entity) for entity in entities]})


def detect_posts(
    recognizer: Recognizer, posts: Iterable[Post], threads: int | None = None
) -> Iterator[tuple[Post, list[Entity]]]:
    """Pair every post with the entities found in it, in order, holding a chunk of posts at a time.

    Args:
        recognizer: the loaded model.
        posts: the posts.
        threads: as in `Recognizer.detect_batch`.

    Raises:
        TextsFailedError: as `Recognizer.detect_batch`.
    """
    for chunk in chunks(posts, lambda post: len(post.text), CHUNK_POSTS):
        found = all_found(recognizer.attempt_batch([post.text for post in chunk], threads))
        yield from zip(chunk, found, strict=True)
