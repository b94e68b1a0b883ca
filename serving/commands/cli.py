"""The ``gaihe`` command: what a model does here, other commands by the entry-point group ``gaihe.commands``."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import IO

from gaihe.serving.commands.signals import EndedBySignalError, ending_signals
from gaihe.serving.core.errors import (
    CommandError,
    CommandFailedError,
    OutputError,
    PostError,
    SheetError,
    WriteFailedError,
)
from gaihe.serving.core.failures import TextsFailedError
from gaihe.serving.core.telling import drop, tell
from gaihe.serving.model.loading import ModelError

BAD_INPUT = 2
FAILED = 1


class _ClosedInput(io.TextIOBase):
    """Standard input where the caller closed it."""

    @property
    def buffer(self) -> IO[bytes]:
        raise CommandError("standard input is closed")


class _ClosedOutput(io.TextIOBase):
    """Standard output where the caller closed it."""

    @property
    def buffer(self) -> IO[bytes]:
        raise OutputError("standard output is closed")

    def write(self, text: str, /) -> int:
        raise OutputError("standard output is closed")


class _DeferredCommand:
    """A command of another part of the project, imported only when it is called."""

    def __init__(self, entry_point: EntryPoint) -> None:
        self._entry_point = entry_point

    def __call__(self, words: Sequence[str]) -> None:
        try:
            command: Callable[[Sequence[str]], None] = self._entry_point.load()
            command(words)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("gaihe"):
                raise
            extra = ", ".join(self._entry_point.extras) or "train"
            raise CommandError(
                f"'gaihe {self._entry_point.name}' needs {error.name}, which is not installed: "
                f"pip install 'gaihe[{extra}]'"
            ) from None


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line; exit codes: 0 done, 2 bad usage or input, 1 failed, 128 and its number after a signal."""
    if sys.stdin is None:
        sys.stdin = _ClosedInput()
    if sys.stdout is None:
        sys.stdout = _ClosedOutput()
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(io.FileIO(os.devnull, "w"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        with ending_signals():
            _run(sys.argv[1:] if words is None else words)
            sys.stdout.flush()
    except (CommandError, PostError, ModelError) as error:
        return _ended(str(error), BAD_INPUT)
    except (CommandFailedError, SheetError, TextsFailedError, WriteFailedError) as error:
        return _ended(str(error), FAILED)
    except BrokenPipeError:
        drop(sys.stdout)
        return FAILED
    except OSError as error:
        drop(sys.stdout)
        where = f"{error.filename}: " if error.filename else ""
        return _ended(f"{where}{error.strerror or error}", FAILED)
    except KeyboardInterrupt:
        return _ended("interrupted", FAILED)
    except EndedBySignalError as error:
        return _ended(f"ended by {error}", 128 + error.number)
    return 0


def _run(words: Sequence[str]) -> None:
    deferred = {point.name: _DeferredCommand(point) for point in entry_points(group="gaihe.commands")}
    if words and words[0] in deferred:
        deferred[words[0]](words[1:])
    else:
        from gaihe.serving.commands.parser import left_over, parser

        arguments, left = parser(deferred).parse_known_args(words)
        if left:
            raise CommandError(left_over(left))
        arguments.run(arguments)


def _ended(message: str, code: int) -> int:
    tell(f"gaihe: {message}")
    return code
