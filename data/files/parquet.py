"""Posts as Parquet: the same rows as JSON lines, written in row groups and read one batch at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from gaihe.data.generator.corpus import CorpusSettings, chunks, posts
from gaihe.serving.core.atomic_files import open_binary_output
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import post_from_record, post_to_record, read_posts
from gaihe.serving.core.schema import Post

SUFFIX = ".parquet"
ROW_GROUP = 10_000
BATCH = 1000
_SHARD = re.compile(r"(\w+)-\d+-of-\d+\.parquet")
_ENTITY = pa.struct(
    [
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("value", pa.string()),
    ]
)
SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("entities", pa.list_(_ENTITY), nullable=False),
        pa.field("scene", pa.string()),
        pa.field("noise", pa.list_(pa.string())),
        pa.field("intent", pa.string()),
        pa.field("stance", pa.string()),
    ]
)
"""The columns of a file of posts; a field that a JSON line leaves out is null."""


def _table(settings: CorpusSettings, start: int, stop: int) -> pa.Table:
    return pa.Table.from_pylist([post_to_record(post) for post in posts(settings, start, stop)], schema=SCHEMA)


def tables(total: int, settings: CorpusSettings, workers: int = 1) -> Iterator[pa.Table]:
    """The first posts of a corpus in tables of some hundred rows, the same for any number of processes."""
    return chunks(_table, total, settings, workers)


def write_parquet(path: str | Path, total: int, settings: CorpusSettings, workers: int = 1) -> None:
    """Write posts as Parquet, `ROW_GROUP` rows at a time; the file appears only when complete.

    Args:
        path: the file.
        total: how many posts.
        settings: what decides the corpus.
        workers: processes; the rows are the same for any number.

    Raises:
        OutputError: the file cannot be written.
        WriteFailedError: it could not be written to its end.
    """
    with open_binary_output(path) as stream, pq.ParquetWriter(stream, SCHEMA, compression="zstd") as writer:
        waiting: list[pa.Table] = []
        for table in tables(total, settings, workers):
            waiting.append(table)
            if sum(map(len, waiting)) >= ROW_GROUP:
                writer.write_table(pa.concat_tables(waiting))
                waiting.clear()
        if waiting:
            writer.write_table(pa.concat_tables(waiting))


def read_parquet(path: str | Path, *, annotated: bool = False) -> Iterator[Post]:
    """Read posts from a Parquet file, a batch of rows at a time; ``annotated`` as in `read_posts`.

    Raises:
        PostError: the first bad row, as ``file, row N: reason``, or a file that cannot be read.
    """
    try:
        with pq.ParquetFile(path) as file:
            row = 0
            for batch in file.iter_batches(BATCH):
                try:
                    records = batch.to_pylist()
                except UnicodeDecodeError:
                    raise PostError(f"{path}: rows from {row + 1} on are not UTF-8") from None
                for record in records:
                    row += 1
                    try:
                        yield post_from_record(record, annotated=annotated)
                    except PostError as error:
                        raise PostError(f"{path}, row {row}: {error}") from None
    except (OSError, pa.ArrowException) as error:
        raise PostError(f"cannot read {path}: {error}") from None


def post_files(path: Path, *, evaluation: bool = False) -> list[Path]:
    """The files that a path stands for: itself, or those of a folder of Parquet shards, by name.

    Of a folder with splits, as ``gaihe generate --output folder/`` writes it, these are the shards to train on.

    Args:
        path: a file or a folder.
        evaluation: whether the posts are for validation or a test, which a folder with several splits cannot give.

    Raises:
        PostError: a folder without Parquet files, or one with several splits of which one must be named.
    """
    if not path.is_dir():
        return [path]
    for folder in (path, path / "data"):
        splits = {match[1] for file in folder.glob(f"*{SUFFIX}") if (match := _SHARD.fullmatch(file.name))}
        if evaluation and len(splits) > 1:
            raise PostError(
                f"{path} holds several splits ({', '.join(sorted(splits))}): name the files of the one that is meant, "
                f"such as {folder / f'validation-*{SUFFIX}'}"
            )
        for pattern in (f"train-*{SUFFIX}", f"*{SUFFIX}"):
            if found := sorted(folder.glob(pattern)):
                return found
    raise PostError(f"{path} holds no Parquet files: a folder of posts has *{SUFFIX} in it, or data/train-*{SUFFIX}")


def read_any(path: str | Path, *, annotated: bool = False, evaluation: bool = False) -> Iterator[Post]:
    """Read posts from a file, Parquet by the name's ending, otherwise JSON lines; or from a folder of Parquet files.

    Args:
        path: the file or folder; of a folder with splits, those to train on are read.
        annotated: as in `read_posts`.
        evaluation: whether the posts are for validation or a test; then a folder with several splits is an error.

    Raises:
        PostError: what `read_parquet`, `read_posts` and `post_files` say.
    """
    if Path(path).is_dir():
        files = post_files(Path(path), evaluation=evaluation)
        return chain.from_iterable(read_parquet(file, annotated=annotated) for file in files)
    if str(path).endswith(SUFFIX):
        return read_parquet(path, annotated=annotated)
    return read_posts(path, annotated=annotated)
