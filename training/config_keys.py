"""The keys that a configuration has, and the nearest one to a key that it does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from importlib import resources
from typing import Any, get_type_hints


def groups() -> dict[str, list[str]]:
    """The configuration groups with the names of their choices."""
    root = resources.files("gaihe.configs")
    return {
        group.name: sorted(file.name.removesuffix(".yaml") for file in group.iterdir() if file.name.endswith(".yaml"))
        for group in sorted(root.iterdir(), key=lambda entry: entry.name)
        if group.is_dir() and not group.name.startswith("_")
    }


def keys_of(schema: type[Any], prefix: str = "") -> Iterator[str]:
    """The keys of a configuration's dataclass, those of parts with their part's name: ``trainer.epochs``."""
    hints = get_type_hints(schema)
    for field in fields(schema):
        kind = hints[field.name]
        yield f"{prefix}{field.name}"
        if is_dataclass(kind) and isinstance(kind, type):
            yield from keys_of(kind, f"{prefix}{field.name}.")


def fault(override: str, keys: Sequence[str], choices: dict[str, list[str]]) -> str | None:
    """What is wrong with an override's key or with the choice of a group; nothing where both are known.

    Args:
        override: ``KEY=VALUE`` or ``GROUP=NAME``, as Hydra takes it.
        keys: the keys that there are.
        choices: the groups that there are, each with its names.
    """
    key, equals, value = override.partition("=")
    key = key.lstrip("+~")
    if not equals and not override.startswith("~"):
        return f"{override!r} is no override: give KEY=VALUE, as in {_nearest(key, [*keys, *choices]) or keys[0]}=…"
    if "@" in key:
        return None
    if override.startswith("~") and key in (*keys, *choices):
        return f"{override!r} takes away what a run needs: leave it out, or give {key}=…"
    if key not in keys and key not in choices:
        nearest = _nearest(key, [*keys, *choices])
        return f"there is no key {key!r}" + (f": did you mean {nearest}=…?" if nearest else f"; known: {_top(keys)}")
    if key in choices and value not in choices[key]:
        nearest = _nearest(value, choices[key])
        meant = f"did you mean {key}={nearest}? " if nearest else ""
        return f"there is no {key} {value!r}: {meant}known: {', '.join(choices[key])}"
    return None


def _nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that is spelt most like ``word``, or whose last part is."""
    found = get_close_matches(word, known, n=1, cutoff=0.75)
    if found:
        return found[0]
    by_end = {name.rpartition(".")[2]: name for name in reversed(known)}
    ends = get_close_matches(word.rpartition(".")[2], list(by_end), n=1, cutoff=0.75)
    return by_end[ends[0]] if ends else None


def _top(keys: Sequence[str]) -> str:
    return ", ".join(key for key in keys if "." not in key)
