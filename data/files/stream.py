"""The corpus as a stream for training: a ``datasets.IterableDataset`` in which no post comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

try:
    from datasets import Features, IterableDataset
except ModuleNotFoundError:
    raise ModuleNotFoundError(
        "posts_dataset needs datasets, which is not installed: pip install 'gaihe[stream]'", name="datasets"
    ) from None

from gaihe.data.files.parquet import SCHEMA
from gaihe.data.generator.corpus import CorpusSettings, posts
from gaihe.serving.core.posts import post_to_record

SHARD = 10_000
SHARDS = 110_880


def _rows(settings: CorpusSettings, shards: list[int]) -> Iterator[dict[str, Any]]:
    blank = dict.fromkeys(SCHEMA.names)
    for shard in shards:
        for post in posts(settings, shard * SHARD, (shard + 1) * SHARD):
            yield blank | post_to_record(post)


def posts_dataset(settings: CorpusSettings | None = None) -> IterableDataset:
    """The posts of a corpus in order, 1.1 billion for each seed, made while they are read.

    The rows are those of ``gaihe generate`` with the same settings. The stream is cut into `SHARDS` shards of `SHARD`
    posts, a number that every count of nodes and workers up to 12 divides: ``split_dataset_by_node`` and
    ``DataLoader(num_workers=…)`` give each post to one process only. ``state_dict`` and ``load_state_dict`` resume
    where a run stopped, after making the posts of the current shard again (seconds).

    Args:
        settings: what decides the corpus; the training split with seed 0 if not given.
    """
    return IterableDataset.from_generator(
        _rows,
        features=Features.from_arrow_schema(SCHEMA),
        gen_kwargs={"settings": settings or CorpusSettings(), "shards": list(range(SHARDS))},
    )
