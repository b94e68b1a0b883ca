"""The project's own JSON lines, and found entities that have lost their texts.

``gaihe detect`` and ``gaihe benchmark`` write ``{"id", "entities"}``; with the posts that they were made from, in the
same order, such lines become annotated posts again. Scores, checks and evasions are no annotation and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from gaihe.serving.core.atomic_files import open_output
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import json_line, post_from_record, post_to_record, read_records
from gaihe.serving.core.schema import Post
from gaihe.serving.exchange.offsets import Offsets, OffsetUnit
from gaihe.serving.exchange.records import covered
from gaihe.serving.exchange.sides import Source, Target

OFFSETS = OffsetUnit.CODE_POINT


def read(path: str | Path, source: Source) -> Iterator[Post]:
    """Read posts from JSON lines.

    Raises:
        PostError: the first bad line, or post without ``entities``, as ``file, line N: reason``.
    """
    for place, record in _with_texts(path, source.texts) if source.texts else _records(path):
        try:
            if isinstance(record, dict) and "entities" in record and "text" not in record and not source.texts:
                raise PostError("missing 'text'; --texts names the file of the posts")
            yield covered(post_from_record(_with_types(record, source), annotated=True), source)
        except PostError as error:
            raise PostError(f"{place}: {error}") from None


def write(posts: Iterable[Post], path: str | Path, target: Target) -> int:
    """Write posts as JSON lines and say how many."""
    count = 0
    with open_output(path) as stream:
        for post in posts:
            record = post_to_record(post)
            offsets = Offsets(post.text, target.offsets or OFFSETS)
            for entity, written in zip(post.entities, record["entities"], strict=True):
                written["type"] = target.label_of(entity.type)
                written["start"], written["end"] = map(offsets.from_code_point, (entity.start, entity.end))
            if post.types is not None:
                record["types"] = [target.label_of(kind) for kind in post.types]
            stream.write(json_line(record))
            count += 1
    return count


def _records(path: str | Path) -> Iterator[tuple[str, Any]]:
    return ((place, record) for _, place, record in read_records(path))


def _with_types(record: Any, source: Source) -> Any:  # noqa: ANN401
    """The record with entity types for labels; what is not of the schema's shape is left for the schema to refuse."""
    if not isinstance(record, dict):
        return record
    read = dict(record)
    if isinstance(entities := record.get("entities"), list):
        text = record.get("text")
        offsets = Offsets(text if isinstance(text, str) else "", source.offsets or OFFSETS)
        read["entities"] = [kept for entity in entities if (kept := _entity(entity, source, offsets)) is not None]
    if isinstance(types := record.get("types"), list):
        read["types"] = [kind.value for label in types if (kind := source.type_of(str(label)))]
    return read


def _entity(entity: Any, source: Source, offsets: Offsets) -> Any:  # noqa: ANN401
    if not isinstance(entity, dict) or not isinstance(label := entity.get("type"), str):
        return entity
    kind = source.type_of(label)
    if kind is None:
        return None
    places = {
        name: offsets.to_code_point(entity[name]) for name in ("start", "end") if isinstance(entity.get(name), int)
    }
    return {**entity, **places, "type": kind.value}


def _with_texts(path: str | Path, texts: str) -> Iterator[tuple[str, Any]]:
    for found, post in zip_longest(_records(path), _records(texts)):
        if found is None or post is None:
            place, record = found or post
            other = texts if post is None else path
            raise PostError(f"{place}: {other} has no line for it; both files must have the same posts in one order")
        place, record = found
        text_place, text_record = post
        if not isinstance(record, dict) or not isinstance(text_record, dict):
            raise PostError(f"{place} and {text_place}: expected objects")
        if "text" not in text_record:
            raise PostError(f"{text_place}: missing 'text'")
        if record.get("id") != text_record.get("id"):
            raise PostError(
                f"{place}: the id is {record.get('id')!r}, but {text_record.get('id')!r} in {text_place}; "
                "both files must have the same posts in one order"
            )
        yield place, {**text_record, "entities": record.get("entities")}
