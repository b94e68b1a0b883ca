"""Lexicon tables of the package, and their division between training, validation and test."""

from __future__ import annotations

import lzma
from enum import StrEnum
from functools import cache
from importlib import resources
from zlib import crc32


class Split(StrEnum):
    """Which part of carriers and lexicon entries a corpus draws from."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


def split_of(key: str, held_out: int = 1) -> Split:
    """The split that a carrier or lexicon entry belongs to.

    Args:
        key: the entry, or the carrier's line.
        held_out: twentieths of the keys that are kept for test, and as many again for validation.
    """
    bucket = crc32(key.encode("utf-8", "surrogatepass")) % 20
    return Split.TEST if bucket < held_out else Split.VALIDATION if bucket < 2 * held_out else Split.TRAIN


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of ``data/lexicon/NAME.tsv`` or ``NAME.tsv.xz``, without blank lines and ``#`` comments."""
    folder = resources.files("gaihe.data.lexicon")
    plain = folder / f"{name}.tsv"
    content = plain.read_bytes() if plain.is_file() else lzma.decompress((folder / f"{name}.tsv.xz").read_bytes())
    lines = content.decode("utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


@cache
def entries(name: str, split: Split) -> tuple[tuple[str, ...], ...]:
    """The rows of a table whose first column falls into the split."""
    return tuple(row for row in rows(name) if split_of(row[0]) is split)
