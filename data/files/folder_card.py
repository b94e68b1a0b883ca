"""The card of a data set folder: the head that ``datasets`` and the hub read, then what the posts are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
from gaihe.data.files.parquet import SCHEMA
from gaihe.data.generator.corpus import CorpusSettings
from gaihe.serving.core.schema import BUILT_IN
from gaihe.serving.types import sheet_of

_SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
_COLUMNS = {
    "id": "split, seed and number of the post",
    "text": "the post",
    "entities": "spans of personal data: `start` and `end` (half-open, in code points), `type`, `text`, "
    "and `value`, the canonical value: what stands there when a disguise is undone",
    "scene": "what kind of post it is",
    "noise": "the kinds of disguise in it",
    "intent": "what the author does with personal data: `none`, `self`, `third_party`, `solicit`",
    "stance": "how the author stands to the person; not drawn by the generator",
}

_INTRODUCTION = """# Gaihe synthetic posts

Chinese posts with personal data, in disguise too, and posts without any, made by the generator of Gaihe 盖盒. Every
person and every value is invented; every span of every type is annotated. No two splits share a carrier or a held-out
word.

```python
from datasets import load_dataset

posts = load_dataset("FOLDER", split="train")
```
""".splitlines()
_WARNING = """
The values look real and may belong to someone by chance. Not for finding or describing people. What is rare in real
posts is common here: measure on posts that people wrote.""".splitlines()


@dataclass
class SplitFacts:
    """What was counted in a split.

    Attributes:
        name: the split.
        posts: how many.
        clean: posts without spans.
        disguised: posts with a disguise.
        types: spans by type.
        size: bytes in memory.
        download_size: bytes of the files.
    """

    name: str
    posts: int = 0
    clean: int = 0
    disguised: int = 0
    types: Counter[str] = field(default_factory=Counter)
    size: int = 0
    download_size: int = 0

    def add(self, table: pa.Table) -> None:
        """Count the posts of a table."""
        self.posts += len(table)
        self.size += table.nbytes
        self.clean += _count(pc.equal(_lengths(table, "entities"), 0))
        self.disguised += _count(pc.greater(_lengths(table, "noise"), 0))
        spans = pc.list_flatten(table["entities"].combine_chunks())
        self.types.update(spans.field("type").to_pylist())


def _lengths(table: pa.Table, column: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.list_value_length(table[column]), 0)


def _count(chosen: pa.ChunkedArray) -> int:
    return int(pc.sum(chosen).as_py() or 0)


def card(splits: Sequence[SplitFacts], settings: CorpusSettings, total: int) -> str:
    """The README.

    Args:
        splits: what was counted, by split.
        settings: what decided the corpus.
        total: posts in all.
    """
    return "\n".join([*_head(splits, total), *_page(splits, settings, total)]) + "\n"


def _head(splits: Sequence[SplitFacts], total: int) -> Iterator[str]:
    yield from ("---", "language:", "- zh", "license: apache-2.0", "pretty_name: Gaihe synthetic posts")
    yield from ("task_categories:", "- token-classification", "tags:", "- pii", "- doxxing", "- synthetic")
    yield from ("size_categories:", f"- {_size_category(total)}")
    yield from ("configs:", "- config_name: default", "  data_files:")
    for split in splits:
        yield from (f"  - split: {split.name}", f"    path: data/{split.name}-*")
    yield from ("dataset_info:", "  features:")
    for column in SCHEMA:
        yield from _feature(column, "  ")
    yield "  splits:"
    for split in splits:
        yield from (f"  - name: {split.name}", f"    num_bytes: {split.size}", f"    num_examples: {split.posts}")
    yield f"  download_size: {sum(split.download_size for split in splits)}"
    yield from (f"  dataset_size: {sum(split.size for split in splits)}", "---", "")


def _feature(column: pa.Field, indent: str) -> Iterator[str]:
    yield f"{indent}- name: {column.name}"
    if not pa.types.is_list(column.type):
        yield f"{indent}  dtype: {column.type}"
    elif not pa.types.is_struct(column.type.value_type):
        yield f"{indent}  list: {column.type.value_type}"
    else:
        yield f"{indent}  list:"
        for inner in column.type.value_type:
            yield from _feature(inner, f"{indent}  ")


def _size_category(total: int) -> str:
    """The hub's name for the size of a data set."""
    names = ["n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B"]
    return names[sum(total >= size for size in _SIZES)]


def _page(splits: Sequence[SplitFacts], settings: CorpusSettings, total: int) -> Iterator[str]:
    yield from (*_INTRODUCTION, "", "Made with:", "", "```sh", _command(settings, total), "```", "")
    yield from ("| column | meaning |", "|---|---|")
    yield from (f"| `{name}` | {meaning} |" for name, meaning in _COLUMNS.items())
    names = [split.name for split in splits]
    yield from ("", f"| | {' | '.join(names)} |", "|---|" + "---|" * len(names))
    for title, key in (("posts", "posts"), ("posts without spans", "clean"), ("posts in disguise", "disguised")):
        yield f"| {title} | {' | '.join(f'{getattr(split, key):,}' for split in splits)} |"
    for kind in settings.types:
        counts = " | ".join(f"{split.types[kind.value]:,}" for split in splits)
        yield f"| `{kind.value}` {sheet_of(kind).chinese} | {counts} |"
    yield from _WARNING


def _command(settings: CorpusSettings, total: int) -> str:
    words = [
        "gaihe generate",
        f"--count {total}",
        f"--seed {settings.seed}",
        f"--noise {settings.noise}",
        f"--clean {settings.clean}",
    ]
    if extra := [kind.value for kind in settings.types if kind not in BUILT_IN]:
        words.append(f"--extra-types {','.join(extra)}")
    return " ".join([*words, "--output FOLDER/"])
