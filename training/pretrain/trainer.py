"""Adapting the encoder: masked characters together with word tags distilled from LAC."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import torch
from gaihe.serving.core.atomic_files import new_folder, open_output
from gaihe.serving.core.posts import read_posts
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.training.config import ConfigError, PretrainConfig
from gaihe.training.model.encoder import CheckpointError, load_characters
from gaihe.training.model.tagger import TAG_HEAD, TAGS
from gaihe.training.model.tokenizer import character_tokenizer
from gaihe.training.pretrain.blocks import MaskedBlocks, Tokens, pack, split_posts
from gaihe.training.pretrain.overlap import Overlap
from gaihe.training.pretrain.word_corpus import shard_paths, write_word_corpus
from gaihe.training.runs.batches import one_gpu, shared_loader
from gaihe.training.runs.checkpoints import CompletesCheckpoints, last_checkpoint, uses_bf16
from gaihe.training.runs.folder import claimed
from gaihe.training.runs.memory import keep_freed_memory
from gaihe.training.runs.processes import (
    first_before_others,
    is_first,
    join,
    leave,
    mean_counts,
    mean_figures,
    of_first,
    per_process,
)
from gaihe.training.runs.records import write_json
from gaihe.training.runs.sources import record_corpus
from gaihe.training.shown_progress import show_progress
from safetensors.torch import load_file, save_file
from torch.nn import functional
from torch.utils.data import DataLoader, SequentialSampler
from transformers import BertConfig, BertForMaskedLM, Trainer, TrainingArguments, set_seed

MASK = 4


def _say(message: str) -> None:
    if is_first():
        sys.stderr.write(f"gaihe pretrain: {message}\n")


class WordTaggingBert(BertForMaskedLM):
    """A masked-language model whose encoder also tags words."""

    masked_weight = 0.5

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)
        self.tag_head = torch.nn.Linear(config.hidden_size, config.word_tags)
        self.post_init()  # type: ignore[no-untyped-call]

    def bring_head(self, base: str) -> None:
        """Take the tagging head of a checkpoint's folder."""
        head = load_file(Path(base) / TAG_HEAD)
        self.tag_head.load_state_dict({name: head[name].float() for name in ("weight", "bias")})

    def forward(
        self,
        input_ids: torch.Tensor,
        tags: torch.Tensor,
        positions: torch.Tensor,
        targets: torch.Tensor,
        counts: torch.Tensor | None = None,
    ) -> dict[str, torch.Tensor]:
        """Losses, and how many tags are right.

        Args:
            input_ids: shape ``(blocks, width)``.
            tags: shape ``(blocks, width)``, -100 where there is none.
            positions: of the characters to predict, shape ``(blocks, predicted)``.
            targets: their ids, -100 where nothing is to be predicted.
            counts: over how many characters and tags the means are; those that are there if not given.
        """
        states = self.bert(input_ids=input_ids).last_hidden_state
        chosen = states.gather(1, positions.unsqueeze(-1).expand(-1, -1, states.shape[-1]))
        characters = self.cls(chosen)
        labels = self.tag_head(states)
        counts = counts_of(targets, tags).clamp(min=1) if counts is None else counts
        masked = _whole_loss(characters, targets) / counts[0]
        tagging = _whole_loss(labels, tags) / counts[1]
        right = ((labels.argmax(-1) == tags) & (tags != -100)).sum() / counts[1]
        return {"loss": tagging + self.masked_weight * masked, "masked": masked, "tagging": tagging, "right": right}


def counts_of(targets: torch.Tensor, tags: torch.Tensor) -> torch.Tensor:
    """How many characters are to be predicted, and how many have a tag."""
    return torch.stack([(targets != -100).sum(), (tags != -100).sum()])


def _whole_loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return functional.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=-100, reduction="sum")


