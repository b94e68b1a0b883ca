"""Doccano's JSON lines for sequence labelling, one file for import and export.

A line is ``{"id", "text", "label": [[start, end, label], …]}``; projects with relations have
``"entities": [{"start_offset", "end_offset", "label"}, …]`` instead of ``label`` (doccano's source,
``backend/data_export/pipeline/factories.py`` and ``backend/data_import/pipeline/label.py``). Doccano keeps whatever
else a line has and exports it again (``backend/data_export/models.py``), so that our ``id`` and ``meta``
(`gaihe.serving.exchange.records`) survive a round trip.

Doccano counts offsets in UTF-16 code units (https://github.com/doccano/doccano/issues/2290), unless a project counts
grapheme clusters as one character, which is not supported here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from gaihe.serving.core.atomic_files import open_output
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import json_line, read_records
from gaihe.serving.core.schema import Post
from gaihe.serving.exchange.offsets import Offsets, OffsetUnit
from gaihe.serving.exchange.records import LabelledSpan, build_post, meta_of
from gaihe.serving.exchange.sides import Source, Target

OFFSETS = OffsetUnit.UTF_16
_LABELS = ("label", "labels", "entities")


def read(path: str | Path, source: Source) -> Iterator[Post]:
    """Read the posts of a doccano export, one at a time.

    Raises:
        PostError: the first bad line, as ``file, line N: reason``.
    """
    for number, place, record in read_records(path):
        try:
            yield _post(record, number, source)
        except PostError as error:
            raise PostError(f"{place}: {error}") from None


def write(posts: Iterable[Post], path: str | Path, target: Target) -> int:
    """Write posts as lines that doccano imports, and say how many."""
    count = 0
    with open_output(path) as stream:
        for post in posts:
            offsets = Offsets(post.text, target.offsets or OFFSETS)
            spans = [
                [offsets.from_code_point(e.start), offsets.from_code_point(e.end), target.label_of(e.type)]
                for e in post.entities
            ]
            record: dict[str, Any] = {"id": post.id, "text": post.text, "label": spans}
            if meta := meta_of(post):
                record["meta"] = meta
            stream.write(json_line(record))
            count += 1
    return count


def _post(record: object, number: int, source: Source) -> Post:
    if not isinstance(record, dict) or not isinstance(text := record.get("text"), str):
        raise PostError("expected an object with a 'text'")
    items = next((record[name] for name in _LABELS if record.get(name) is not None), None)
    if not isinstance(items, list):
        raise PostError(f"expected the spans as a list under {', '.join(map(repr, _LABELS))}")
    offsets = Offsets(text, source.offsets or OFFSETS)
    post_id = record.get("id")
    spans = [_span(item, offsets) for item in items]
    return build_post(str(number if post_id is None else post_id), text, spans, source, record.get("meta"))


def _span(item: object, offsets: Offsets) -> LabelledSpan:
    if isinstance(item, dict):
        item = [item.get("start_offset"), item.get("end_offset"), item.get("label")]
    match item:
        case [int(start), int(end), str(label)]:
            return offsets.to_code_point(start), offsets.to_code_point(end), label
    raise PostError("expected a span as [start, end, label] or with start_offset, end_offset, label")
