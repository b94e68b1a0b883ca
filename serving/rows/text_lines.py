"""Lines of text, each a text; bytes that are not UTF-8 and line ends come through as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from gaihe.serving.core.atomic_files import open_binary_output
from gaihe.serving.rows.lines import TOO_LONG, lines_of
from gaihe.serving.rows.row import BadRow, Row, RowWriter, is_undecoded


class TextLines:
    """A file of lines.

    Args:
        path: the file.
        fields: none.
    """

    streams = True

    def __init__(self, path: str, fields: Sequence[str]) -> None:
        self._path = path

    def rows(self) -> Iterator[Row | BadRow]:
        """The rows, in order."""
        for number, (place, line) in enumerate(lines_of(self._path), start=1):
            if not isinstance(line, bytes):
                yield BadRow(place, TOO_LONG, line, passing=True)
                continue
            content = line.rstrip(b"\r\n")
            texts = [content.decode("utf-8", "surrogateescape")]
            yield Row(place, str(number), texts, (), line[len(content) :], is_undecoded(texts))

    @contextmanager
    def writer(self, path: str) -> Iterator[RowWriter]:
        """What writes the rows to a file."""
        with open_binary_output(path) as stream:
            yield _Writer(stream)


class _Writer:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, row: Row, texts: Sequence[str]) -> None:
        self._stream.write(texts[0].encode("utf-8", "surrogateescape") + row.content)

    def write_bad(self, row: BadRow) -> None:
        self._stream.writelines(row.content)

    def flush(self) -> None:
        self._stream.flush()
