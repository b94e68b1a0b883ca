"""Posts as what the model trains on: windows of token ids with label ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset

from gaihe.serving.labels import LabelSet
from gaihe.serving.posts import read_posts
from gaihe.serving.schema import Post
from gaihe.serving.vocabulary import Vocabulary
from gaihe.serving.windows import windows

IGNORED = -100


def features(posts: Iterable[Post], vocabulary: Vocabulary, labels: LabelSet) -> Iterator[dict[str, Any]]:
    """Cut posts into the windows that serving cuts, with start and end tokens and labels.

    Positions outside a window's kept part, and the start and end tokens, carry `IGNORED`.
    """
    special = vocabulary.special
    for post in posts:
        ids = vocabulary.encode(post.text)
        label_ids = labels.encode(len(ids), post.entities)
        for window in windows(len(ids)):
            kept = np.full(window.end - window.start, IGNORED, dtype=np.int64)
            inner = slice(window.keep_start - window.start, window.keep_end - window.start)
            kept[inner] = label_ids[window.keep_start : window.keep_end]
            yield {
                "input_ids": [special.start, *ids[window.start : window.end].tolist(), special.end],
                "labels": [IGNORED, *kept.tolist(), IGNORED],
                "length": len(kept) + 2,
            }


def build_dataset(path: Path, vocabulary: Vocabulary, labels: LabelSet, cache: Path) -> Dataset:
    """The windows of a JSON-lines file of posts as a memory-mapped dataset."""
    dataset = Dataset.from_generator(
        _features_of_file,
        gen_kwargs={"path": path, "vocabulary": vocabulary, "labels": labels},
        cache_dir=str(cache),
        fingerprint=f"{path.stat().st_size:x}-{path.stat().st_mtime_ns:x}-{len(vocabulary):x}",
    )
    assert isinstance(dataset, Dataset)
    return dataset


def _features_of_file(path: Path, vocabulary: Vocabulary, labels: LabelSet) -> Iterator[dict[str, Any]]:
    return features(read_posts(path), vocabulary, labels)


class Collator:
    """Pads windows to the longest of a batch.

    Args:
        padding: id of the padding token.
        multiple: widths are rounded up to a multiple of this many tokens.
    """

    def __init__(self, padding: int, multiple: int = 8) -> None:
        self.padding = padding
        self.multiple = multiple

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Batch tensors ``input_ids``, ``attention_mask``, ``labels``, each ``(rows, width)``."""
        longest = max(len(row["input_ids"]) for row in rows)
        width = -(-longest // self.multiple) * self.multiple
        input_ids = torch.full((len(rows), width), self.padding, dtype=torch.long)
        attention_mask = torch.zeros((len(rows), width), dtype=torch.long)
        labels = torch.full((len(rows), width), IGNORED, dtype=torch.long)
        for index, row in enumerate(rows):
            length = len(row["input_ids"])
            input_ids[index, :length] = torch.as_tensor(row["input_ids"])
            attention_mask[index, :length] = 1
            labels[index, :length] = torch.as_tensor(row["labels"])
        return {"input_ids": input_ids, "attention_mask": attention_mask, "labels": labels}
