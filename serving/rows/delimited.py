"""CSV with a header (RFC 4180), tabs or semicolons in place of commas too; in files named ``.tsv``, tabs.

Cells whose texts stay are written as they stood; bytes that are not UTF-8 come through.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain, islice
from typing import IO

from gaihe.serving.core.atomic_files import open_binary_output
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import LONGEST_LINE, check_utf8, source_name
from gaihe.serving.rows.lines import TOO_LONG, lines_of
from gaihe.serving.rows.row import ID, BadRow, Row, RowWriter, is_undecoded

_DELIMITERS = ",\t;"
_OVERSIZE = (TOO_LONG, "field larger than field limit")
"""Errors that come while a quotation mark may be open."""
_MARKS = re.compile(rb'"+')
_MEANINGS = {
    "unexpected end of data": "a quotation mark is never closed",
    "new-line character seen in unquoted field": "a carriage return outside quotation marks that no line feed follows",
}
"""What errors of the module ``csv`` mean to whoever has the file."""


class Delimited:
    """A CSV file, whose delimiter its name or its header shows.

    Args:
        path: the file.
        columns: the columns with texts.
    """

    streams = True

    def __init__(self, path: str, columns: Sequence[str]) -> None:
        self._path, self._columns = path, columns
        self.header = ""
        self.delimiter = ","

    def rows(self) -> Iterator[Row | BadRow]:
        """The rows under the header, in order; a row of another number of cells cannot be read."""
        csv.field_size_limit(LONGEST_LINE)
        lines = _Lines(self._path)
        try:
            first = next(lines, "")
            bare = first.removeprefix("\ufeff")
            self.delimiter = delimiter_of(self._path, bare, self._columns)
            reader = csv.reader(lines.again(bare), delimiter=self.delimiter, strict=True)
            names = next(reader, [])
        except csv.Error as error:
            check_utf8(_encoded(lines.taken()), self._place(1))
            raise PostError(f"{self._place(1)}: {csv_reason(error)}") from None
        self.header = lines.taken()
        places = []
        for column in self._columns:
            if names.count(column) != 1:
                check_utf8(_encoded(self.header), self._place(1))
                how = "no column" if column not in names else "several columns"
                raise PostError(f"{source_name(self._path)}: {how} {column!r}; {header_reason(names)}")
            places.append(names.index(column))
        own = names.index(ID) if names.count(ID) == 1 else None
        while True:
            begun = lines.number + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                reason = csv_reason(error, lines.number - begun + 1)
                oversize = str(error).startswith(_OVERSIZE)
                taken = _encoded(lines.taken())
                rest = lines.rest_of_record(_Quotation(self.delimiter, taken)) if oversize else iter(())
                yield BadRow(self._place(begun), reason, chain((taken,), rest), oversize)
                deque(rest, maxlen=0)
                continue
            raw = lines.taken()
            if cells is None:
                return
            if not cells:
                yield Row(self._place(begun), str(begun), [], [], (cells, [], raw))
            elif len(cells) != len(names):
                reason = f"{len(cells)} cells in place of {len(names)}"
                yield BadRow(self._place(begun), reason, (_encoded(raw),))
            else:
                texts = [cells[place] for place in places]
                name = str(begun) if own is None else cells[own]
                content = (cells, places, raw)
                yield Row(self._place(begun), name, texts, self._columns, content, is_undecoded(texts))

    def _place(self, number: int) -> str:
        return f"{source_name(self._path)}, line {number}"

    @contextmanager
    def writer(self, path: str) -> Iterator[RowWriter]:
        """What writes the rows to a file."""
        with open_binary_output(path) as stream:
            writer = _Writer(stream, self)
            yield writer
            writer.begin()


def delimiter_of(path: str, header: str, columns: Iterable[str]) -> str:
    """What stands between the cells of a CSV file, for all commands that read one.

    Args:
        path: the file; in one that is named ``.tsv``, packed or not, tabs.
        header: its first line, without a byte-order mark.
        columns: those that are read; otherwise the delimiter that gives them, or the header's commonest.
    """
    if path.lower().removesuffix(".gz").endswith(".tsv"):
        return "\t"
    wanted = set(columns)
    found = (each for each in _DELIMITERS if wanted <= set(_names(header, each)))
    return next(found, None) or max(_DELIMITERS, key=header.count)


def header_reason(names: Sequence[str]) -> str:
    """What is wrong with a header that lacks a column; it is not repeated, as it may be a post.

    Args:
        names: in the first line.
    """
    if names and names[0].lower().startswith("sep="):
        return "its first line is Excel's, which names the delimiter: remove it, so that the header is the first"
    return f"its first line has {len(names)} names, and a CSV file needs a header"


def _names(header: str, delimiter: str) -> list[str]:
    """The names of a header under a delimiter; none where it cannot be read so."""
    try:
        return next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error:
        return []


class _Lines:
    """The lines of a file as text; remembers those taken since it was asked last.

    One that is too long is an error of CSV, after which the next ones can be taken.
    """

    def __init__(self, path: str) -> None:
        self._lines = lines_of(path)
        self._taken: list[str] = []
        self._too_long: Iterator[bytes] | None = None
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        _, line = next(self._lines)
        self.number += 1
        if not isinstance(line, bytes):
            self._too_long = line
            raise csv.Error(TOO_LONG)
        self._taken.append(line.decode("utf-8", "surrogateescape"))
        return self._taken[-1]

    def again(self, first: str) -> Iterator[str]:
        """The line that was taken already, then the others."""
        return chain([first] if first else [], self)

    def taken(self) -> str:
        """The lines since the last call, but for one that is too long."""
        taken, self._taken = "".join(self._taken), []
        return taken

    def rest_of_record(self, quotation: _Quotation) -> Iterator[bytes]:
        """What is left of a record, in pieces: its line that is too long, and what follows while a mark is open.

        Args:
            quotation: has read the lines of the record that were taken.
        """
        pieces: Iterable[bytes] = self._too_long or ()
        self._too_long = None
        while True:
            for piece in pieces:
                quotation.read(piece)
                yield piece
            _, line = next(self._lines, ("", b"")) if quotation.open else ("", b"")
            if line == b"":
                return
            self.number += 1
            pieces = (line,) if isinstance(line, bytes) else line


class _Quotation:
    """Whether a quotation mark is open in what was read of a record.

    Args:
        delimiter: stands between cells; a mark that opens follows it, or begins a line.
        begun: how the record begins.
    """

    def __init__(self, delimiter: str, begun: bytes) -> None:
        self.open = False
        self._before_opening = (delimiter.encode(), b"\n")
        self._last = b"\n"
        self._counts = False
        self.read(begun)

    def read(self, piece: bytes) -> None:
        """Go on with a piece; a mark that is doubled within quotation marks closes and opens them again."""
        for marks in _MARKS.finditer(piece):
            before = piece[marks.start() - 1 : marks.start()] if marks.start() else self._last
            if before != b'"':
                self._counts = self.open or before in self._before_opening
            if self._counts and len(marks[0]) % 2:
                self.open = not self.open
        self._last = piece[-1:] or self._last


class _Writer:
    def __init__(self, stream: IO[bytes], file: Delimited) -> None:
        self._stream, self._file = stream, file
        self._begun = False

    def begin(self) -> None:
        """Write the header, once."""
        if not self._begun:
            self._begun = True
            self._stream.write(_encoded(self._file.header))

    def write(self, row: Row, texts: Sequence[str]) -> None:
        self.begin()
        cells, places, raw = row.content
        if list(texts) == [cells[place] for place in places]:
            self._stream.write(_encoded(raw))
            return
        delimiter = self._file.delimiter
        written = [match[1] for match in islice(_cells(delimiter).finditer(raw), len(cells))]
        for place, text in zip(places, texts, strict=True):
            if text != cells[place]:
                written[place] = _cell(text, delimiter, quoted=written[place].startswith('"'))
        end = raw[len(raw.rstrip("\r\n")) :]
        self._stream.write(_encoded(delimiter.join(written) + end))

    def write_bad(self, row: BadRow) -> None:
        self.begin()
        self._stream.writelines(row.content)

    def flush(self) -> None:
        self.begin()
        self._stream.flush()


@cache
def _cells(delimiter: str) -> re.Pattern[str]:
    """A cell of a record as it is written, with what ends it."""
    return re.compile(rf'("[^"]*+(?:""[^"]*+)*+"|[^{delimiter}\r\n]*+)(?:{delimiter}|[\r\n]*+\Z)')


def _cell(text: str, delimiter: str, quoted: bool) -> str:
    """A text as a cell, in quotation marks where it was or must be; an empty one too, as some read nothing as null."""
    if quoted or not text or any(sign in text for sign in ('"', "\r", "\n", delimiter)):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


def csv_reason(error: csv.Error, lines: int = 1) -> str:
    """What is wrong with a CSV file, in its owner's words.

    Args:
        error: what its reader says.
        lines: how many it took for one record.
    """
    what = str(error).partition(" - ")[0]
    more = f"; {lines} lines from there on are read as one record" if lines > 1 else ""
    return f"not CSV: {_MEANINGS.get(what, what)}{more}"


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
