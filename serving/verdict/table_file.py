"""Reads the table of a verdict: ``table.toml``, or a file that takes its place."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from importlib import resources
from itertools import product
from pathlib import Path
from typing import Any

from gaihe.serving.core.posts import not_utf8
from gaihe.serving.core.schema import Intent, Stance
from gaihe.serving.verdict.facts.severity import Reach
from gaihe.serving.verdict.signs.names import SIGNS, What
from gaihe.serving.verdict.table import (
    COUNTS,
    HIGHEST,
    TIERS,
    Cell,
    Change,
    Condition,
    Label,
    Law,
    Reason,
    Table,
    TableError,
    consistent_cells,
)

_NOT_OF: dict[type, type] = {int: bool, date: datetime}
"""Subclasses that are no value of a kind."""
_AXES = ("intent", "stance", "what", "reach")
_CONDITIONS = ("all", "any", "none")
_ROWS: dict[str, tuple[str, ...]] = {
    "cell": (*_AXES, "level"),
    "change": (*_CONDITIONS, "add", "at_least", "at_most", "never_block"),
    "label": (*_CONDITIONS, "label", "sub_label"),
    "reason": (*_CONDITIONS, "code", "zh", "en"),
    "law": (*_CONDITIONS, "code", "zh", "en", "published", "in_force", "tiers"),
}
"""The keys that a row of each kind may have."""
_KEYS = ("name", "version", "note_zh", "note_en", "levels", "counts", "tiers", *_ROWS)


def load_table(path: str | Path | None = None) -> Table:
    """The table of the package, or the one in a file.

    Raises:
        TableError: the file cannot be read, or a key is missing or wrong.
    """
    source = resources.files("gaihe.serving.verdict") / "table.toml" if path is None else Path(path)
    try:
        written = source.read_bytes()
        content = tomllib.loads(written.decode("utf-8-sig"))
    except OSError as error:
        raise TableError(f"cannot read the table {path}: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise TableError(f"the table {path} is not TOML: {error}") from None
    except UnicodeDecodeError as error:
        raise TableError(f"the table {path}: {not_utf8(error)}") from None
    table = _Parser("table.toml" if path is None else str(path)).table(content)
    object.__setattr__(table, "digest", hashlib.sha256(written).hexdigest())
    return table


class _Parser:
    """Reads a table, and says of a fault where it stands."""

    def __init__(self, source: str) -> None:
        self._source = source

    def table(self, content: dict[str, Any]) -> Table:
        self._known(content, _KEYS, "")
        levels = self._section(content, "levels", str)
        if sorted(levels) != [str(level) for level in range(HIGHEST + 1)]:
            raise self._error("levels", f"must name the levels 0 to {HIGHEST}")
        table = Table(
            name=self._text(content, "name", "name"),
            version=self._text(content, "version", "version"),
            note_zh=self._text(content, "note_zh", "note_zh"),
            note_en=self._text(content, "note_en", "note_en"),
            levels=tuple(levels[str(level)] for level in range(HIGHEST + 1)),
            counts=self._numbers(content, "counts", COUNTS),
            tiers=self._numbers(content, "tiers", TIERS),
            cells=self._cells(self._rows(content, "cell")),
            changes=tuple(self._change(row, where) for row, where in self._rows(content, "change")),
            labels=tuple(self._label(row, where) for row, where in self._rows(content, "label")),
            reasons=tuple(self._reason(row, where) for row, where in self._rows(content, "reason")),
            laws=tuple(self._law(row, where) for row, where in self._rows(content, "law")),
        )
        if not (table.labels and table.labels[-1].when == Condition(frozenset(), (), frozenset())):
            raise self._error("label", "the last one must be without conditions, so that every post has a label")
        return table

    def _cells(self, rows: Iterable[tuple[dict[str, Any], str]]) -> dict[Cell, int]:
        known = set(consistent_cells())
        cells: dict[Cell, int] = {}
        for row, where in rows:
            axes = [
                self._names(row, axis, {f"{axis}.{name}" for name in _of(axis)}, where, f"{axis}.") for axis in _AXES
            ]
            level = self._level(row, "level", where, None)
            for intent, stance, what, reach in product(*axes):
                cell = (intent, stance, what, reach)
                if cell in cells:
                    raise self._error(where, f"the cell {' × '.join(cell)} stands in an earlier one too")
                if cell in known:
                    cells[cell] = level
        if missing := sorted(known - cells.keys()):
            raise self._error("cell", f"none holds {' × '.join(missing[0])}")
        return cells

    def _change(self, row: dict[str, Any], where: str) -> Change:
        least, most = self._level(row, "at_least", where, 0), self._level(row, "at_most", where, HIGHEST)
        if least > most:
            raise self._error(f"{where}.at_least", f"must be at most at_most, {most}, not {least}")
        return Change(
            self._condition(row, where),
            self._level(row, "add", where, 0),
            least,
            most,
            self._value(row, "never_block", bool, where, default=False),
        )

    def _label(self, row: dict[str, Any], where: str) -> Label:
        return Label(self._condition(row, where), self._text(row, "label", where), self._text(row, "sub_label", where))

    def _reason(self, row: dict[str, Any], where: str) -> Reason:
        return Reason(
            self._condition(row, where),
            self._text(row, "code", where),
            self._text(row, "zh", where),
            self._text(row, "en", where),
        )

    def _law(self, row: dict[str, Any], where: str) -> Law:
        return Law(
            self._condition(row, where),
            self._text(row, "code", where),
            self._text(row, "zh", where),
            self._text(row, "en", where),
            published=self._value(row, "published", date, where),
            in_force=self._value(row, "in_force", date, where),
            tiers=self._value(row, "tiers", bool, where, default=False),
        )

    def _condition(self, row: dict[str, Any], where: str) -> Condition:
        groups = row.get("any", [])
        if not isinstance(groups, list) or not all(groups):
            raise self._error(f"{where}.any", "must be a list of lists of signs, none empty")
        return Condition(
            frozenset(self._names(row, "all", SIGNS, where)),
            tuple(frozenset(self._names({"any": group}, "any", SIGNS, where)) for group in groups),
            frozenset(self._names(row, "none", SIGNS, where)),
        )

    def _names(self, row: dict[str, Any], key: str, known: Iterable[str], where: str, prefix: str = "") -> list[str]:
        names = row.get(key, [])
        if not isinstance(names, list):
            raise self._error(f"{where}.{key}", f"must be a list, not {type(names).__name__}")
        for name in names:
            if f"{prefix}{name}" not in set(known):
                raise self._error(f"{where}.{key}", f"unknown {name!r}")
        return names

    def _level(self, row: dict[str, Any], key: str, where: str, default: int | None) -> int:
        level: int = self._value(row, key, int, where, default=default)
        if not 0 <= level <= HIGHEST:
            raise self._error(f"{where}.{key}", f"must be a level from 0 to {HIGHEST}, not {level}")
        return level

    def _numbers(self, content: dict[str, Any], name: str, keys: Sequence[str]) -> dict[str, int]:
        section = self._section(content, name, int)
        self._known(section, keys, f"{name}.")
        numbers = {key: self._value(section, key, int, name) for key in keys}
        for key, number in numbers.items():
            if number < 1:
                raise self._error(f"{name}.{key}", f"must be 1 or more, not {number}")
        return numbers

    def _section(self, content: dict[str, Any], name: str, kind: type) -> dict[str, Any]:
        section: dict[str, Any] = self._value(content, name, dict, name)
        for key in section:
            self._value(section, key, kind, name)
        return section

    def _rows(self, content: dict[str, Any], name: str) -> Iterable[tuple[dict[str, Any], str]]:
        rows = self._value(content, name, list, name)
        for place, row in enumerate(rows, start=1):
            if not isinstance(row, dict):
                raise self._error(f"{name} {place}", "must be a table")
            self._known(row, _ROWS[name], f"{name} {place}.")
            yield row, f"{name} {place}"

    def _known(self, row: Mapping[str, Any], keys: Sequence[str], prefix: str) -> None:
        """Refuse keys that nothing reads."""
        for key in row:
            if key not in keys:
                raise self._error(f"{prefix}{key}", f"is unknown; known: {', '.join(keys)}")

    def _text(self, row: dict[str, Any], key: str, where: str) -> str:
        text: str = self._value(row, key, str, where)
        return text

    def _value(self, row: dict[str, Any], key: str, kind: type, where: str, default: Any = None) -> Any:  # noqa: ANN401
        value = row.get(key, default)
        place = key if where == key else f"{where}.{key}"
        if value is None:
            raise self._error(place, "is missing")
        if not isinstance(value, kind) or isinstance(value, _NOT_OF.get(kind, ())):
            raise self._error(place, f"must be {kind.__name__}, not {type(value).__name__}")
        return value

    def _error(self, key: str, reason: str) -> TableError:
        return TableError(f"table {self._source}: {key}: {reason}")


def _of(axis: str) -> tuple[str, ...]:
    """The values of an axis of the table."""
    members = {"intent": Intent, "stance": Stance}.get(axis)
    if members is not None:
        return tuple(member.value for member in members)
    return tuple(member.name.lower() for member in (What if axis == "what" else Reach))
