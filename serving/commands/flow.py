"""Rows through the model: in order, in bounded memory, with what cannot be read or processed named."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import IO, NamedTuple, Protocol, TypeVar

from gaihe.serving.commands.options import PASS, STOP, rows_of
from gaihe.serving.core.atomic_files import open_binary_output, open_growing_output, open_output
from gaihe.serving.core.errors import CommandFailedError, PostError
from gaihe.serving.core.failures import TextsFailedError
from gaihe.serving.core.posts import ICONV, json_line
from gaihe.serving.core.progress import Progress
from gaihe.serving.core.telling import tell
from gaihe.serving.recognition.batches import CHUNK_CHARACTERS, chunks
from gaihe.serving.recognition.reading import Reading
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.rows import BadRow, Row, RowFile

CHUNK_ROWS = 4096
_UNDECODED = f"bytes that are not UTF-8 are not read and stay as they are; if the file has another encoding: {ICONV}"
Record = Callable[[str, Reading], dict[str, object]]
"""The fields of a result, of a text and its reading."""
_Found = TypeVar("_Found")
_Taken = TypeVar("_Taken", contravariant=True)


class _Output(Protocol[_Taken]):
    """Where results go."""

    def write(self, row: Row, found: Sequence[_Taken]) -> None:
        """Write what comes of a row."""

    def write_bad(self, row: BadRow) -> None:
        """Pass on a row that could not be read."""

    def flush(self) -> None:
        """Hand over what was written."""


class _Records:
    """A JSON line for each text: ``{"id"}``, ``"field"`` where a row may have several, and the result's fields."""

    def __init__(self, stream: IO[str], record: Record) -> None:
        self._stream, self._record = stream, record

    def write(self, row: Row, found: Sequence[Reading]) -> None:
        lines = []
        for place, (text, reading) in enumerate(zip(row.texts, found, strict=True)):
            field = {"field": row.names[place]} if row.names else {}
            lines.append(json_line({"id": row.id, **field, **self._record(text, reading)}))
        self._stream.write("".join(lines))

    def write_bad(self, row: BadRow) -> None:
        self._stream.write(json_line({"error": f"{row.place}: {row.reason}"}))

    def flush(self) -> None:
        self._stream.flush()


class _Done(NamedTuple):
    """How many rows there were, could not be read, hold bytes that are not UTF-8, and could not be processed."""

    rows: int
    bad: int
    undecoded: int
    failed: int

    def end(self, bad_lines: str) -> None:
        """Say how many could not be read, or not to their last byte.

        Args:
            bad_lines: what the user chose for lines that cannot be read.

        Raises:
            TextsFailedError: some could not be processed.
            CommandFailedError: some could not be read to their last byte, and the user did not choose to pass them on.
        """
        if self.bad:
            tell(f"{self.bad} of {self.rows} lines could not be read")
        undecoded = f"{self.undecoded} of {self.rows} lines hold bytes that are not UTF-8"
        if self.undecoded and not self.failed and bad_lines != PASS:
            raise CommandFailedError(undecoded)
        if self.undecoded:
            tell(f"{undecoded}")
        if self.failed:
            raise TextsFailedError(self.failed, self.rows)


def write_records(recognizer: Recognizer, arguments: argparse.Namespace, record: Record) -> None:
    """Read the rows of ``--input`` and write a JSON line for each text.

    Raises:
        PostError: the first row that cannot be read, unless it is passed on or set aside; a file that cannot be read.
        OutputError, WriteFailedError: a file that cannot be written.
        TextsFailedError: rows that could not be processed, after all others are written.
        CommandFailedError: rows with bytes that are not UTF-8, after all are written, unless they are passed on.
    """
    source = rows_of(arguments)
    threads = threads_of(arguments)
    with open_output(arguments.output) as stream:
        output = _Records(stream, record)
        done = _flow(lambda texts: recognizer.attempt_readings(texts, threads), source, output, arguments)
    done.end(arguments.bad_lines)


def rewrite_rows(
    rewrite: Callable[[list[str]], Sequence[str | Exception]], arguments: argparse.Namespace, whole: bool = False
) -> None:
    """Read the rows of ``--input`` and write them with new texts; errors are those of `write_records`.

    Args:
        rewrite: gives the new texts of several, or what prevents one.
        arguments: the options.
        whole: whether all texts are needed at once.
    """
    source = rows_of(arguments)
    with source.writer(arguments.output) as writer:
        done = _flow(rewrite, source, writer, arguments, whole)
    done.end(arguments.bad_lines)


def threads_of(arguments: argparse.Namespace) -> int | None:
    """How many runs of the model go on at a time; a line of a stream is one."""
    threads: int | None = arguments.threads
    return 1 if arguments.stream and threads is None else threads


def _flow(
    read: Callable[[list[str]], Sequence[_Found | Exception]],
    source: RowFile,
    output: _Output[_Found],
    arguments: argparse.Namespace,
    whole: bool = False,
) -> _Done:
    progress = Progress("gaihe")
    failed = bad = undecoded = 0
    with ExitStack() as stack:
        aside: IO[bytes] | None = None
        if arguments.bad_lines not in (STOP, PASS):
            opened = open_growing_output if arguments.stream else open_binary_output
            aside = stack.enter_context(opened(arguments.bad_lines))
        rows = source.rows()
        most = 1 if arguments.stream else CHUNK_ROWS
        for chunk in [_held(rows, arguments.bad_lines)] if whole else chunks(rows, _characters, most):
            found = iter(read([text for row in chunk if isinstance(row, Row) for text in row.texts]))
            for row in chunk:
                if isinstance(row, BadRow):
                    bad += 1
                    _report(row, arguments.bad_lines)
                    if aside is None:
                        output.write_bad(row)
                    else:
                        aside.writelines(row.content)
                else:
                    if row.undecoded and not undecoded:
                        tell(f"{row.place}: {_UNDECODED}")
                    undecoded += row.undecoded
                    failed += not _written(output, row, [next(found) for _ in row.texts])
            progress.add(len(chunk))
            if arguments.stream:
                output.flush()
                if aside is not None:
                    aside.flush()
    return _Done(progress.done, bad, undecoded, failed)


def _characters(row: Row | BadRow) -> int:
    """Those of its texts; a row whose content passes ends a chunk."""
    if isinstance(row, Row):
        return sum(map(len, row.texts))
    return CHUNK_CHARACTERS if row.passing else 0


def _held(rows: Iterable[Row | BadRow], bad_lines: str) -> list[Row | BadRow]:
    """All rows; with the content of those that cannot be read, where that is written."""
    held = []
    for row in rows:
        if isinstance(row, BadRow) and bad_lines != STOP:
            row.content = list(row.content)
        held.append(row)
    return held


def _report(row: BadRow, choice: str) -> None:
    if choice == STOP:
        raise PostError(f"{row.place}: {row.reason}")
    tell(f"{row.place}: {row.reason}")


def _written(output: _Output[_Found], row: Row, results: Sequence[_Found | Exception]) -> bool:
    """Whether a row could be processed and written; where not, it is named."""
    found = [result for result in results if not isinstance(result, Exception)]
    error = next((result for result in results if isinstance(result, Exception)), None)
    if error is None:
        try:
            output.write(row, found)
        except OSError:
            raise
        except Exception as raised:
            error = raised
    if error is not None:
        tell(f"{row.place}, post {row.id!r:.60}: could not be processed: {type(error).__name__}")
    return error is None
