"""Locks that one process at a time holds."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from gaihe.serving.core.atomic_files import PRIVATE


def lock(path: Path, mode: int = PRIVATE) -> IO[bytes] | None:
    """Lock a file, which is made where it is missing; on Windows the file is made alone.

    Args:
        path: the file.
        mode: of a new one.

    Returns:
        The open file, which holds the lock until it is closed or the process ends; nothing where another one holds it.

    Raises:
        OSError: the file cannot be made or locked.
    """
    stream = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, mode), "wb")
    if sys.platform == "win32":
        return stream
    import fcntl

    try:
        with suppress(BlockingIOError, FileNotFoundError):
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(stream.fileno()), path.stat()):  # another one may have removed it meanwhile
                return stream
    except OSError:
        stream.close()
        raise
    stream.close()
    return None
