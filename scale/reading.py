"""The posts of a piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from gaihe.scale.lines import LONG_LINE, TOO_LONG, header_of, holds_row, lines_of
from gaihe.scale.pieces import Columns, Piece, kind_of, parquet_file
from gaihe.scale.places import Source
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import decode_json
from gaihe.serving.recognition.batches import chunks
from gaihe.serving.rows.numbers import row_name
from gaihe.serving.rows.row import ID

_ROWS = 1024
"""Of a Parquet file that are unpacked at once."""
_NOT_UTF8 = "\udcff"
"""Stands for a cell whose bytes are no text, so that its row is named and no other."""
_OUT_OF_RANGE = object()
"""Stands for a cell that Python has no value for, such as a date after the year 9999."""


@dataclass(slots=True)
class ScanRow:
    """A post, or what is wrong with its row.

    Attributes:
        position: the number of its row (Parquet) or line, from 1.
        id: what it is called; the number of its row where it has no name.
        text: the post; nothing where there is none.
        kept: the cells that are kept.
        error: what is wrong; quotes nothing of the row.
    """

    position: int
    id: str
    text: str | None
    kept: tuple[Any, ...]
    error: str | None = None


def batches(rows: Iterable[ScanRow], most: int) -> Iterator[list[ScanRow]]:
    """Rows in lists of at most so many of them, in bounded memory."""
    return chunks(rows, lambda row: len(row.text or ""), most)


def rows_of(source: Source, piece: Piece, columns: Columns) -> Iterator[ScanRow]:
    """The rows of a piece, in order.

    Raises:
        PostError: the file cannot be read.
    """
    kind = kind_of(source)
    read = {"parquet": _parquet, "csv": _csv, "jsonl": _json_lines}[kind]
    return (_checked(row) for row in read(source, piece, columns))


def _checked(row: ScanRow) -> ScanRow:
    """The row, where its characters can be written."""
    try:
        for value in (row.text, row.id, *row.kept):
            shown = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else value
            if isinstance(shown, str):
                shown.encode("utf-8")
    except UnicodeEncodeError:
        return _bad(row.position, len(row.kept), "not Unicode: half a pair of surrogates, or bytes that are not UTF-8")
    return row


def _bad(position: int, kept: int, reason: str) -> ScanRow:
    return ScanRow(position, str(position), None, (None,) * kept, reason)


def _parquet(source: Source, piece: Piece, columns: Columns) -> Iterator[ScanRow]:
    with parquet_file(source) as file:
        names = list(dict.fromkeys((*columns.names, *(ID,) * (file.schema_arrow.names.count(ID) == 1))))
        groups, begin, offset = list[int](), 0, 0
        for group in range(file.metadata.num_row_groups):
            end = begin + file.metadata.row_group(group).num_rows
            if begin < piece.first - 1 + piece.rows and end > piece.first - 1:
                offset = begin if not groups else offset
                groups.append(group)
            begin = end
        skip = piece.first - 1 - offset
        try:
            found = file.iter_batches(_ROWS, row_groups=groups, columns=names)
            for number, cells in enumerate(_cells(found, names, skip, piece.rows), start=piece.first):
                if any(cell is _OUT_OF_RANGE for cell in cells.values()):
                    yield _bad(number, len(columns.kept), "a cell is out of range, as a date after the year 9999")
                    continue
                own = cells.get(ID)
                name = str(number) if own is None else str(own)
                yield ScanRow(number, name, cells[columns.text], tuple(cells[kept] for kept in columns.kept))
        except (OSError, pa.ArrowException):
            raise PostError(f"cannot read {source.place.name}: its rows from {piece.first} on are damaged") from None


def _cells(found: Iterable[pa.RecordBatch], names: list[str], skip: int, rows: int) -> Iterator[dict[str, Any]]:
    for batch in found:
        own = batch.slice(skip, rows)
        skip, rows = max(0, skip - len(batch)), rows - len(own)
        values = [_values(own.column(name)) for name in names]
        yield from (dict(zip(names, row, strict=True)) for row in zip(*values, strict=True))
        if not rows:
            return


def _values(column: pa.Array) -> list[Any]:
    """The cells of a column; `_NOT_UTF8` and `_OUT_OF_RANGE` for those that hold such a thing, at any depth."""
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):
        values = [_value(cell) for cell in column]
    return values


def _value(cell: pa.Scalar) -> object:
    try:
        return cell.as_py()
    except UnicodeDecodeError:
        return _NOT_UTF8
    except (ValueError, OverflowError):
        return _OUT_OF_RANGE


def _csv(source: Source, piece: Piece, columns: Columns) -> Iterator[ScanRow]:
    with lines_of(source.place) as lines:
        header = header_of(lines, columns.names)
    text, own = header.names.index(columns.text), header.names.index(ID) if header.names.count(ID) == 1 else None
    kept = [header.names.index(name) for name in columns.kept]
    with lines_of(source.place, piece.start, piece.stop, piece.first) as lines:
        for number, cells in header.records(lines):
            if isinstance(cells, str):
                yield _bad(number, len(kept), cells)
            else:
                name = str(number) if own is None else cells[own]
                yield ScanRow(number, name, cells[text], tuple(cells[place] for place in kept))


def _json_lines(source: Source, piece: Piece, columns: Columns) -> Iterator[ScanRow]:
    with lines_of(source.place, piece.start, piece.stop, piece.first) as lines:
        for line in lines:
            number = lines.number - 1
            if not holds_row(line):
                continue
            if line is TOO_LONG:
                yield _bad(number, len(columns.kept), LONG_LINE)
                continue
            try:
                yield _object(decode_json(line, ""), number, columns)
            except PostError as error:
                yield _bad(number, len(columns.kept), str(error).removeprefix(": "))


def _object(record: object, number: int, columns: Columns) -> ScanRow:
    if not isinstance(record, dict):
        raise PostError(f"expected an object, not {type(record).__name__}")
    if columns.text not in record:
        raise PostError(f"missing {columns.text!r}")
    text = record[columns.text]
    if text is not None and not isinstance(text, str):
        raise PostError(f"{columns.text!r} must be str, not {type(text).__name__}")
    name = row_name(record.get(ID), number)
    return ScanRow(number, name, text, tuple(record.get(kept) for kept in columns.kept))
