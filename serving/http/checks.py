"""Checks of single fields of a body; what is refused is named, not repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gaihe.serving.core.json_types import json_type
from gaihe.serving.http.refusals import RefusalError


def strings(name: str, values: object, single: str = "") -> list[str]:
    """A value as a list of strings.

    Args:
        name: the field.
        values: its value.
        single: the field that a list of one stands for.

    Raises:
        RefusalError: it is something else.
    """
    if not isinstance(values, list):
        raise wrong(name, f"must be a list of strings, not {json_type(values)}")
    for position, value in enumerate(values):
        if not isinstance(value, str):
            raise wrong(single or f"{name}[{position}]", f"must be a string, not {json_type(value)}")
    return values


def named(name: str, value: object, known: Sequence[str]) -> str:
    """A value as one of the known names.

    Raises:
        RefusalError: it is something else; the known names are told.
    """
    if not isinstance(value, str) or value not in known:
        raise wrong(name, f"is not known; known: {', '.join(known)}", known=list(known))
    return value


def flag(body: Mapping[str, Any], name: str) -> bool:
    """A field that is true or false; false when left out.

    Raises:
        RefusalError: it is something else.
    """
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise wrong(name, f"must be true or false, not {json_type(value)}")
    return value


def wrong(name: str, message: str, **further: object) -> RefusalError:
    """The refusal of a field; without a name, of the body."""
    where = {"field": name} if name else {}
    return RefusalError(422, "invalid", f"{name}: {message}" if name else message, None, **where, **further)
