"""The file of a piece's results."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq
from gaihe.scale.places import Place, written

ROW_GROUP = 10_000
Record = Mapping[str, Any]


class RowsWriter(Protocol):
    """Writes results."""

    def write(self, records: Sequence[Record]) -> None:
        """Write some rows."""


@contextmanager
def results_writer(place: Place, form: str, schema: pa.Schema) -> Iterator[RowsWriter]:
    """What writes results to a file that appears only when complete.

    Args:
        place: the file.
        form: ``parquet`` or ``jsonl``.
        schema: the columns.

    Raises:
        OutputError, WriteFailedError: it cannot be written.
    """
    with written(place) as stream:
        if form == "jsonl":
            yield _JsonLines(stream)
            return
        with pq.ParquetWriter(stream, schema, compression="zstd") as parquet:
            writer = _Parquet(parquet, schema)
            yield writer
            writer.flush()


class _JsonLines:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, records: Sequence[Record]) -> None:
        lines = (_json(record) + "\n" for record in records)
        self._stream.write("".join(lines).encode("utf-8"))


class _Parquet:
    """Puts rows together to groups of `ROW_GROUP`."""

    def __init__(self, parquet: Any, schema: pa.Schema) -> None:  # noqa: ANN401
        self._parquet, self._schema = parquet, schema
        self._strings = [field.name for field in schema if field.type == pa.string()]
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def write(self, records: Sequence[Record]) -> None:
        rows = [{**record, **self._texts(record)} for record in records]
        self._waiting.append(pa.RecordBatch.from_pylist(rows, schema=self._schema))
        self._rows += len(rows)
        if self._rows >= ROW_GROUP:
            self.flush()

    def flush(self) -> None:
        """Hand over what waits."""
        if self._waiting:
            self._parquet.write_table(pa.Table.from_batches(self._waiting, self._schema))
        self._waiting, self._rows = [], 0

    def _texts(self, record: Record) -> dict[str, str]:
        """Cells of columns of texts that hold other JSON, as texts."""
        return {name: _json(record[name]) for name in self._strings if not isinstance(record[name], str | None)}


def _json(value: object) -> str:
    """A value as JSON, which knows no NaN and no infinities: null stands for them."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=False, default=str)


def _finite(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {name: _finite(own) for name, own in value.items()}
    return [_finite(own) for own in value] if isinstance(value, list | tuple) else value
