"""The file that keeps the pseudonyms of a case: read, held by one run at a time, and written before the texts are."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from gaihe.serving.core.atomic_files import is_replaced, open_output, write_error
from gaihe.serving.core.errors import CommandError, CommandFailedError
from gaihe.serving.core.failures import TextsFailedError
from gaihe.serving.core.posts import decode_json, json_line
from gaihe.serving.redaction import MappingError, Pseudonym, PseudonymMap, seal, unseal
from gaihe.serving.redaction.sealing import check_sealing

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
        record = decode_json(Path(path).read_bytes(), path)
    except OSError as error:
        raise CommandError(f"cannot read the mapping {path}: {error.strerror}") from None
    sealed = isinstance(record, dict) and "sealed" in record
    if sealed and key is not None:
        _check_sealing()
    try:
        return unseal(record, key) if sealed and key is not None else PseudonymMap.from_record(record), sealed
    except MappingError as error:
        raise CommandError(f"{path}: {error}{'; --key-file FILE' if sealed and key is None else ''}") from None


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
        kept: list[Pseudonym] | None = None

        def write() -> None:
            nonlocal kept
            if kept != (now := list(mapping)):
                record = seal(mapping, key) if key and (sealed or was_sealed) else mapping.to_record()
                with open_output(path) as stream:
                    stream.write(json_line(record))
                kept = now

        try:
            yield mapping, write if replaced else lambda: None
        except (CommandFailedError, TextsFailedError):
            write()
            raise
        write()


def _check_sealing() -> None:
    try:
        check_sealing()
    except ModuleNotFoundError as error:
        raise CommandError(str(error)) from None


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """Hold a lock beside a file, which is gone after the block; the system frees it when the process ends."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    target = Path(os.path.realpath(path))
    lock = target.with_name(f".{target.name}.lock")
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise write_error(path, error) from None
    with os.fdopen(descriptor, "wb"):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = os.path.samestat(os.fstat(descriptor), lock.stat())
        except (BlockingIOError, FileNotFoundError):
            held = False
        if not held:
            raise CommandError(f"another run works with the mapping {path}: wait for its end, or give another file")
        try:
            yield
        finally:
            with suppress(OSError):
                lock.unlink()
