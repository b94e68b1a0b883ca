"""An order of training that depends on seed and epoch alone, so that a resumed run sees what the first would have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from torch.utils.data import Sampler

POOL_BATCHES = 50


class LengthGroupedSampler(Sampler[int]):
    """Random order in which neighbours have like lengths, so that batches hold little padding.

    Args:
        lengths: the length of every example.
        batch_size: examples in a batch.
        seed: decides the order, together with the epoch.
    """

    def __init__(self, lengths: Sequence[int], batch_size: int, seed: int) -> None:
        self.lengths = np.asarray(lengths)
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order comes next."""
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[int]:
        random = np.random.default_rng([self.seed, self.epoch])
        order = random.permutation(len(self.lengths))
        pool = self.batch_size * POOL_BATCHES
        batches: list[list[int]] = []
        for start in range(0, len(order), pool):
            part = order[start : start + pool]
            part = part[np.argsort(self.lengths[part], kind="stable")]
            batches += [part[i : i + self.batch_size].tolist() for i in range(0, len(part), self.batch_size)]
        full = [batch for batch in batches if len(batch) == self.batch_size]
        for number in random.permutation(len(full)):
            yield from full[number]
        for batch in batches:
            if len(batch) < self.batch_size:
                yield from batch
