"""Between posts and what other formats hold: labelled spans, and one object with all that the tool has no place for.

That object, called *meta* in every format, has ``scene``, ``noise``, ``intent``, ``stance`` and ``types`` of the
post, and ``values``: ``[start, end, value]`` of each entity with a canonical value, offsets in code points. A value
whose span was moved in the tool is left out when the post is read again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import post_from_record, post_to_record
from gaihe.serving.core.schema import Post
from gaihe.serving.exchange.sides import Source

_FIELDS = ("scene", "noise", "intent", "stance", "types")
LabelledSpan = tuple[int, int, str]
"""Start and end in code points, and the label as the file has it."""


def meta_of(post: Post) -> dict[str, Any]:
    """What a post has beside id, text and spans; empty where it has no more."""
    record = post_to_record(post)
    meta = {name: record[name] for name in _FIELDS if name in record}
    if values := [[e.start, e.end, e.value] for e in post.entities if e.value is not None]:
        meta["values"] = values
    return meta


def build_post(post_id: str, text: str, spans: Iterable[LabelledSpan], source: Source, meta: object = None) -> Post:
    """A post from what a file says of it.

    Args:
        post_id: its id.
        text: its text.
        spans: its annotation, labels as they stand in the file.
        source: how labels are read.
        meta: what `meta_of` gave, or ``None``.

    Raises:
        PostError: an unknown label, spans that do not fit the text or overlap, or meta of another shape.
    """
    if meta is not None and not isinstance(meta, dict):
        raise PostError(f"the meta of a post must be an object, not {type(meta).__name__}")
    meta = meta or {}
    values = _values(meta.get("values", []))
    entities = []
    for start, end, label in spans:
        if kind := source.type_of(label):
            entities.append({"start": start, "end": end, "type": kind.value, "value": values.get((start, end))})
    fields = {name: meta.get(name) for name in _FIELDS}
    return covered(post_from_record({**fields, "id": post_id, "text": text, "entities": entities}), source)


def covered(post: Post, source: Source) -> Post:
    """The post with the types that its annotation covers.

    Raises:
        PostError: an entity is of another type.
    """
    types = source.covers if post.types is None else post.types
    for entity in post.entities:
        if types is not None and entity.type not in types:
            raise PostError(
                f"{entity.type} [{entity.start}, {entity.end}) is annotated, but the annotation is said to cover "
                f"{', '.join(types)} only"
            )
    return replace(post, types=types)


def _values(items: object) -> dict[tuple[int, int], str]:
    try:
        return {(start, end): value for start, end, value in items}  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise PostError("the values of a post must be [[start, end, value], …]") from None
