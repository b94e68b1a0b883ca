"""The file that keeps the pseudonyms of a case: read, held by one run at a time, and written before the texts are.

It holds a map as a line of JSON. While a run goes on, and after one that was killed, further lines stand below, each
with the pseudonyms that came later; of a sealed map each is sealed to follow the one before. A last line that is not
whole was cut off when it was written: no text that needs it was passed on.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from itertools import chain
from pathlib import Path
from typing import Any

from gaihe.serving.core.atomic_files import append, is_replaced, open_output, write_error
from gaihe.serving.core.errors import CommandError, CommandFailedError, PostError
from gaihe.serving.core.failures import TextsFailedError
from gaihe.serving.core.locks import lock
from gaihe.serving.core.posts import decode_json, json_line
from gaihe.serving.redaction import MappingError, PseudonymMap, seal
from gaihe.serving.redaction.sealing import check_sealing, unsealed

Keep = Callable[[], None]
"""Writes a map to its file, if there are pseudonyms that the file does not hold yet."""


def read_mapping(path: str, key: bytes | None) -> PseudonymMap:
    """The map of pseudonyms in a file, sealed or not.

    Raises:
        CommandError: the file cannot be read, is no map, or needs a key or the extra ``seal``.
    """
    return _read(path, key)[0]


def _read(path: str, key: bytes | None) -> tuple[PseudonymMap, bool]:
    """The map in a file, and whether it is sealed there."""
    try:
        records = _records(Path(path).read_bytes(), path)
    except OSError as error:
        raise CommandError(f"cannot read the mapping {path}: {error.strerror}") from None
    sealed = isinstance(records[0], dict) and "sealed" in records[0]
    opened = key if sealed else None
    if opened is not None:
        _check_sealing()
    try:
        return _joined(records, opened), sealed
    except MappingError as error:
        raise CommandError(f"{path}: {error}{'; --key-file FILE' if sealed and key is None else ''}") from None


def _records(content: bytes, path: str) -> list[Any]:
    """The JSON objects in the content of a map's file; one that takes several lines is alone there."""
    try:
        return [decode_json(content, path)]
    except PostError:
        *ended, last = content.split(b"\n")
        lines = [(number, line) for number, line in enumerate(ended, start=1) if line.strip()]
        if not lines or not _is_json(lines[0][1]):
            raise
    if _is_json(last):
        lines.append((len(ended) + 1, last))
    return [decode_json(line, f"{path}, line {number}") for number, line in lines]


def _is_json(content: bytes) -> bool:
    try:
        return decode_json(content, "") is not None
    except PostError:
        return False


def _joined(records: Sequence[Any], key: bytes | None) -> PseudonymMap:
    """One map of several, the later ones of which go on from those before.

    Raises:
        MappingError: one is no map, was changed, or does not follow the one before.
    """
    if key is not None:
        befores = [None, *records]
        records = [unsealed(record, key, before) for record, before in zip(records, befores, strict=False)]
    first, *later = map(PseudonymMap.from_record, records)
    return PseudonymMap(chain(first, *later)) if later else first


@contextmanager
def held_mapping(path: str | None, key: bytes | None, sealed: bool) -> Iterator[tuple[PseudonymMap, Keep]]:
    """The map of a file for this run alone, which is there when the block ends, and what writes it.

    Whoever passes a text on must have written the map before. A device, a pipe or an open descriptor is not read, and
    written once, at the end, also where some texts could not be processed or read and the others were passed on.

    Args:
        path: the file, which need not be there and may be empty; without one the map is not kept.
        key: opens a map that is sealed.
        sealed: whether the map is encrypted with the key; one that is there sealed always is.

    Raises:
        CommandError: the file is no map, another run holds it, or sealing needs the extra ``seal``.
        OutputError, WriteFailedError: it cannot be written.
    """
    if sealed:
        _check_sealing()
    if path is None:
        yield PseudonymMap(), lambda: None
        return
    replaced = is_replaced(path)
    with _locked(path) if replaced else nullcontext():
        begun = replaced and Path(path).exists() and Path(path).stat().st_size > 0
        mapping, was_sealed = _read(path, key) if begun else (PseudonymMap(), False)
        file = _MapFile(path, mapping, key if sealed or was_sealed else None)
        try:
            yield mapping, file.keep if replaced else lambda: None
        except (CommandFailedError, TextsFailedError):
            file.close()
            raise
        file.close()


class _MapFile:
    """A map's file while a run extends it; the time that takes does not grow with what it holds already.

    Args:
        path: the file.
        mapping: the map, of which pseudonyms that were kept do not go.
        key: seals it.
    """

    def __init__(self, path: str, mapping: PseudonymMap, key: bytes | None) -> None:
        self._path, self._mapping, self._key = path, mapping, key
        self._last: dict[str, Any] | None = None
        self._kept = 0
        self._lines = 0
        self._written: tuple[int, ...] | None = None

    def keep(self) -> None:
        """Write what the file does not hold yet: all at first or where others changed it, then in a line below."""
        if not self._is_ours():
            self._replace()
        elif len(self._mapping) > self._kept:
            new = PseudonymMap(self._mapping.newest(len(self._mapping) - self._kept))
            record = self._record(new, self._last)
            append(self._path, json_line(record).encode())
            self._took(record)

    def close(self) -> None:
        """Leave the whole map in one line."""
        if not self._is_ours() or len(self._mapping) > self._kept or self._lines > 1:
            self._replace()

    def _is_ours(self) -> bool:
        """Whether the file is the one that was written last."""
        return self._written is not None and self._written == _identity(self._path)

    def _replace(self) -> None:
        record = self._record(self._mapping, None)
        with open_output(self._path) as stream:
            stream.write(json_line(record))
        self._lines = 0
        self._took(record)

    def _took(self, record: dict[str, Any]) -> None:
        self._last = None if self._key is None else record
        self._kept, self._lines = len(self._mapping), self._lines + 1
        self._written = _identity(self._path)

    def _record(self, mapping: PseudonymMap, after: dict[str, Any] | None) -> dict[str, Any]:
        return mapping.to_record() if self._key is None else seal(mapping, self._key, after)


def _identity(path: str) -> tuple[int, ...] | None:
    """Which file is at a path, and its size."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size


def _check_sealing() -> None:
    try:
        check_sealing()
    except ModuleNotFoundError as error:
        raise CommandError(str(error)) from None


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """Hold a lock beside a file, which is gone after the block; the system frees it when the process ends."""
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name}.lock")
    try:
        held = lock(beside)
    except OSError as error:
        raise write_error(path, error) from None
    if held is None:
        raise CommandError(f"another run works with the mapping {path}: wait for its end, or give another file")
    with held:
        try:
            yield
        finally:
            if sys.platform == "win32":  # which removes no open file
                held.close()
            with suppress(OSError):
                beside.unlink()
