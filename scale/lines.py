"""Lines of text files, ``.gz`` too, from any byte on, and the records of CSV among them."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from gaihe.scale.places import Place
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import LONGEST_LINE
from gaihe.serving.rows.delimited import csv_reason, delimiter_of

_BUFFER = 1 << 20
TOO_LONG = b"\xfftoo long"
"""Stands for a line of more than `LONGEST_LINE` bytes, told from others by identity."""
LONG_LINE = f"a line is longer than {LONGEST_LINE} bytes"


class Lines:
    """The lines of a stretch of a file; `TOO_LONG` in the place of those that are not held in memory.

    Args:
        stream: the file, where the stretch begins.
        name: that of the attribute.
        start: the byte where it begins, of what is unpacked.
        stop: the byte where it ends; the file's end when left out.
        number: the number of its first line.

    Attributes:
        name: what messages call the file.
        position: the byte where the next line begins.
        number: of the next line.
    """

    def __init__(self, stream: IO[bytes], name: str, start: int = 0, stop: int | None = None, number: int = 1) -> None:
        self._stream, self.name, self._stop = stream, name, stop
        self.position, self.number = start, number

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._stop is not None and self.position >= self._stop:
            raise StopIteration
        line = self._stream.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        self.position += len(line)
        self.number += 1
        if len(line) <= LONGEST_LINE:
            return line
        while not line.endswith(b"\n") and (line := self._stream.readline(_BUFFER)):
            self.position += len(line)
        return TOO_LONG


def holds_row(line: bytes) -> bool:
    """Whether a line of JSON lines is one of those that count; empty ones do not."""
    return line is TOO_LONG or bool(line.strip())


@contextmanager
def lines_of(place: Place, start: int = 0, stop: int | None = None, number: int = 1) -> Iterator[Lines]:
    """The lines of a file between two bytes of what is unpacked; one that ends with ``.gz`` is read from its beginning.

    Raises:
        PostError: the file cannot be read.
    """
    try:
        with place.system.open_input_file(place.path) as raw:
            stream: IO[bytes]
            if place.ends_with(".gz"):
                stream = io.BufferedReader(gzip.GzipFile(fileobj=raw), _BUFFER)
                skipped = 0
                while skipped < start and (block := stream.read(min(_BUFFER, start - skipped))):
                    skipped += len(block)
            else:
                raw.seek(start)
                stream = io.BufferedReader(raw, _BUFFER)
            yield Lines(stream, place.name, start, stop, number)
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is damaged or cut off"
        raise PostError(f"cannot read {place.name}: {reason}") from None


@dataclass(frozen=True, slots=True)
class Header:
    """The first record of a CSV file.

    Attributes:
        names: of the columns.
        delimiter: what stands between cells.
    """

    names: tuple[str, ...]
    delimiter: str

    def records(self, lines: Lines) -> Iterator[tuple[int, list[str] | str]]:
        """The records of some lines: the number of each one's first line, and its cells or what is wrong with it."""
        csv.field_size_limit(LONGEST_LINE)
        reader = csv.reader(map(_text, lines), delimiter=self.delimiter, strict=True)
        while True:
            number = lines.number
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield number, csv_reason(error, lines.number - number)
                continue
            if cells is None:
                return
            if not cells:
                continue
            wrong = len(cells) != len(self.names)
            yield number, f"{len(cells)} cells in place of {len(self.names)}" if wrong else cells


def header_of(lines: Lines, columns: Iterable[str]) -> Header:
    """The header of a CSV file.

    Args:
        lines: of the file, from its beginning.
        columns: those that are read, which tell the delimiter.

    Raises:
        PostError: it is not CSV.
    """
    csv.field_size_limit(LONGEST_LINE)
    texts = map(_text, lines)
    try:
        first = next(texts, "").removeprefix("\ufeff")
        delimiter = delimiter_of(lines.name, first, columns)
        names = next(csv.reader(_before(first, texts), delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise PostError(f"{lines.name}, line 1: {csv_reason(error)}") from None
    return Header(tuple(names), delimiter)


def _text(line: bytes) -> str:
    """A line as text.

    Raises:
        csv.Error: it is too long; the reader that asked for it goes on with the next one.
    """
    if line is TOO_LONG:
        raise csv.Error(LONG_LINE)
    return line.decode("utf-8", "surrogateescape")


def _before(first: str, others: Iterator[str]) -> Iterator[str]:
    yield from [first] if first else []
    yield from others
