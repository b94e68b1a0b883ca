"""Texts in decoded JSON, by their path: ``content.text``, ``messages.content``, ``pages.0``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gaihe.serving.core.errors import PostError
from gaihe.serving.core.json_types import json_type

Steps = tuple[str | int, ...]


def texts_at(record: object, path: str) -> Iterator[tuple[Steps, str]]:
    """The texts at a path, each with the steps to it; null is none.

    A list is walked through where the path goes on without a number. A key that holds dots itself is found before its
    parts are.

    Raises:
        PostError: there is nothing at the path, or no text.
    """
    yield from _walk(record, path, (), path)


def put_at(record: Any, steps: Steps, text: str) -> None:  # noqa: ANN401
    """Put a text where `texts_at` found one."""
    for step in steps[:-1]:
        record = record[step]
    record[steps[-1]] = text


def _walk(value: object, left: str | None, steps: Steps, path: str) -> Iterator[tuple[Steps, str]]:
    if isinstance(value, list) and not _numbered(value, left):
        for place, one in enumerate(value):
            yield from _walk(one, left, (*steps, place), path)
        return
    if left is None:
        if isinstance(value, str):
            yield steps, value
        elif value is not None:
            raise PostError(f"no text at {path}: {json_type(value)}")
        return
    if isinstance(value, dict) and left in value:
        yield from _walk(value[left], None, (*steps, left), path)
        return
    step, _, rest = left.partition(".")
    if isinstance(value, list):
        yield from _walk(value[int(step)], rest or None, (*steps, int(step)), path)
    elif isinstance(value, dict) and step in value and rest:
        yield from _walk(value[step], rest, (*steps, step), path)
    else:
        raise PostError(f"nothing at {path}")


def _numbered(values: list[object], left: str | None) -> bool:
    """Whether a path goes on with the number of one of the values."""
    step = (left or "").partition(".")[0]
    return step.isascii() and step.isdecimal() and int(step) < len(values)
