"""The processes of a run that a launcher started, as torchrun and ``accelerate launch`` do; the first one leads.

All of them train; what is written is written by the first. A launcher tells each process its number and how many there
are in ``RANK`` and ``WORLD_SIZE``; without them a process is alone, and nothing here does anything. When one process
fails, the launcher ends the others.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import TypeVar

import torch
from gaihe.serving.core.errors import CommandFailedError
from gaihe.training.config import ConfigError
from torch import distributed

T = TypeVar("T")

_LONG = timedelta(days=365)
"""For how long a process waits for another one that works alone; steps of training have the time limit of torch."""


def count() -> int:
    """How many processes the run has."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def number() -> int:
    """The number of this process; the first is 0."""
    return int(os.environ.get("RANK", "0")) if count() > 1 else 0


def is_first() -> bool:
    """Whether this process leads."""
    return number() == 0


def join() -> None:
    """Find the other processes: over NCCL where there are GPUs, one for each process of a machine, otherwise over gloo.

    Raises:
        ConfigError: the machine has fewer GPUs than processes.
    """
    if count() == 1:
        return
    gpus, place = torch.cuda.device_count(), int(os.environ.get("LOCAL_RANK", "0"))
    if gpus:
        if place >= gpus:
            raise ConfigError(f"more processes were started on a machine than it has GPUs: start at most {gpus} there")
        torch.cuda.set_device(place)
    distributed.init_process_group("nccl" if gpus else "gloo")
    _waiting()


def leave() -> None:
    """Let the others go, once all are here; the first one then works alone."""
    if count() > 1:
        wait()
        distributed.destroy_process_group()
        _waiting.cache_clear()


@cache
def _waiting() -> distributed.ProcessGroup:
    """The same processes in a group that waits as long as it takes, on the processor."""
    group: distributed.ProcessGroup = distributed.new_group(timeout=_LONG, backend="gloo")
    return group


@contextmanager
def _others() -> Iterator[None]:
    try:
        yield
    except RuntimeError:
        raise CommandFailedError("another process of the run ended before its time: what it wrote says why") from None


def wait() -> None:
    """Wait until every process is here.

    Raises:
        CommandFailedError: another process has ended.
    """
    if count() > 1:
        with _others():
            distributed.barrier(group=_waiting())


@contextmanager
def first_before_others() -> Iterator[None]:
    """The first process does the block, then the others, which find what it made."""
    if not is_first():
        wait()
    yield
    if is_first():
        wait()


def of_first(find: Callable[[], T]) -> T:
    """What the first process finds, in every process."""
    if count() == 1:
        return find()
    found = [find() if is_first() else None]
    with _others():
        distributed.broadcast_object_list(found, src=0, group=_waiting())
    return found[0]  # type: ignore[return-value]


def per_process(key: str, batch_size: int) -> int:
    """The share of a batch that each process computes.

    Raises:
        ConfigError: the batch cannot be divided evenly.
    """
    if batch_size % count():
        raise ConfigError(
            f"{key}={batch_size} cannot be divided among {count()} processes: "
            f"give a multiple of {count()}, or start another number of processes"
        )
    return batch_size // count()


def mean_counts(counts: torch.Tensor) -> torch.Tensor:
    """What sums over this process' share of a batch are divided by.

    Averaged over the processes, as gradients are, such a quotient is the mean over the whole batch.

    Args:
        counts: how much of each kind counts in the share.

    Returns:
        The mean of the counts over processes, of at least one in all.
    """
    if count() == 1:
        return counts.clamp(min=1)
    whole = counts.clone()
    distributed.all_reduce(whole)
    return whole.clamp(min=1) / count()


def mean_figures(figures: torch.Tensor) -> torch.Tensor:
    """Figures on the processor, averaged over processes."""
    if count() > 1:
        figures = figures.clone()
        distributed.all_reduce(figures, group=_waiting())
    return figures / count()
