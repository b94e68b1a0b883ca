"""Packed blocks of tagged posts with whole words masked, the same for a number whenever it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.training.pretrain.word_corpus import Shard, read_shard
from numpy.typing import NDArray
from torch.utils.data import Dataset

NO_TAG = 255
NOTHING = {"input_ids": 0, "tags": -100, "positions": 0, "targets": -100}
"""What a block that counts for nothing is filled with."""


@dataclass(frozen=True)
class Tokens:
    """Posts between start and end tokens, one after another; ids and tags have shape ``(tokens,)``."""

    ids: NDArray[np.uint16]
    tags: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.ids)


def pack(shards: Iterable[Shard], vocabulary: Vocabulary) -> Tokens:
    """The tokens of shards; start and end tokens carry `NO_TAG`."""
    special = vocabulary.special
    ids: list[NDArray[np.uint16]] = []
    tags: list[NDArray[np.uint8]] = []
    edge = np.array([NO_TAG], np.uint8)
    for shard in shards:
        for text, row in zip(shard.texts(), shard.tag_rows(), strict=True):
            ids.append(np.array([special.start, *vocabulary.encode(text), special.end], np.uint16))
            tags.append(np.concatenate([edge, row, edge]))
    if not ids:
        return Tokens(np.zeros(0, np.uint16), np.zeros(0, np.uint8))
    return Tokens(np.concatenate(ids), np.concatenate(tags))


def split_posts(paths: Sequence[Path], held_out: int) -> tuple[list[Shard], list[Shard]]:
    """The shards' posts for training, and the first ``held_out`` posts kept aside."""
    train: list[Shard] = []
    aside: list[Shard] = []
    left = held_out
    for path in paths:
        shard = read_shard(path)
        cut = min(left, len(shard.lengths))
        at = int(shard.lengths[:cut].sum())
        if cut:
            aside.append(Shard(shard.codes[:at], shard.tags[:at], shard.lengths[:cut]))
        if cut < len(shard.lengths):
            train.append(Shard(shard.codes[at:], shard.tags[at:], shard.lengths[cut:]))
        left -= cut
    return train, aside


class MaskedBlocks(Dataset[dict[str, torch.Tensor]]):
    """Blocks in a random order that changes from epoch to epoch; example ``i`` is always the same.

    The example behind the last one counts for nothing.

    Args:
        tokens: the packed posts.
        vocabulary: its size bounds the tokens that take the place of others at random.
        mask: id of the mask token.
        block: tokens in a block.
        masked: share of a block's tokens that is predicted: 8 of 10 masked, 1 random, 1 left as it is.
        count: examples.
        seed: decides order and masks.
    """

    def __init__(
        self, tokens: Tokens, vocabulary: Vocabulary, mask: int, block: int, masked: float, count: int, seed: int
    ) -> None:
        self._tokens, self._mask, self._block, self._count, self._seed = tokens, mask, block, count, seed
        self._blocks = len(tokens) // block
        self._size = len(vocabulary)
        self._predicted = max(1, round(masked * block))
        self._order: tuple[int, NDArray[np.int64]] = (-1, np.zeros(0, np.int64))

    def __len__(self) -> int:
        return self._count

    def _start(self, index: int) -> int:
        epoch, place = divmod(index, self._blocks)
        if self._order[0] != epoch:
            self._order = epoch, np.random.default_rng([self._seed, epoch]).permutation(self._blocks)
        return int(self._order[1][place]) * self._block

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        """``input_ids``, ``tags`` (block) with -100 where there is none; ``positions``, ``targets`` (predicted)."""
        if index == self._count:
            return {name: torch.full_like(value, NOTHING[name]) for name, value in self[0].items()}
        start = self._start(index)
        random = np.random.default_rng([self._seed, 1 << 20, index])
        ids = self._tokens.ids[start : start + self._block].astype(np.int64)
        tags = self._tokens.tags[start : start + self._block].astype(np.int64)
        first = (tags % 2 == 0) | (tags == NO_TAG)
        chance = random.random(self._block)[np.cumsum(first) - 1]
        chance[tags == NO_TAG] = 2.0
        positions = np.argsort(chance, kind="stable")[: self._predicted]
        targets = np.where(tags[positions] == NO_TAG, -100, ids[positions])
        way = random.random(self._predicted)
        shown = np.where(way < 0.8, self._mask, np.where(way < 0.9, random.integers(5, self._size), ids[positions]))
        masked = ids.copy()
        masked[positions] = np.where(targets == -100, ids[positions], shown)
        tags[tags == NO_TAG] = -100
        return {
            "input_ids": torch.from_numpy(masked),
            "tags": torch.from_numpy(tags),
            "positions": torch.from_numpy(positions),
            "targets": torch.from_numpy(targets),
        }
