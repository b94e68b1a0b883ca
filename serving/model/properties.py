"""Reading the metadata properties of a model file: every value is checked, and an error names its property."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from gaihe.serving.core.json_types import json_type


class PropertyError(ValueError):
    """A metadata property that is missing or holds what it must not; the message names it."""


def text(properties: Mapping[str, str], name: str) -> str:
    """A property as it stands.

    Raises:
        PropertyError: it is missing or empty.
    """
    if not properties.get(name):
        raise PropertyError(f"'{name}' is missing")
    return properties[name]


def parsed(properties: Mapping[str, str], name: str) -> Any:  # noqa: ANN401
    """A property's JSON value.

    Raises:
        PropertyError: it is missing or not JSON; ``NaN`` and ``Infinity`` are not.
    """
    try:
        return json.loads(text(properties, name), parse_constant=_refuse)
    except PropertyError:
        raise
    except (ValueError, RecursionError):
        raise PropertyError(f"'{name}' is not JSON, or holds a number that is not finite") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def number(value: object, name: str, low: float, high: float) -> float:
    """A value as a number.

    Args:
        value: what was parsed.
        name: where it stands.
        low: the least that it may be.
        high: the most that it may be.

    Raises:
        PropertyError: it is no number of that range.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PropertyError(f"{name} must be a number, not {json_type(value)}")
    if not low <= value <= high:
        raise PropertyError(f"{name} must lie between {low:g} and {high:g}")
    return float(value)


def whole_numbers(value: object, name: str, count: int, low: int, high: int) -> list[int]:
    """A value as ``count`` whole numbers, each from ``low`` to ``high``.

    Raises:
        PropertyError: it is something else.
    """
    entries = listed(value, name)
    if len(entries) != count:
        raise PropertyError(f"{name} must hold {count} numbers, not {len(entries)}")
    for entry in entries:
        if isinstance(entry, bool) or not isinstance(entry, int):
            raise PropertyError(f"{name} must hold whole numbers, not {json_type(entry)}")
        number(entry, f"a number of {name}", low, high)
    return entries


def listed(value: object, name: str) -> list[Any]:
    """A value as a list.

    Raises:
        PropertyError: it is something else.
    """
    if not isinstance(value, list):
        raise PropertyError(f"{name} must be a list, not {json_type(value)}")
    return value


def strings(value: object, name: str) -> list[str]:
    """A value as a list of texts that differ, none of them empty.

    Raises:
        PropertyError: it is something else.
    """
    entries = listed(value, name)
    for entry in entries:
        if not isinstance(entry, str) or not entry:
            raise PropertyError(f"{name} must hold texts, not {'an empty one' if entry == '' else json_type(entry)}")
    if len(set(entries)) < len(entries):
        raise PropertyError(f"{name} holds an entry twice")
    return entries


def table(value: object, name: str) -> dict[str, Any]:
    """A value as a JSON object.

    Raises:
        PropertyError: it is something else.
    """
    if not isinstance(value, dict):
        raise PropertyError(f"{name} must be an object, not {json_type(value)}")
    return value
