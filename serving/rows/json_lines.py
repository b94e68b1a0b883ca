"""JSON lines: posts, or objects with texts at paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import IO, Any

from gaihe.serving.core.atomic_files import open_binary_output
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import decode_json, json_line, named_once, post_from_record
from gaihe.serving.rows.lines import TOO_LONG, lines_of
from gaihe.serving.rows.numbers import dumps, loads, row_name
from gaihe.serving.rows.paths import put_at, texts_at
from gaihe.serving.rows.row import ID, BadRow, Row, RowWriter

_loads = partial(loads, object_pairs_hook=named_once)
_READ = (ID, "text")
"""The fields of a post that are read; the others are left out, so nobody checks them."""


class JsonLines:
    """A file of JSON lines.

    Args:
        path: the file.
        fields: paths of the texts; where empty, rows are posts, of which ``id`` and ``text`` are written.
    """

    streams = True

    def __init__(self, path: str, fields: Sequence[str]) -> None:
        self._path, self._fields = path, fields

    def rows(self) -> Iterator[Row | BadRow]:
        """The rows, in order; empty lines are none."""
        for number, (place, line) in enumerate(lines_of(self._path), start=1):
            if not isinstance(line, bytes):
                yield BadRow(place, TOO_LONG, line, passing=True)
                continue
            if not line.strip():
                continue
            try:
                record = decode_json(line, place, _loads) if self._fields else decode_json(line, place)
                yield self._row(record, place, number)
            except PostError as error:
                yield BadRow(place, str(error).removeprefix(f"{place}: "), (line,))

    def _row(self, record: Any, place: str, number: int) -> Row:  # noqa: ANN401
        if not self._fields:
            if isinstance(record, dict):
                record = {key: value for key, value in record.items() if key in _READ}
            post = post_from_record(record)
            return Row(place, post.id, [post.text], (), {"id": post.id, "text": post.text})
        found = [one for field in self._fields for one in texts_at(record, field)]
        own = record.get(ID) if isinstance(record, dict) else None
        steps = [steps for steps, _ in found]
        names = [".".join(map(str, each)) for each in steps]
        return Row(place, row_name(own, number), [text for _, text in found], names, (record, steps))

    @contextmanager
    def writer(self, path: str) -> Iterator[RowWriter]:
        """What writes the rows to a file."""
        with open_binary_output(path) as stream:
            yield _Writer(stream, bool(self._fields))


class _Writer:
    def __init__(self, stream: IO[bytes], paths: bool) -> None:
        self._stream, self._paths = stream, paths

    def write(self, row: Row, texts: Sequence[str]) -> None:
        record, steps = row.content if self._paths else (row.content, [("text",)])
        for one, text in zip(steps, texts, strict=True):
            put_at(record, one, text)
        self._stream.write(json_line(record, dumps).encode())

    def write_bad(self, row: BadRow) -> None:
        self._stream.writelines(row.content)

    def flush(self) -> None:
        self._stream.flush()
