"""What messages call the types of decoded JSON."""

from __future__ import annotations

_NAMES = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}


def json_type(value: object) -> str:
    """The type of a value in words; whatever else it is, a number."""
    return _NAMES.get(type(value), "a number")
