"""Which texts of a batch share a run of the model, and how many runs go on at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TypeVar

BATCH_TOKENS = 400
"""Tokens that the graph sees at once; with more, what a layer hands to the next no longer fits a core's own cache."""
CHUNK_CHARACTERS = 1 << 18
"""Characters of a batch of texts that are worked on before the next ones are looked at."""
CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""What Linux grants a container: microseconds of processor time in a period, or ``max``, and those of the period."""
_Item = TypeVar("_Item")


def available_cores() -> int:
    """Cores that this process may use: those it may run on, or the quota of its container where that is less."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = CPU_QUOTA.read_text(encoding="ascii").split()
        return max(1, min(cores, round(int(quota) / int(period))))
    except (OSError, ValueError):
        return cores


def chunks(
    items: Iterable[_Item], characters: Callable[[_Item], int], most: int | None = None
) -> Iterator[list[_Item]]:
    """Items in lists that end with `CHUNK_CHARACTERS` characters, so that memory does not grow with how many there are.

    Args:
        items: texts, or what has some.
        characters: those of an item.
        most: items of a list.
    """
    chunk: list[_Item] = []
    full = 0
    for item in items:
        chunk.append(item)
        full += characters(item)
        if len(chunk) == most or full >= CHUNK_CHARACTERS:
            yield chunk
            chunk, full = [], 0
    if chunk:
        yield chunk


def jobs(lengths: Sequence[int], threads: int) -> Iterator[list[int]]:
    """Positions of texts of one length, longest first, at most `BATCH_TOKENS` a job and enough jobs for all threads.

    Texts of length 0 are in no job.
    """
    tokens = min(BATCH_TOKENS, 1 + (sum(lengths) + 2 * len(lengths)) // threads)
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    for length, group in groupby(order, lengths.__getitem__):
        if length:
            positions = list(group)
            rows = max(1, tokens // (length + 2))
            yield from (positions[row : row + rows] for row in range(0, len(positions), rows))
