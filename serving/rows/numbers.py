"""JSON whose numbers are written as they were read: ``1E5``, ``1.10``, ``-0``, and more digits than a float holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from gaihe.serving.core.errors import PostError

_SURE_DIGITS = 640
"""Digits of an integer that Python reads under any setting (``sys.int_info.str_digits_check_threshold``)."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of JSON as it stands in the file."""

    literal: str


@dataclass(frozen=True, slots=True)
class _Sign:
    """What stands between values."""

    sign: str


def _integer(literal: str) -> int | Number:
    """An integer, where it would be written as it was read."""
    return Number(literal) if literal == "-0" or len(literal) > _SURE_DIGITS else int(literal)


def _float(literal: str) -> float | Number:
    """A number with a point or an exponent, where it would be written as it was read."""
    number = float(literal)
    return number if repr(number) == literal else Number(literal)


def _refuse(constant: str) -> NoReturn:
    raise PostError(f"{constant} is no number there; null would be right")


def row_name(own: object, number: int) -> str:
    """What a row of decoded JSON is called.

    Args:
        own: its id: a text or a number, as it is written.
        number: of its line, for one without an id, or whose id is none.
    """
    if isinstance(own, Number):
        return own.literal
    named = isinstance(own, str | int | float) and not isinstance(own, bool) and own == own  # NaN is no number
    return str(own if named else number)


loads = partial(json.loads, parse_int=_integer, parse_float=_float, parse_constant=_refuse)
"""`json.loads` that keeps numbers as they are written; ``NaN`` and ``Infinity``, which are no JSON, are errors."""


def dumps(value: object, *, ensure_ascii: bool) -> str:
    """Decoded JSON of any depth as JSON, like `json.dumps`."""
    with suppress(TypeError, RecursionError):
        return json.dumps(value, ensure_ascii=ensure_ascii)
    encode = json.JSONEncoder(ensure_ascii=ensure_ascii).encode
    written: list[str] = []
    waiting = [value]
    while waiting:
        match waiting.pop():
            case Number(sign) | _Sign(sign):
                written.append(sign)
            case dict() as members:
                between = [f", {encode(name)}: " for name in members]
                waiting += reversed(_joined("{", zip(between, members.values(), strict=True), "}"))
            case list() as values:
                waiting += reversed(_joined("[", ((", ", one) for one in values), "]"))
            case one:
                written.append(encode(one))
    return "".join(written)


def _joined(begin: str, parts: Iterable[tuple[str, object]], end: str) -> list[object]:
    """The parts of an object or a list, each behind what stands between it and the one before."""
    joined: list[object] = [_Sign(begin)]
    for number, (between, part) in enumerate(parts):
        joined += [_Sign(between if number else between.removeprefix(", ")), part]
    return [*joined, _Sign(end)]
