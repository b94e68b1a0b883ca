"""Checkpoints of a run: which are whole, and in which arithmetic the run goes on."""

from __future__ import annotations

import json
import time
from pathlib import Path

import torch
from gaihe.training.model.encoder import CheckpointError
from gaihe.training.runs.processes import is_first, wait
from gaihe.training.runs.records import write_json
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments


class CompletesCheckpoints(TrainerCallback):
    """Marks a checkpoint as whole once every file of every process is written, so that none is half believed."""

    MARK = "complete"
    FEWEST = 2
    """Checkpoints to keep at least: the oldest goes before the newest has its mark."""

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object) -> None:
        """Write the mark, with the arithmetic that the run goes on in."""
        wait()
        if is_first():
            write_json({"bf16": args.bf16}, Path(str(args.output_dir)) / f"checkpoint-{state.global_step}" / self.MARK)


def last_checkpoint(folder: Path) -> Path | None:
    """The newest whole checkpoint of a folder; half-written ones are passed over."""
    whole = [path.parent for path in folder.glob(f"checkpoint-*/{CompletesCheckpoints.MARK}")]
    return max(whole, key=lambda path: int(path.name.removeprefix("checkpoint-")), default=None)


def uses_bf16(setting: str, resume: Path | None) -> bool:
    """Whether a run computes in bfloat16: as set, else as the checkpoint that it goes on from, else where it is faster.

    Args:
        setting: ``true``, ``false`` or ``auto``.
        resume: the checkpoint.

    Raises:
        CheckpointError: the checkpoint does not say what it was computed in.
    """
    if setting != "auto":
        return setting == "true"
    if resume is not None:
        mark = resume / CompletesCheckpoints.MARK
        try:
            return bool(json.loads(mark.read_text(encoding="utf-8"))["bf16"])
        except (OSError, ValueError, TypeError, KeyError):
            raise CheckpointError(
                f"{mark} does not say whether the run computes in bfloat16: remove this checkpoint, "
                "and the run goes on from the one before it, or begins anew"
            ) from None
    return torch.cuda.is_bf16_supported() if torch.cuda.is_available() else _bf16_is_faster()


def _bf16_is_faster() -> bool:
    """Whether this processor multiplies matrices faster in bfloat16 than in float32.

    Its flags do not tell: of two processors with ``avx512_bf16``, one was twice as slow in bfloat16.
    """
    seconds: dict[torch.dtype, list[float]] = {torch.float32: [], torch.bfloat16: []}
    for _ in range(20):
        for kind, found in seconds.items():
            left, right = torch.ones(2048, 384, dtype=kind), torch.ones(384, 1536, dtype=kind)
            begun = time.perf_counter()
            torch.mm(left, right)
            found.append(time.perf_counter() - begun)
    return min(seconds[torch.bfloat16]) < min(seconds[torch.float32])
