"""A folder that ``datasets.load_dataset`` reads: Parquet shards by split, and a card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from gaihe.data.files.folder_card import SplitFacts, card
from gaihe.data.files.parquet import SCHEMA, tables
from gaihe.data.generator.corpus import CorpusSettings
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.atomic_files import new_folder

SHARD = 100_000
"""Posts in a file of some 10 MB, a multiple of those in a table."""
HELD_OUT = 10
"""One in so many posts is a validation post, and as many are test posts."""


def write_folder(path: str | Path, total: int, settings: CorpusSettings, workers: int = 1) -> None:
    """Write posts of every split; the folder appears only when complete.

    Args:
        path: the folder; there is none, or an empty one.
        total: how many posts in all.
        settings: what decides the corpus; each split draws from its own carriers and lexicon entries.
        workers: processes; the rows are the same for any number.

    Raises:
        OutputError: the folder cannot be made.
    """
    held_out = total // HELD_OUT
    sizes = {Split.TRAIN: total - 2 * held_out, Split.VALIDATION: held_out, Split.TEST: held_out}
    with new_folder(path, private=False) as folder:
        (folder / "data").mkdir()
        facts = []
        for split, size in sizes.items():
            found = SplitFacts(split.value)
            rows = tables(size, replace(settings, split=split), workers)
            shards = max(1, -(-size // SHARD))
            for shard in range(shards):
                name = f"{split.value}-{shard:05}-of-{shards:05}.parquet"
                _write_shard(folder / "data" / name, rows, min(SHARD, size - shard * SHARD), found)
            facts.append(found)
        (folder / "README.md").write_text(card(facts, settings, total), encoding="utf-8")


def _write_shard(path: Path, rows: Iterator[pa.Table], size: int, facts: SplitFacts) -> None:
    """Write the next posts, and count them."""
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        while size > 0:
            table = next(rows)
            size -= len(table)
            facts.add(table)
            writer.write_table(table)
    facts.download_size += path.stat().st_size