class AdaptingTrainer(Trainer):
    """Trains a `WordTaggingBert` in the given order, and shows both losses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._sums: dict[str, torch.Tensor] = {}
        self._steps = 0

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:  # noqa: ANN401
        """The weighted loss of a batch, also where several processes share it."""
        counts = mean_counts(counts_of(inputs["targets"], inputs["tags"]))
        with torch.autocast(self.args.device.type, torch.bfloat16, enabled=self.args.bf16):
            outputs = model(**inputs, counts=counts)
        for name in ("masked", "tagging", "right"):
            self._sums[name] = self._sums.get(name, torch.zeros(())) + outputs[name].detach().float().cpu()
        self._steps += 1
        return (outputs["loss"], outputs) if return_outputs else outputs["loss"]

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Log the mean losses since the last time beside the trainer's own figures."""
        if self._steps and "loss" in logs:
            means = mean_figures(torch.stack(list(self._sums.values())) / self._steps)
            logs |= {name: round(float(value), 4) for name, value in zip(self._sums, means, strict=True)}
            self._sums, self._steps = {}, 0
        super().log(logs, start_time)

    def get_train_dataloader(self) -> DataLoader[Any]:
        """This process' shares of the batches."""
        assert isinstance(self.train_dataset, MaskedBlocks)
        return shared_loader(self, self.train_dataset, SequentialSampler(self.train_dataset))


@torch.inference_mode()
def held_out_figures(model: WordTaggingBert, blocks: MaskedBlocks, bf16: bool, batch_size: int) -> dict[str, float]:
    """Perplexity of masked characters and accuracy of word tags on blocks that were kept aside."""
    model.train(False)
    device = model.tag_head.weight.device
    sums, counts = torch.zeros(3, dtype=torch.float64), torch.zeros(2, dtype=torch.int64)
    for batch in DataLoader(blocks, batch_size):
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            outputs = model(
                **{name: value.to(device) for name, value in batch.items()}, counts=torch.ones(2, device=device)
            )
        sums += torch.stack([outputs[name].double().cpu() for name in ("masked", "tagging", "right")])
        counts += counts_of(batch["targets"], batch["tags"])
    characters, tagged = counts.clamp(min=1)
    masked, tagging, right = (sums / torch.stack([characters, tagged, tagged])).tolist()
    return {"perplexity": math.exp(masked), "masked_loss": masked, "tagging_loss": tagging, "tag_accuracy": right}


def _texts(config: PretrainConfig) -> Iterator[str]:
    measured = Overlap(post.text for path in config.exclude for post in read_posts(path))
    for path in config.corpus:
        for post in read_posts(path):
            if not measured.touches(post.text):
                yield post.text


def tagged_corpus(config: PretrainConfig, folder: Path, tags: Sequence[str]) -> list[Path]:
    """The corpus with word tags, made once."""
    words, mark = folder / "words", folder / "words" / "complete"
    if not mark.is_file():
        write_word_corpus(_texts(config), words, tags, config.workers or os.cpu_count() or 1)
        mark.touch()
    return shard_paths(words)


def _save(model: WordTaggingBert, tokenizer: Any, tags: Sequence[str], target: Path) -> None:  # noqa: ANN401
    states = model.state_dict()
    plain = BertForMaskedLM(model.config)
    plain.load_state_dict({name: value for name, value in states.items() if not name.startswith("tag_head.")})
    shutil.rmtree(target, ignore_errors=True)
    with new_folder(target, private=False) as aside:
        plain.half().save_pretrained(aside)
        tokenizer.save_pretrained(aside)
        save_file(
            {name: value.to(torch.float16).contiguous() for name, value in model.tag_head.state_dict().items()},
            aside / TAG_HEAD,
        )
        with open_output(aside / TAGS, private=False) as stream:
            json.dump(list(tags), stream)


def _arguments(config: PretrainConfig, folder: Path, bf16: bool) -> TrainingArguments:
    arguments = TrainingArguments(
        output_dir=str(folder / "checkpoints"),
        num_train_epochs=1,
        per_device_train_batch_size=per_process("batch_size", config.batch_size),
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        lr_scheduler_type="linear",
        warmup_steps=config.warmup,
        bf16=bf16,
        use_cpu=not torch.cuda.is_available(),
        ddp_find_unused_parameters=False,
        torch_compile=config.compile,
        logging_steps=config.log_steps,
        save_strategy="steps",
        save_steps=config.save_steps,
        save_total_limit=max(CompletesCheckpoints.FEWEST, config.checkpoints),
        remove_unused_columns=False,
        optim="adamw_torch_fused",
        report_to="none",
        log_level_replica="error",
        disable_tqdm=True,
        seed=config.seed,
    )
    return one_gpu(arguments)


