"""What is told on standard error; what cannot be told there is dropped."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import IO


def tell(line: str) -> None:
    """Write a line to standard error, if that takes one."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        drop(sys.stderr)


def drop(stream: IO[str] | io.TextIOBase) -> None:
    """What a standard stream could not take is not tried again when the interpreter ends."""
    try:
        stream.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
