"""The progress of `transformers.Trainer` as the lines that all long work shows."""

from __future__ import annotations

import sys
from pathlib import Path

from gaihe.serving.core.progress import Progress
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_callback import PrinterCallback

_SHOWN = ("loss", "eval_loss", "eval_f1", "masked", "tagging", "right")
"""Figures of the trainer's log that a line carries."""


class ShowsProgress(TrainerCallback):
    """Says from where training goes on, then tells of step, total, time left and the last figures.

    Args:
        label: what trains, ``gaihe train``.
        resume: the checkpoint that it goes on from.
    """

    def __init__(self, label: str, resume: Path | None) -> None:
        self._label, self._resume = label, resume
        self._progress = Progress(label)
        self._figures: dict[str, float] = {}

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Say how many steps there are, and which are done."""
        self._progress = Progress(self._label, state.max_steps, "steps", state.global_step)
        begins = f"goes on from {self._resume} at step {state.global_step}" if self._resume else "begins at step 0"
        sys.stderr.write(f"{self._label}: {begins} of {state.max_steps}\n")

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: object,
    ) -> None:
        """Keep the figures for the next line."""
        self._figures |= {name: value for name, value in (logs or {}).items() if name in _SHOWN}

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object) -> None:
        """Count a step."""
        note = ", ".join(f"{name} {float(value):.4g}" for name, value in self._figures.items())
        self._progress.add(state.global_step - self._progress.done, note)


def show_progress(trainer: Trainer, label: str, resume: Path | None) -> None:
    """Let a trainer whose own bars are off (``disable_tqdm``) tell of its progress; of several processes the first."""
    trainer.remove_callback(PrinterCallback)
    if trainer.is_world_process_zero():
        trainer.add_callback(ShowsProgress(label, resume))
