"""How files are cut into pieces: the same files give the same pieces, each of which is worked on as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from gaihe.scale.lines import header_of, holds_row, lines_of
from gaihe.scale.places import Source
from gaihe.serving.core.errors import PostError
from gaihe.serving.rows.delimited import header_reason
from gaihe.serving.rows.parquet import is_text

MOST_OF_GZIP = 64
"""Pieces of one ``.gz`` file; each is reached by unpacking what stands before it."""
ENDINGS = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv"}
KNOWN = (*ENDINGS, *(f"{ending}.gz" for ending, kind in ENDINGS.items() if kind != "parquet"))
"""Endings of files that are taken from folders."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a file.

    Attributes:
        number: by which its result is called.
        source: the place of the file among all.
        first: the number of its first row (Parquet) or line, from 1.
        rows: how many posts are in it.
        start, stop: its bytes, of what is unpacked; 0 for Parquet.
    """

    number: int
    source: int
    first: int
    rows: int
    start: int = 0
    stop: int = 0


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns are read.

    Attributes:
        text: holds the posts.
        kept: go into the result.
    """

    text: str
    kept: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (self.text, *self.kept)


@dataclass(frozen=True, slots=True)
class Cut:
    """A file in pieces.

    Attributes:
        pieces: whose numbers and sources are still 0.
        kinds: the types of the columns that are kept.
    """

    pieces: tuple[Piece, ...]
    kinds: tuple[Any, ...]


def kind_of(source: Source) -> str:
    """The format of a file by its ending; JSON lines where it has no known one."""
    path = source.place.path.lower().removesuffix(".gz")
    return next((kind for ending, kind in ENDINGS.items() if path.endswith(ending)), "jsonl")


def cut(source: Source, columns: Columns, rows: int) -> Cut:
    """Cut a file.

    Args:
        source: the file; text files are read once from beginning to end.
        columns: those that must be there.
        rows: of a piece.

    Raises:
        PostError: the file cannot be read, or has no such column.
    """
    kind = kind_of(source)
    if kind == "parquet":
        return _cut_parquet(source, columns, rows)
    with lines_of(source.place) as lines:
        if kind == "csv":
            header = header_of(lines, columns.names)
            check_names(source, columns, header.names)
            starts: Iterable[int] = (number for number, _ in header.records(lines))
        else:
            starts = (lines.number - 1 for line in lines if holds_row(line))
        pieces, first, begin, count = list[Piece](), lines.number, lines.position, 0
        for _ in starts:
            count += 1
            if count == rows:
                pieces.append(Piece(0, 0, first, count, begin, lines.position))
                first, begin, count = lines.number, lines.position, 0
        if count:
            pieces.append(Piece(0, 0, first, count, begin, lines.position))
    if source.place.ends_with(".gz"):
        pieces = list(_joined(pieces, -(-len(pieces) // MOST_OF_GZIP)))
    return Cut(tuple(pieces), (pa.string(),) * len(columns.kept))


def _joined(pieces: Sequence[Piece], count: int) -> Iterator[Piece]:
    for start in range(0, len(pieces), max(1, count)):
        joined = pieces[start : start + count]
        yield replace(joined[0], rows=sum(piece.rows for piece in joined), stop=joined[-1].stop)


def _cut_parquet(source: Source, columns: Columns, rows: int) -> Cut:
    with parquet_file(source) as file:
        schema, total = file.schema_arrow, file.metadata.num_rows
    check_names(source, columns, schema.names)
    kind = schema.field(columns.text).type
    if not is_text(kind):
        raise PostError(f"{source.place.name}: the column {columns.text!r} holds {kind}, not texts")
    pieces = [Piece(0, 0, start + 1, min(rows, total - start)) for start in range(0, total, rows)]
    return Cut(tuple(pieces), tuple(schema.field(name).type for name in columns.kept))


def parquet_file(source: Source) -> pq.ParquetFile:
    """A Parquet file, opened.

    Raises:
        PostError: it cannot be read.
    """
    try:
        return pq.ParquetFile(source.place.system.open_input_file(source.place.path), pre_buffer=False)
    except OSError as error:
        reason = error.strerror or "it is no Parquet file"
    except pa.ArrowInvalid:
        reason = "it is no Parquet file"
    raise PostError(f"cannot read {source.place.name}: {reason}")


def check_names(source: Source, columns: Columns, names: Sequence[str]) -> None:
    """Refuse a file that lacks a column; the first line of a CSV file without a header is a post, and stays untold.

    Raises:
        PostError: which one.
    """
    for column in columns.names:
        if list(names).count(column) != 1:
            how = "no column" if column not in names else "several columns"
            there = header_reason(names) if kind_of(source) == "csv" else f"there are: {', '.join(names)}"
            raise PostError(f"{source.place.name}: {how} {column!r}; {there}")


def numbered(sources: Sequence[Source], cuts: Iterable[Cut], columns: Columns) -> tuple[list[Piece], Any]:
    """The pieces of all files, and the columns that are kept, with their types.

    Args:
        sources: the files.
        cuts: each in pieces.
        columns: those that are read.

    Raises:
        PostError: a column that is kept has one type in one file and another in another.
    """
    pieces: list[Piece] = []
    kinds: Sequence[Any] | None = None
    for place, (source, found) in enumerate(zip(sources, cuts, strict=True)):
        kinds = found.kinds if kinds is None else kinds
        joined = list[Any]()
        for name, kind, before in zip(columns.kept, found.kinds, kinds, strict=True):
            if (joint := _joint(before, kind)) is None:
                raise PostError(
                    f"{source.place.name}: the column {name!r} holds {kind}, in files before {before}: scan them apart"
                )
            joined.append(joint)
        kinds = joined
        pieces += [replace(piece, number=len(pieces) + own, source=place) for own, piece in enumerate(found.pieces)]
    return pieces, pa.schema(zip(columns.kept, kinds or (), strict=True))


def _joint(one: Any, other: Any) -> Any:  # noqa: ANN401
    """The type of a column that has one type in one file and another in another; nothing where they do not go together.

    A column without any value goes with all others, and texts go with texts however they are stored.
    """
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    return pa.string() if is_text(one) and is_text(other) else None
