"""Saved facts: JSON and YAML files that must be there, or may be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from gaihe.serving.core.errors import CommandError


class FactsError(CommandError):
    """Saved facts that are missing, damaged, or do not belong together; the message names the file."""


def read_text(path: Path, remedy: str) -> str:
    """A text file.

    Raises:
        FactsError: it cannot be read; ``remedy`` says what would be right.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise FactsError(f"cannot read {path}: {error.strerror}; {remedy}") from None
    except UnicodeDecodeError as error:
        raise FactsError(f"{path}: not UTF-8: {error.reason}") from None


def read_json(path: Path, remedy: str) -> dict[str, Any]:
    """A JSON object from a file.

    Raises:
        FactsError: it cannot be read, or holds no JSON object.
    """
    try:
        record = json.loads(read_text(path, remedy))
    except json.JSONDecodeError as error:
        raise FactsError(f"{path}: not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except (RecursionError, ValueError) as error:
        raise FactsError(f"{path}: not readable JSON: {_beyond(error)}") from None
    if not isinstance(record, dict):
        raise FactsError(f"{path}: expected a JSON object, not {type(record).__name__}")
    return record


def _beyond(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else "a number has too many digits"


def read_json_if_there(path: Path) -> dict[str, Any] | None:
    """A JSON object, or nothing where there is no such file."""
    return read_json(path, "") if path.is_file() else None


def read_yaml(path: Path, remedy: str) -> dict[str, Any]:
    """A YAML mapping from a file.

    Raises:
        FactsError: it cannot be read, or holds no mapping.
    """
    try:
        record = yaml.safe_load(read_text(path, remedy))
    except yaml.YAMLError as error:
        raise FactsError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    except (RecursionError, ValueError) as error:
        raise FactsError(f"{path}: not readable YAML: {_beyond(error)}") from None
    if not isinstance(record, dict):
        raise FactsError(f"{path}: expected a mapping of settings, not {type(record).__name__}")
    return record


def fact(record: Any, path: Path, *keys: str) -> Any:  # noqa: ANN401
    """The value under nested keys of a record that was read from ``path``.

    Raises:
        FactsError: a key is missing.
    """
    for depth, key in enumerate(keys, start=1):
        if not isinstance(record, dict) or key not in record:
            raise FactsError(f"{path} has no {'.'.join(keys[:depth])!r}: it was made by another version, or cut off")
        record = record[key]
    return record
