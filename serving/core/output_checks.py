"""Whether an output can be written, found out before the work."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from gaihe.serving.core.atomic_files import PRIVATE, STANDARD, aside_file, is_writable, open_descriptor, target_of
from gaihe.serving.core.errors import OutputError


def check_output(
    path: str | Path, inputs: Iterable[str | Path | None] = (), outputs: Iterable[str | Path | None] = ()
) -> None:
    """Find out before the work whether a target can be written, without changing it.

    Args:
        path: the target; ``-`` is standard output.
        inputs: what is read meanwhile; ``-`` is standard input.
        outputs: what is written besides; ``-`` is standard output.

    Raises:
        OutputError: the target cannot be written, or is one of the inputs or the other outputs, also under another
            name.
    """
    inputs = list(inputs)
    for other in outputs:
        if other is not None and _is_one_output(path, other):
            raise OutputError(f"cannot write {path}: it is the output {other} too; give another file")
    there = _status(path, sys.stdout)
    if there is not None and not stat.S_ISCHR(there.st_mode) and not stat.S_ISSOCK(there.st_mode):
        for source in inputs:
            if source is not None and (read := _status(source, sys.stdin)) and os.path.samestat(there, read):
                raise OutputError(f"cannot write {path}: it is the input {source}; give another file")
    if str(path) == STANDARD:
        return
    for source in inputs:
        if there is None and source is not None and os.path.realpath(source) == os.path.realpath(path):
            raise OutputError(f"cannot write {path}: it is {source} too; give another file")
    target = target_of(Path(path))
    if target is None and there is not None and not is_writable(path):
        raise OutputError(f"cannot write {path}: {os.strerror(errno.EACCES)}")
    if target is not None:
        with aside_file(target, PRIVATE):
            pass


def _is_one_output(path: str | Path, other: str | Path) -> bool:
    """Whether two targets are one file, pipe or stream; the null device takes both."""
    numbers = [1 if str(each) == STANDARD else open_descriptor(Path(each)) for each in (path, other)]
    if numbers[0] is not None and numbers[0] == numbers[1]:
        return True
    there, besides = _status(path, sys.stdout), _status(other, sys.stdout)
    if there is None or besides is None:
        return there is besides and os.path.realpath(path) == os.path.realpath(other)
    return os.path.samestat(there, besides) and not stat.S_ISCHR(there.st_mode)


def _status(path: str | Path, standard: IO[str]) -> os.stat_result | None:
    """What a path, or a standard stream, is; nothing where there is none."""
    try:
        return os.fstat(standard.fileno()) if str(path) == STANDARD else Path(path).stat()
    except (OSError, ValueError):
        return None