def pretrain(config: PretrainConfig) -> tuple[Path, dict[str, Any]] | None:
    """Tag the corpus, adapt the encoder, from the last whole checkpoint where there is one, and save it.

    Several processes that a launcher started train together.

    Returns:
        The folder of the adapted checkpoint, and the held-out figures before and after, of several processes to the
        first.

    Raises:
        ConfigError: the folder holds another run, corpus, exclusions or checkpoint changed since it began, a block has
            more characters than the checkpoint has positions, or the corpus is too small.
        CheckpointError: the checkpoint has no word tags.
        PostError: posts that cannot be read.
    """
    keep_freed_memory()
    per_process("batch_size", config.batch_size)
    join()
    with claimed(config) as folder:
        with first_before_others():
            if is_first():
                record_corpus(config, folder)
        made = _pretrain(config, folder)
    return made if is_first() else None


def _word_tags(base: str) -> list[str]:
    """The word tags of the checkpoint to adapt.

    Raises:
        CheckpointError: it has none.
    """
    try:
        return cast(list[str], json.loads((Path(base) / TAGS).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"base={base} is no checkpoint with word tags ({TAGS}): {error}") from None


def _word_tagger(config: PretrainConfig, tags: Sequence[str]) -> tuple[WordTaggingBert, Vocabulary]:
    """The checkpoint to adapt, with its tagging head."""
    settings = {
        "word_tags": 2 * len(tags),
        "hidden_dropout_prob": config.dropout,
        "attention_probs_dropout_prob": config.dropout,
    }
    model, vocabulary = load_characters(config.base, WordTaggingBert, settings)
    model.bring_head(config.base)
    model.masked_weight = config.masked_weight
    if config.block > (positions := model.config.max_position_embeddings):
        raise ConfigError(f"block must be at most {positions}, the positions of {config.base}, not {config.block}")
    return model, vocabulary


def _check_size(config: PretrainConfig, train: Tokens, aside: Tokens) -> None:
    """Refuse a corpus that does not fill a block to train on and one to measure."""
    if int(config.epochs * (len(train) // config.block)) < 1 or len(aside) < config.block:
        raise ConfigError(
            f"epochs={config.epochs} of {len(train)} tokens are left to train on, and held_out={config.held_out} posts "
            f"keep {len(aside)} tokens aside, but a block needs {config.block} on either side: give more posts, or "
            "other epochs, held_out or block"
        )


def _pretrain(config: PretrainConfig, folder: Path) -> tuple[Path, dict[str, Any]] | None:
    figures_path, target = folder / "figures.json", folder / "base"
    if target.is_dir() and figures_path.is_file():
        leave()
        _say(f"the adapted checkpoint is there already: {target}")
        return target, json.loads(figures_path.read_text(encoding="utf-8"))
    set_seed(config.seed)
    tags = _word_tags(config.base)
    model, vocabulary = _word_tagger(config, tags)
    with first_before_others():
        words = tagged_corpus(config, folder, tags)
    train_shards, aside_shards = split_posts(words, config.held_out)

    def blocks(tokens: Tokens, epochs: float, seed: int) -> MaskedBlocks:
        count = int(epochs * (len(tokens) // config.block))
        return MaskedBlocks(tokens, vocabulary, MASK, config.block, config.masked, count, seed)

    train, aside = pack(train_shards, vocabulary), pack(aside_shards, vocabulary)
    _check_size(config, train, aside)
    _say(f"{len(train)} tokens to train on, {len(aside)} kept aside")
    resume = last_checkpoint(folder / "checkpoints")
    arguments = _arguments(config, folder, of_first(lambda: uses_bf16(config.bf16, resume)))
    trainer = AdaptingTrainer(
        model=model,
        args=arguments,
        train_dataset=blocks(train, config.epochs, config.seed),
        callbacks=[CompletesCheckpoints()],
    )
    held_out = blocks(aside, 1.0, config.seed + 1)
    figures: dict[str, Any] = {}
    with first_before_others():
        if is_first():
            figures["before"] = held_out_figures(model, held_out, arguments.bf16, config.batch_size)
    model.train()
    show_progress(trainer, "gaihe pretrain", resume)
    trainer.train(resume_from_checkpoint=str(resume) if resume else None)
    leave()
    if not is_first():
        return None
    figures |= {
        "after": held_out_figures(model, held_out, arguments.bf16, config.batch_size),
        "tokens": config.block * len(trainer.train_dataset),  # type: ignore[arg-type]
        "log": trainer.state.log_history,
    }
    _save(model, character_tokenizer(vocabulary, model.config.max_position_embeddings), tags, target)
    write_json(figures, figures_path)
    return target, figures
