"""Train spans and labels of posts together, the labels half by annotation and half by a model's own probabilities.

The runs of step 20 of the lineage, as one command:

``python lab/experiments/joint_run.py OUTPUT --posts written.jsonl labelled_real.jsonl read.jsonl [--steps 2600]``

Posts are JSON lines as ``gaihe train`` takes them: each counts for the types and labels that it is annotated for. The
folder OUTPUT holds the weights and the head, every 500 steps anew. Some such runs and the weights that they began from
make a mean: ``gaihe train experiment=further trainer.epochs=0 distill=none model.base=A 'model.average=[A,B,C]'``.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import torch
from gaihe.data.files.parquet import read_any
from gaihe.serving import Recognizer
from gaihe.serving.model.post_labels import TASKS
from gaihe.training.finetune.sampler import LengthGroupedSampler
from gaihe.training.finetune.teacher import teacher_loss
from gaihe.training.finetune.trainer import partial_loss
from gaihe.training.model.features import IGNORED, Collator, features
from gaihe.training.model.post_head import load_head, save_head
from gaihe.training.model.post_targets import MISSING, class_weights
from gaihe.training.model.tagger import labels_of, load_weights
from torch.nn.functional import cross_entropy

BATCH = 32
SAVED_EVERY = 500
HEAD_FACTOR = 2.0
"""How many times as fast as the encoder the label layer and the head learn."""
MASK = 1
"""The id of an unknown character, which stands for a masked one."""
MASKED_ROWS, REPLACED = 0.5, 0.3
"""Share of the windows without labels in which characters are masked; share of these that another one replaces."""
Window = dict[str, Any]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    line = argparse.ArgumentParser(description="spans and labels of posts together")
    line.add_argument("output", type=Path)
    line.add_argument("--posts", nargs="+", type=Path, required=True)
    line.add_argument("--base", type=Path, default=Path("models/default"))
    line.add_argument("--teacher", type=Path, default=Path("models/default"), help="of the spans")
    line.add_argument("--labels-from", type=Path, help="exported model of the labels (default: the released one)")
    line.add_argument("--steps", type=int, default=2600)
    line.add_argument("--rate", type=float, default=2e-4)
    line.add_argument("--seed", type=int, default=20)
    line.add_argument("--taught", type=float, default=0.5, help="share of the teachers in both losses")
    line.add_argument("--labels", type=float, default=0.45, help="share of the labels in the loss")
    line.add_argument("--masked", type=float, default=0.12, help="share of characters")
    return line


def windows_of(paths: Sequence[Path], weights: Path, labels_from: Path | None) -> list[Window]:
    """All windows; those of a post with both labels have what the model says of it as ``taught``."""
    tagger, vocabulary = load_weights(weights)
    posts = list(chain.from_iterable(map(read_any, paths)))
    labelled = [place for place, post in enumerate(posts) if post.intent and post.stance]
    recognizer = Recognizer.load(labels_from) if labels_from else Recognizer.load()
    scores = recognizer.post_scores_batch([posts[place].text for place in labelled])
    taught = {
        place: torch.tensor([*found.intents.values(), *found.stances.values()])
        for place, found in zip(labelled, scores, strict=True)
    }
    made: list[Window] = []
    for place, post in enumerate(posts):
        made += [window | {"taught": taught.get(place)} for window in features([post], vocabulary, labels_of(tagger))]
    return made


def batches(windows: Sequence[Window], seed: int) -> Iterator[list[Window]]:
    """Batches of like length, epoch after epoch."""
    sampler = LengthGroupedSampler([window["length"] for window in windows], BATCH, seed)
    for epoch in range(10**6):
        sampler.set_epoch(epoch)
        order = list(sampler)
        for start in range(0, len(order) - BATCH + 1, BATCH):
            yield [windows[place] for place in order[start : start + BATCH]]


def label_loss(
    logits: Sequence[torch.Tensor], rows: Sequence[Window], weights: Sequence[torch.Tensor], share: float
) -> torch.Tensor:
    """The loss of the labels of the rows that have them, ``share`` of it by the model's probabilities."""
    has = [place for place, row in enumerate(rows) if row["post_labels"][0] != MISSING and row["taught"] is not None]
    if not has:
        return torch.zeros(())
    targets = torch.tensor([rows[place]["post_labels"] for place in has])
    taught = torch.stack([rows[place]["taught"] for place in has]).split(
        [len(names) for names in TASKS.values()], dim=1
    )
    whole = torch.zeros(())
    for task, (found, weight, wanted) in enumerate(zip(logits, weights, taught, strict=True)):
        annotated = cross_entropy(found[has], targets[:, task], weight)
        whole = whole + (1 - share) * annotated + share * cross_entropy(found[has], wanted)
    return whole


