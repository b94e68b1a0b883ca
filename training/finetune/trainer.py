"""Fine-tuning with `transformers.Trainer`: progress, validation F1, checkpoints, exact resume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset, concatenate_datasets
from gaihe.serving.core.labels import OUTSIDE, LabelSet
from gaihe.serving.recognition.viterbi import Decoder
from gaihe.training.config import Config
from gaihe.training.evaluate.metrics import Counts
from gaihe.training.finetune.sampler import LengthGroupedSampler
from gaihe.training.finetune.teacher import Teacher
from gaihe.training.finetune.windows import LabelledWindows
from gaihe.training.model.features import IGNORED, Collator, blank_window
from gaihe.training.model.post_head import PostHead
from gaihe.training.model.post_targets import MISSING, class_weights, post_loss
from gaihe.training.model.tagger import parameter_groups
from gaihe.training.runs.batches import one_gpu, shared_loader
from gaihe.training.runs.checkpoints import CompletesCheckpoints, last_checkpoint, uses_bf16
from gaihe.training.runs.processes import count, mean_counts, of_first, per_process
from gaihe.training.shown_progress import show_progress
from numpy.typing import NDArray
from torch.utils.data import DataLoader
from transformers import (
    BertForTokenClassification,
    EvalPrediction,
    PreTrainedTokenizerFast,
    Trainer,
    TrainingArguments,
)

_EVALUATED = 64
"""Windows of the validation posts that are read together, by all processes."""


def span_metrics(labels: LabelSet, logits: NDArray[np.float32], gold: NDArray[np.int64]) -> dict[str, float]:
    """Span precision, recall and F1 of padded windows.

    Args:
        labels: the label set.
        logits: shape ``(windows, width, labels)``, start token first.
        gold: label ids, shape ``(windows, width)``, `IGNORED` where a position does not count.
    """
    counted = gold != IGNORED
    paths = Decoder(len(labels.types)).decode(np.asarray(logits, dtype=np.float32))
    counts = Counts()
    for row in range(len(gold)):
        right = set(labels.spans(np.where(counted[row], gold[row], 0).tolist()))
        found = set(labels.spans(np.where(counted[row], paths[row], 0).tolist()))
        counts.right += len(right & found)
        counts.wrong += len(found - right)
        counts.missed += len(right - found)
    return {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1}


def partial_loss(
    logits: torch.Tensor, labels: torch.Tensor, open_labels: torch.Tensor, count: torch.Tensor | None = None
) -> torch.Tensor:
    """Cross-entropy that leaves open what an annotation does not cover.

    Where the gold label is ``O``, the labels of types that the post's annotation does not cover count as right too.

    Args:
        logits: shape ``(rows, width, labels)``.
        labels: label ids, shape ``(rows, width)``, `IGNORED` where a position does not count.
        open_labels: which labels are open, shape ``(rows, labels)``.
        count: what the sum over positions is divided by; how many count if not given.
    """
    log_probabilities = torch.log_softmax(logits.float(), dim=-1)
    gold = log_probabilities.gather(-1, labels.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    if open_labels.any():
        acceptable = open_labels.clone()
        acceptable[:, OUTSIDE] = True
        either = log_probabilities.masked_fill(~acceptable[:, None], float("-inf")).logsumexp(-1)
        gold = torch.where(labels == OUTSIDE, either, gold)
    counted = labels != IGNORED
    return -(gold * counted).sum() / (counted.sum().clamp(min=1) if count is None else count)


class TaggingTrainer(Trainer):
    """A trainer with the loss of `partial_loss`, a teacher's and that of post labels where they are learned too.

    Its order is that of `LengthGroupedSampler`. Losses are means over the whole batch, also where several processes
    share it. The last row of ``train_dataset`` is a `blank_window`.
    """

    teacher: Teacher | None = None
    post_weight = 0.0
    label_weights: Sequence[torch.Tensor] = ()

    def learn_posts(self, weight: float, label_weights: Sequence[torch.Tensor]) -> None:
        """Mix the labels of whole posts into the loss, as the model's ``post_head`` gives them.

        Args:
            weight: their share.
            label_weights: by task, as `class_weights` gives them.
        """
        self.post_weight = weight
        self.label_weights = [weights.to(self.args.device) for weights in label_weights]

    def _post_loss(
        self,
        head: PostHead,
        hidden: Sequence[torch.Tensor],
        inputs: Mapping[str, torch.Tensor],
        counts: torch.Tensor,
    ) -> torch.Tensor:
        """The loss of the labels of the posts of a batch, of which ``counts`` by task have one."""
        read = torch.cat([hidden[layer] for layer in head.layers], dim=-1)
        with torch.autocast(self.args.device.type, enabled=False):
            logits = head(read.float(), inputs["attention_mask"].bool())
            return post_loss(logits, inputs["post_labels"], self.label_weights, counts)

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:  # noqa: ANN401
        """The loss of a batch, and the model's outputs where they are asked for."""
        labels, post_labels = inputs["labels"], inputs["post_labels"]
        positions, *posts_with = mean_counts(
            torch.stack([(labels != IGNORED).sum(), *(post_labels != MISSING).sum(dim=0)])
        ).unbind()
        with torch.autocast(self.args.device.type, torch.bfloat16, enabled=self.args.bf16):
            posts = self.post_weight > 0 and model.training
            outputs = model(
                input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"], output_hidden_states=posts
            )
            loss = partial_loss(outputs.logits, labels, inputs["open_labels"], positions)
            if self.teacher is not None and model.training:
                learned = self.teacher.loss(outputs.logits, inputs, positions)
                loss = (1 - self.teacher.weight) * loss + self.teacher.weight * learned
            if posts:
                head = self.accelerator.unwrap_model(model).post_head
                learned = self._post_loss(head, outputs.hidden_states, inputs, torch.stack(posts_with))
                loss = (1 - self.post_weight) * loss + self.post_weight * learned
        return (loss, {"logits": outputs.logits.float()}) if return_outputs else loss

    def get_train_dataloader(self) -> DataLoader[Any]:
        """This process' shares of the batches."""
        assert isinstance(self.train_dataset, Dataset)
        lengths = self.train_dataset["length"][:-1]
        order = LengthGroupedSampler(lengths, self.args.per_device_train_batch_size * count(), self.args.seed)
        return shared_loader(self, self.train_dataset, order, self.data_collator)


