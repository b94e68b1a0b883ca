"""Parquet files, with pyarrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from gaihe.serving.core.atomic_files import STANDARD, open_binary_output
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import source_name
from gaihe.serving.rows.row import ID, BadRow, Row, RowWriter, is_undecoded

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
                if not is_text(kind):
                    raise PostError(f"{name}: the column {column!r} holds {kind}, not texts")
            number = 0
            for batch in _batches(file, name):
                cells = {column: _texts(batch.column(column)) for column in self._columns}
                ids = _names(batch.column(ID)) if self.schema.names.count(ID) == 1 else []
                for place in range(batch.num_rows):
                    number += 1
                    texts = {column: text for column, own in cells.items() if (text := own[place]) is not None}
                    row_id = str(ids[place] if ids and ids[place] is not None else number)
                    found, undecoded = list(texts.values()), is_undecoded(texts.values())
                    yield Row(f"{name}, row {number}", row_id, found, list(texts), (batch, place), undecoded)

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


def _texts(column: Any) -> list[str | None]:  # noqa: ANN401
    """The cells of a column of strings; bytes that are not UTF-8 are escaped, as in other files."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    cells = column.cast(_binary(column.type)).to_pylist()
    return [None if cell is None else cell.decode("utf-8", "surrogateescape") for cell in cells]


def _column(texts: Iterable[str | None], kind: Any) -> Any:  # noqa: ANN401
    """A column of strings whose cells `_texts` gives back."""
    if pa.types.is_dictionary(kind):
        return _column(texts, kind.value_type).dictionary_encode().cast(kind)
    cells = [None if text is None else text.encode("utf-8", "surrogateescape") for text in texts]
    return pa.array(cells, _binary(kind)).view(kind)


def is_text(kind: Any) -> bool:  # noqa: ANN401
    """Whether a type of Arrow is one of texts; so is that of a column without any value, as nobody says of what."""
    own = kind.value_type if pa.types.is_dictionary(kind) else kind
    known = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)
    return any(is_one(own) for is_one in known)


def _binary(kind: Any) -> Any:  # noqa: ANN401
    if pa.types.is_string_view(kind):
        return pa.binary_view()
    return pa.large_binary() if pa.types.is_large_string(kind) else pa.binary()


def _rows_at(batch: Any, places: Sequence[int]) -> Any:  # noqa: ANN401
    """The rows at ascending places, as a table of slices: Arrow cannot take single rows of every type."""
    runs: list[list[int]] = []
    for place in places:
        if runs and place == sum(runs[-1]):
            runs[-1][1] += 1
        else:
            runs.append([place, 1])
    return pa.Table.from_batches([batch.slice(first, count) for first, count in runs])


def _names(column: Any) -> list[Any]:  # noqa: ANN401
    """The cells of the column that names rows."""
    if is_text(column.type):
        return _texts(column)
    try:
        names: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):
        names = [_name(cell) for cell in column]
    return names


def _name(cell: Any) -> object:  # noqa: ANN401
    """A cell; nothing where Python has no value for it, such as a date after the year 9999."""
    try:
        return cell.as_py()
    except (ValueError, OverflowError):
        return None


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
            batch = _rows_at(self._batch, self._places)
            for column in {name for texts in self._texts for name in texts}:
                at = batch.schema.get_field_index(column)
                cells = _column((texts.get(column) for texts in self._texts), batch.schema.field(at).type)
                batch = batch.set_column(at, batch.schema.field(at), cells)
            self._parquet.write(batch)
        self._places, self._texts = [], []

    def close(self) -> None:
        """Write what is left and the file's index."""
        self.flush()
        self._parquet.close()