def masked(batch: dict[str, torch.Tensor], share: float, entries: int) -> torch.Tensor:
    """The token ids with some characters of posts without labels masked or replaced."""
    ids, free = batch["input_ids"], batch["post_labels"][:, :1] == MISSING
    rows = free & (torch.rand(len(ids), 1) < MASKED_ROWS)
    hit = rows & (torch.rand(ids.shape) < share) & (batch["labels"] != IGNORED)
    others = torch.randint(4, entries, ids.shape)
    return torch.where(hit, torch.where(torch.rand(ids.shape) < REPLACED, others, MASK), ids)


def main() -> None:
    """Read, train, save."""
    given = parser().parse_args()
    torch.manual_seed(given.seed)
    windows = windows_of(given.posts, given.base, given.labels_from)
    tagger, vocabulary = load_weights(given.base)
    teacher = load_weights(given.teacher)[0].float().eval().requires_grad_(False)
    head = load_head(given.base) or load_head(given.teacher)
    if head is None:
        raise SystemExit("neither --base nor --teacher has a head for labels of posts")
    model = tagger.float().train()
    head.train()
    for each in (model, teacher):
        each.set_attn_implementation("eager")
    weights = class_weights(torch.tensor([window["post_labels"] for window in windows]))
    fast = [*model.classifier.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(
        [
            {"params": list(model.bert.parameters()), "lr": given.rate},
            {"params": fast, "lr": given.rate * HEAD_FACTOR},
        ],
        weight_decay=0.01,
        fused=True,
    )
    warmup = max(1, given.steps // 25)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / warmup) * max(0.02, 1 - step / given.steps)
    )
    collate, order, began = (
        Collator(vocabulary.special.padding, model.num_labels),
        batches(windows, given.seed),
        time.time(),
    )
    for step in range(1, given.steps + 1):
        rows = next(order)
        batch = collate(rows)
        counted, mask = batch["labels"] != IGNORED, batch["attention_mask"]
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                wanted = teacher(input_ids=batch["input_ids"], attention_mask=mask).logits
            ids = masked(batch, given.masked, len(vocabulary.entries))
            found = model(input_ids=ids, attention_mask=mask, output_hidden_states=True)
        spans = partial_loss(found.logits, batch["labels"], batch["open_labels"])
        spans = (1 - given.taught) * spans + given.taught * teacher_loss(found.logits, wanted, counted, 1.0)
        read = torch.cat([found.hidden_states[layer] for layer in head.layers], dim=-1).float()
        posts = label_loss(head(read, mask.bool()), rows, weights, given.taught)
        ((1 - given.labels) * spans + given.labels * posts).backward()
        torch.nn.utils.clip_grad_norm_([*model.parameters(), *head.parameters()], 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        schedule.step()
        if step % 100 == 0 or step == given.steps:
            left = (given.steps - step) * (time.time() - began) / step / 60
            losses = f"spans {spans.item():.4f}, labels {posts.item():.4f}"
            sys.stderr.write(f"{step} of {given.steps} steps, {losses}, {left:.0f} min left\n")
        if step % SAVED_EVERY == 0 or step == given.steps:
            model.save_pretrained(given.output)
            save_head(head, given.output)
            for file in given.base.glob("tokenizer*"):
                shutil.copy(file, given.output)


if __name__ == "__main__":
    main()
