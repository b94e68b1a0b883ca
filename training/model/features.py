"""Posts as what the model trains on: windows of token ids with label ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Rows
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset, Features, Sequence, Value
from gaihe.data.files.parquet import read_any
from gaihe.serving.core.invisible import visible_post
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import Post
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.serving.core.windows import windows
from gaihe.serving.model.post_labels import TASKS
from gaihe.training.model.post_targets import MISSING, label_ids

IGNORED = -100
_COLUMNS = Features(
    {
        "input_ids": Sequence(Value("int32")),
        "labels": Sequence(Value("int16")),
        "open_labels": Sequence(Value("int16")),
        "post_labels": Sequence(Value("int16")),
        "length": Value("int32"),
    }
)


def features(posts: Iterable[Post], vocabulary: Vocabulary, labels: LabelSet) -> Iterator[dict[str, Any]]:
    """Cut posts, as far as they are visible, into the windows that serving cuts, with start and end tokens and labels.

    Positions outside a window's kept part, and the start and end tokens, carry `IGNORED`. ``open_labels`` are the
    labels of types that the post's annotation does not cover: they may hide behind ``O``. ``post_labels`` are those of
    the whole post, by task, `MISSING` in the windows of a post that one window does not hold.
    """
    special = vocabulary.special
    for post in map(visible_post, posts):
        ids = vocabulary.encode(post.text)
        span_labels = labels.encode(len(ids), post.entities)
        open_labels = labels.open_labels(post.types)
        cuts = windows(post.text)
        post_labels = label_ids(post) if len(cuts) == 1 else [MISSING] * len(TASKS)
        for window in cuts:
            kept = np.full(window.end - window.start, IGNORED, dtype=np.int64)
            inner = slice(window.keep_start - window.start, window.keep_end - window.start)
            kept[inner] = span_labels[window.keep_start : window.keep_end]
            yield {
                "input_ids": [special.start, *ids[window.start : window.end].tolist(), special.end],
                "labels": [IGNORED, *kept.tolist(), IGNORED],
                "open_labels": open_labels,
                "post_labels": post_labels,
                "length": len(kept) + 2,
            }


def build_dataset(path: Path, vocabulary: Vocabulary, labels: LabelSet, cache: Path, annotated: bool = True) -> Dataset:
    """The windows of a file of posts, JSON lines or Parquet, as a memory-mapped dataset.

    Args:
        path: the posts.
        vocabulary: their characters.
        labels: the labels.
        cache: where the dataset's files go.
        annotated: whether the posts' annotation counts; else all labels are open.
    """
    status, name = path.stat(), sha256(str(path).encode()).hexdigest()[:8]
    dataset = Dataset.from_generator(
        _features_of_file,
        gen_kwargs={"path": path, "vocabulary": vocabulary, "labels": labels, "annotated": annotated},
        cache_dir=str(cache),
        features=_COLUMNS,
        fingerprint=f"posts-{name}-{status.st_size:x}-{status.st_mtime_ns:x}-{len(vocabulary):x}-{annotated:d}",
    )
    assert isinstance(dataset, Dataset)
    return dataset


def blank_window() -> Dataset:
    """A window that counts for nothing."""
    row = {"input_ids": [0], "labels": [IGNORED], "open_labels": [], "post_labels": [MISSING] * len(TASKS), "length": 1}
    return Dataset.from_list([row], features=_COLUMNS)


def _features_of_file(
    path: Path, vocabulary: Vocabulary, labels: LabelSet, annotated: bool
) -> Iterator[dict[str, Any]]:
    posts = read_any(path)
    if not annotated:
        posts = (Post(post.id, post.text, types=()) for post in posts)
    return features(posts, vocabulary, labels)


class Collator:
    """Pads windows to the longest of a batch.

    Args:
        padding: id of the padding token.
        labels: how many labels there are.
        multiple: widths are rounded up to a multiple of this many tokens.
    """

    def __init__(self, padding: int, labels: int, multiple: int = 8) -> None:
        self.padding = padding
        self.labels = labels
        self.multiple = multiple

    def __call__(self, rows: Rows[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """A batch.

        It has ``input_ids``, ``attention_mask`` and ``labels``, each (rows, width), ``open_labels`` (rows, labels) and
        ``post_labels`` (rows, tasks).
        """
        longest = max(len(row["input_ids"]) for row in rows)
        width = -(-longest // self.multiple) * self.multiple
        input_ids = torch.full((len(rows), width), self.padding, dtype=torch.long)
        attention_mask = torch.zeros((len(rows), width), dtype=torch.long)
        labels = torch.full((len(rows), width), IGNORED, dtype=torch.long)
        open_labels = torch.zeros((len(rows), self.labels), dtype=torch.bool)
        post_labels = torch.full((len(rows), len(TASKS)), MISSING, dtype=torch.long)
        for index, row in enumerate(rows):
            post_labels[index] = torch.as_tensor(row.get("post_labels", [MISSING] * len(TASKS)))
            open_labels[index, row.get("open_labels", [])] = True
            length = len(row["input_ids"])
            input_ids[index, :length] = torch.as_tensor(row["input_ids"])
            attention_mask[index, :length] = 1
            labels[index, :length] = torch.as_tensor(row["labels"])
        return {
            "input_ids": input_ids,
            "attention_mask": attention_mask,
            "labels": labels,
            "open_labels": open_labels,
            "post_labels": post_labels,
        }
