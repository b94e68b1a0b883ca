"""Label Studio's JSON: exports and imports of annotations, and imports of predictions for correction.

A file is an array of tasks (https://labelstud.io/guide/task_format, https://labelstud.io/guide/predictions)::

    [{"data": {"id": "p1", "text": "张丽来了"},
      "annotations": [{"result": [{"from_name": "label", "to_name": "text", "type": "labels",
                                   "value": {"start": 0, "end": 2, "text": "张丽", "labels": ["NAME"]}}]}]}]

``label`` and ``text`` are the names in Label Studio's template for named entities (``<Labels name="label"
toName="text">``, ``<Text name="text" value="$text"/>``). Label Studio keeps ``data`` as it is; our id and meta
(`gaihe.serving.exchange.records`) stand there. Offsets count code points; early releases counted UTF-16 units
(https://github.com/HumanSignal/label-studio/issues/1347, https://github.com/HumanSignal/label-studio/pull/1559). Of a
task that several people annotated, the annotation marked as ground truth is read; tasks that nobody annotated, or that
were skipped, are left out. A ``HyperText`` is read where its text has no markup: its regions
(https://labelstud.io/tags/hypertextlabels) count the characters without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from gaihe.serving.core.atomic_files import open_output
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import json_line
from gaihe.serving.core.schema import Post
from gaihe.serving.exchange.json_array import read_array
from gaihe.serving.exchange.offsets import Offsets, OffsetUnit
from gaihe.serving.exchange.records import LabelledSpan, build_post, meta_of
from gaihe.serving.exchange.sides import Source, Target

OFFSETS = OffsetUnit.CODE_POINT
ANNOTATIONS, PREDICTIONS = "annotations", "predictions"
CONTROLS = ("labels", "hypertextlabels")
"""Types of results that mark regions of a text; their labels stand under the same name."""
_MODEL_VERSION = "gaihe"
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&[a-zA-Z#]")


def read_annotations(path: str | Path, source: Source) -> Iterator[Post]:
    """Read the annotated tasks of an export, one at a time.

    Raises:
        PostError: the first bad task, as ``file, task N: reason``.
    """
    return _read(path, source, ANNOTATIONS)


def read_predictions(path: str | Path, source: Source) -> Iterator[Post]:
    """Read the predictions of tasks, one at a time.

    Raises:
        PostError: the first bad task, as ``file, task N: reason``.
    """
    return _read(path, source, PREDICTIONS)


def write_annotations(posts: Iterable[Post], path: str | Path, target: Target) -> int:
    """Write posts as annotated tasks and say how many."""
    return _write(posts, path, target, ANNOTATIONS)


def write_predictions(posts: Iterable[Post], path: str | Path, target: Target) -> int:
    """Write posts as tasks with predictions, to be corrected, and say how many."""
    return _write(posts, path, target, PREDICTIONS)


def _read(path: str | Path, source: Source, kind: str) -> Iterator[Post]:
    for number, (place, task) in enumerate(read_array(path, "task"), start=1):
        try:
            results = _results(task.get(kind), kind)
            if results is None:
                source.left_out[f"tasks without {kind}"] += 1
            else:
                yield task_post(task, results, number, source)
        except PostError as error:
            raise PostError(f"{place}: {error}") from None


def _results(items: object, kind: str) -> list[Any] | None:
    """The results of the one annotation or prediction to read; ``None`` where there is none."""
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise PostError(f"expected a list of {kind}; export as JSON, not JSON-MIN")
    kept = [item for item in items if not item.get("was_cancelled")]
    if len(kept) > 1:
        kept = [item for item in kept if item.get("ground_truth")] or kept
    if len(kept) > 1:
        ids = ", ".join(str(item["id"]) for item in kept if isinstance(item.get("id"), int))
        raise PostError(f"{len(kept)} {kind}{ids and f' ({ids})'}: keep one, or mark one as ground truth")
    if not kept:
        return None
    results = kept[0].get("result")
    if not isinstance(results, list):
        raise PostError(f"expected the 'result' of {kind} as a list")
    return results


def task_post(task: dict[str, Any], results: object, number: int, source: Source, key: str = "text") -> Post:
    """The post that an annotated task is.

    Args:
        task: the task.
        results: of the annotation or prediction.
        number: the post's id where the task has none.
        source: how labels are read.
        key: where in the task's data the text stands.

    Raises:
        PostError: there is no text, or the results do not fit it.
    """
    data = task.get("data")
    if not isinstance(data, dict) or not isinstance(text := data.get(key), str):
        keys = [name for name in data if name.isascii() and name.isidentifier()] if isinstance(data, dict) else []
        others = f", only {', '.join(keys)}" if keys else ""
        raise PostError(f"the task's data have no {key!r}{others}")
    if not isinstance(results, list):
        raise PostError("expected the results of an annotation as a list")
    offsets = Offsets(text, source.offsets or OFFSETS)
    spans = []
    for result in results:
        if isinstance(result, dict) and (control := result.get("type")) in CONTROLS:
            spans += _spans(result.get("value"), control, text, offsets, source)
    post_id = next((found for found in (data.get("id"), task.get("id")) if found is not None), number)
    return build_post(str(post_id), text, spans, source, data.get("meta"))


def check_plain(text: str) -> None:
    """Refuse markup in a ``HyperText``.

    Raises:
        PostError: there is some.
    """
    if _MARKUP.search(text):
        raise PostError("the text of a HyperText has markup, which its regions do not count: give the text without it")


def _spans(value: object, control: str, text: str, offsets: Offsets, source: Source) -> list[LabelledSpan]:
    match value:
        case {"globalOffsets": {"start": int(first), "end": int(last)}, **rest}:
            check_plain(text)
        case {"start": int(first), "end": int(last), **rest}:
            pass
        case _:
            raise PostError(f"expected a region with start, end and labels, not {type(value).__name__}")
    labels, stated = rest.get(control), rest.get("text")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise PostError(f"expected a region with start, end and {control}")
    start, end = offsets.to_code_point(first), offsets.to_code_point(last)
    if isinstance(stated, str) and _shown(stated) != _shown(text[start:end]):
        raise PostError(
            f"the region's text is not what [{start}, {end}) holds; if the offsets count other units, say so with "
            "--input-offsets"
        )
    kept = [label for label in labels if source.type_of(label)]
    if len(kept) > 1:
        raise PostError(f"the region [{start}, {end}) has {len(kept)} labels: {', '.join(kept)}")
    return [(start, end, label) for label in kept]


def _shown(text: str) -> str:
    r"""The text as far as Label Studio reports it faithfully: white space is not, and a line break may be ``\n``."""
    return "".join(text.replace("\\n", "").split())


def _write(posts: Iterable[Post], path: str | Path, target: Target, kind: str) -> int:
    count = 0
    with open_output(path) as stream:
        for post in posts:
            stream.write(",\n" if count else "[\n")
            stream.write(json_line(_task(post, target, kind)).rstrip("\n"))
            count += 1
        stream.write("\n]\n" if count else "[]\n")
    return count


def _task(post: Post, target: Target, kind: str) -> dict[str, Any]:
    offsets = Offsets(post.text, target.offsets or OFFSETS)
    results = [
        {
            "id": f"entity-{number}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {
                "start": offsets.from_code_point(entity.start),
                "end": offsets.from_code_point(entity.end),
                "text": entity.text,
                "labels": [target.label_of(entity.type)],
            },
        }
        for number, entity in enumerate(post.entities, start=1)
    ]
    data: dict[str, Any] = {"id": post.id, "text": post.text}
    if meta := meta_of(post):
        data["meta"] = meta
    version = {"model_version": _MODEL_VERSION} if kind == PREDICTIONS else {}
    return {"data": data, kind: [{**version, "result": results}]}
