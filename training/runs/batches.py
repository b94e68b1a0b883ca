"""Batches in a given order, shared among the processes of a run: together they see what one would see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from gaihe.training.runs.processes import count, number
from torch.utils.data import BatchSampler, DataLoader, Dataset, Sampler
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments


class Shares(Sampler[list[int]]):
    """Of every batch the rows of this process: each n-th of n processes, so that all get windows of like lengths.

    Args:
        order: of the rows.
        batch_size: rows in a batch, of all processes together.
        blank: a row that counts for nothing, for a process for which the last batch has no row.
    """

    def __init__(self, order: Sampler[int], batch_size: int, blank: int) -> None:
        self._batches = BatchSampler(order, batch_size, drop_last=False)
        self._blank = blank

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[list[int]]:
        for batch in self._batches:
            yield batch[number() :: count()] or [self._blank]


class BeginsEpochs(TrainerCallback):
    """Tells an order the epoch that begins, also where a run goes on within it, and gives each process its own noise.

    Args:
        set_epoch: of the order, if it has one for each epoch.
        steps: in an epoch.
    """

    def __init__(self, set_epoch: Callable[[int], None] | None, steps: int) -> None:
        self._set_epoch, self._steps = set_epoch, steps

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Let processes drop out other neurons than the first one does."""
        if number():
            torch.manual_seed(args.seed + number())

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Tell the epoch."""
        if self._set_epoch is not None:
            self._set_epoch(state.global_step // self._steps)


def shared_loader(
    trainer: Trainer, dataset: Dataset[Any], order: Sampler[int], collate: Callable[[list[Any]], Any] | None = None
) -> DataLoader[Any]:
    """A loader of this process' shares of the batches of a trainer's data, in place of the trainer's own.

    That one gives rows of the first batch to processes for which the last batch has none, and forgets the epoch where
    several processes go on within one.

    Args:
        trainer: its arguments say how large the share of a process is.
        dataset: its last row is the blank one of `Shares`.
        order: of the other rows.
        collate: makes a batch of rows.
    """
    shares = Shares(order, trainer.args.per_device_train_batch_size * count(), blank=len(order))  # type: ignore[arg-type]
    trainer.add_callback(BeginsEpochs(getattr(order, "set_epoch", None), len(shares)))
    return DataLoader(dataset, batch_sampler=shares, collate_fn=collate, pin_memory=torch.cuda.is_available())


def one_gpu(arguments: TrainingArguments) -> TrainingArguments:
    """Arguments by which a process trains on one GPU and in the arithmetic that they name, whatever is found beside.

    Of several GPUs a process alone would otherwise use all, each with a batch of its own, and a configuration of
    ``accelerate`` would decide over the arithmetic.
    """
    arguments._n_gpu = min(arguments.n_gpu, 1)
    arguments.mixed_precision = "bf16" if arguments.bf16 else "no"
    return arguments