def _arguments(run: Config, checkpoints: Path, resume: Path | None) -> TrainingArguments:
    config = run.trainer
    arguments = TrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=per_process("trainer.batch_size", config.batch_size),
        per_device_eval_batch_size=max(1, _EVALUATED // count()),
        learning_rate=config.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=config.warmup,
        bf16=of_first(lambda: uses_bf16(config.bf16, resume)),
        use_cpu=not torch.cuda.is_available(),
        ddp_find_unused_parameters=False,
        logging_steps=config.log_steps,
        eval_strategy="steps",
        eval_steps=config.eval_steps,
        save_strategy="steps",
        save_steps=config.save_steps,
        save_total_limit=max(CompletesCheckpoints.FEWEST, config.checkpoints),
        remove_unused_columns=False,
        label_names=["labels"],
        torch_compile=config.compile,
        report_to="none",
        log_level_replica="error",
        disable_tqdm=True,
        seed=run.seed,
        data_seed=run.seed,
    )
    return one_gpu(arguments)


def fine_tune(
    model: BertForTokenClassification,
    tokenizer: PreTrainedTokenizerFast,
    windows: LabelledWindows,
    run: Config,
    folder: Path,
    teacher: BertForTokenClassification | None = None,
    head: PostHead | None = None,
) -> dict[str, Any]:
    """Fine-tune, from the last whole checkpoint in ``folder/checkpoints`` where there is one.

    Args:
        model: the tagger, changed in place.
        tokenizer: saved with every checkpoint.
        windows: what it learns from.
        run: ``trainer``, ``post_labels``, ``distill`` and ``seed`` of it count.
        folder: the run's folder.
        teacher: a tagger of the same characters, whose share of the loss is ``distill.weight``.
        head: labels whole posts from the tagger's states, changed in place; ``post_labels.weight`` is its share of the
            loss.

    Returns:
        The last validation figures and the log of losses. The weights are in ``model``.
    """
    config, checkpoints = run.trainer, folder / "checkpoints"
    if head is not None:
        model.add_module("post_head", head.train())
    resume = last_checkpoint(checkpoints)

    def figures(prediction: EvalPrediction) -> dict[str, float]:
        return span_metrics(windows.labels, np.asarray(prediction.predictions), np.asarray(prediction.label_ids))

    trainer = TaggingTrainer(
        model=model,
        args=_arguments(run, checkpoints, resume),
        train_dataset=concatenate_datasets([windows.train, blank_window()]),
        eval_dataset=windows.validation,
        data_collator=Collator(model.config.pad_token_id or 0, len(windows.labels.names), 32 if config.compile else 8),
        processing_class=tokenizer,
        compute_metrics=figures,
        optimizers=(torch.optim.AdamW(parameter_groups(model, config), fused=True), None),
        callbacks=[CompletesCheckpoints()],
    )
    if head is not None:
        targets = torch.as_tensor(windows.train.with_format("numpy")["post_labels"][:], dtype=torch.long)
        trainer.learn_posts(run.post_labels.weight, class_weights(targets))
    if teacher is not None:
        distill = run.distill
        trainer.teacher = Teacher(teacher, windows.labels, distill.weight, distill.temperature, trainer.args.device)
    show_progress(trainer, "gaihe train", resume)
    trainer.train(resume_from_checkpoint=str(resume) if resume else None)
    figures_at_end = trainer.evaluate()
    if head is not None:
        del model.post_head
    return {"validation": figures_at_end, "log": trainer.state.log_history}
