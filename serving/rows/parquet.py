"""Parquet files, with pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from gaihe.serving.core.atomic_files import STANDARD, open_binary_output
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import source_name
from gaihe.serving.rows.row import ID, BadRow, Row, RowWriter

ROWS = 4096
"""Rows that are read and written at once."""


class Parquet:
    """A Parquet file.

    Args:
        path: the file; it cannot be standard input.
        columns: the columns with texts.
    """

    streams = False

    def __init__(self, path: str, columns: Sequence[str]) -> None:
        if path == STANDARD:
            raise PostError("a Parquet file cannot be read from standard input: its index stands at its end")
        self._path, self._columns = path, columns
        self.schema: Any = None

    def rows(self) -> Iterator[Row | BadRow]:
        """The rows, in order; a cell without a value holds no text."""
        name = source_name(self._path)
        try:
            file = pq.ParquetFile(self._path)
        except OSError as error:
            raise PostError(f"cannot read {name}: {error.strerror or 'it is no Parquet file'}") from None
        except pa.ArrowInvalid:
            raise PostError(f"cannot read {name}: it is no Parquet file") from None
        with file:
            self.schema = file.schema_arrow
            for column in self._columns:
                if self.schema.get_field_index(column) < 0:
                    how = "several columns" if column in self.schema.names else "no column"
                    raise PostError(f"{name}: {how} {column!r}; there are: {', '.join(self.schema.names)}")
                kind = self.schema.field(column).type
                if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
                    raise PostError(f"{name}: the column {column!r} holds {kind}, not texts")
            number = 0
            for batch in _batches(file, name):
                cells = {column: batch.column(column).to_pylist() for column in self._columns}
                ids = batch.column(ID).to_pylist() if ID in self.schema.names else []
                for place in range(batch.num_rows):
                    number += 1
                    texts = {column: found[place] for column, found in cells.items() if found[place] is not None}
                    own = str(ids[place] if ids and ids[place] is not None else number)
                    yield Row(f"{name}, row {number}", own, list(texts.values()), list(texts), (batch, place))

    @contextmanager
    def writer(self, path: str) -> Iterator[RowWriter]:
        """What writes the rows to a file."""
        with open_binary_output(path) as stream:
            writer = _Writer(stream, self)
            yield writer
            writer.close()


def _batches(file: Any, name: str) -> Iterator[Any]:  # noqa: ANN401
    """The batches of an open file."""
    try:
        yield from file.iter_batches(ROWS)
    except (OSError, pa.ArrowInvalid):
        raise PostError(f"cannot read {name} to its end: it is damaged") from None


class _Writer:
    """Puts the rows of a batch together, of which some may be left out, and writes it with the next one's first."""

    def __init__(self, stream: Any, file: Parquet) -> None:  # noqa: ANN401
        self._stream, self._file = stream, file
        self._parquet: Any = None
        self._batch: Any = None
        self._places: list[int] = []
        self._texts: list[dict[str, str]] = []

    def write(self, row: Row, texts: Sequence[str]) -> None:
        batch, place = row.content
        if batch is not self._batch:
            self.flush()
            self._batch = batch
        self._places.append(place)
        self._texts.append(dict(zip(row.names, texts, strict=True)))

    def write_bad(self, row: BadRow) -> None:
        raise AssertionError("a Parquet file has no row that cannot be read")

    def flush(self) -> None:
        if self._parquet is None:
            self._parquet = pq.ParquetWriter(self._stream, self._file.schema)
        if self._places:
            batch = self._batch.take(pa.array(self._places, pa.int64()))
            for column in {name for texts in self._texts for name in texts}:
                at = batch.schema.get_field_index(column)
                cells = pa.array([texts.get(column) for texts in self._texts], batch.schema.field(at).type)
                batch = batch.set_column(at, batch.schema.field(at), cells)
            self._parquet.write_batch(batch)
        self._places, self._texts = [], []

    def close(self) -> None:
        """Write what is left and the file's index."""
        self.flush()
        self._parquet.close()
