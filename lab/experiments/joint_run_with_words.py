"""Train spans and labels as `joint_run.py` does, and in each step masked words and word tags of other text beside them.

The long run of step 21 of the lineage:

``torchrun --nproc-per-node 2 lab/experiments/joint_run_with_words.py OUTPUT --posts written.jsonl read.jsonl \
--words outputs/pretrain/words --steps 3000 --rate 4e-4``

WORDS is the folder ``words`` of a run of ``gaihe pretrain``, which tags the text. Processes share their weights every
ten steps. The heads for words and tags begin as those of ``models/base``, and are saved beside the weights.
"""

import json
import shutil
import sys
import time
from pathlib import Path

import torch
from gaihe.training.finetune.teacher import teacher_loss
from gaihe.training.finetune.trainer import partial_loss
from gaihe.training.model.encoder import load_characters
from gaihe.training.model.features import IGNORED, Collator
from gaihe.training.model.post_head import load_head, save_head
from gaihe.training.model.post_targets import class_weights
from gaihe.training.model.tagger import TAGS, load_weights
from gaihe.training.pretrain.blocks import MaskedBlocks, pack, split_posts
from gaihe.training.pretrain.trainer import MASK, WordTaggingBert
from gaihe.training.pretrain.word_corpus import shard_paths
from gaihe.training.runs.memory import keep_freed_memory
from joint_run import HEAD_FACTOR, SAVED_EVERY, batches, label_loss, parser, windows_of
from safetensors.torch import save_file
from torch import distributed
from torch.utils.data import default_collate

BASE = Path("models/base")
BLOCK, BLOCKS, MASKED = 128, 64, 0.15
"""Characters in a block, blocks in a step of a process, share of the characters that is masked."""
WORDS, WORD_TAGS = 0.1, 0.2
"""Weights of the masked words' loss and of the tags' loss."""
SHARED_EVERY = 10
HELD_OUT = 2000


def share(parameters: list[torch.nn.Parameter], processes: int) -> None:
    """Give every process the mean of all their weights."""
    for parameter in parameters if processes > 1 else ():
        distributed.all_reduce(parameter.data)
        parameter.data /= processes


def main() -> None:
    """Read, train, save."""
    line = parser()
    line.add_argument("--words", type=Path, required=True, help="a folder of words that `gaihe pretrain` tagged")
    given = line.parse_args()
    keep_freed_memory()
    if distributed.is_torchelastic_launched():
        distributed.init_process_group("gloo")
    here, processes = (distributed.get_rank(), distributed.get_world_size()) if distributed.is_initialized() else (0, 1)
    torch.set_num_threads(1)
    torch.manual_seed(given.seed + here)
    windows = windows_of(given.posts, given.base, given.labels_from)
    tagger, vocabulary = load_weights(given.base)
    teacher = load_weights(given.teacher)[0].float().eval().requires_grad_(False)
    head = load_head(given.base) or load_head(given.teacher)
    if head is None:
        raise SystemExit("neither --base nor --teacher has a head for labels of posts")
    tags = json.loads((BASE / TAGS).read_text(encoding="utf-8"))
    words, _ = load_characters(str(BASE), WordTaggingBert, {"word_tags": 2 * len(tags)})
    words.bring_head(str(BASE))
    model = tagger.float().train()
    words.bert = model.bert
    words.tie_weights()
    for each in (model, teacher):
        each.set_attn_implementation("eager")
    tokens = pack(split_posts(shard_paths(given.words), HELD_OUT)[0], vocabulary)
    blocks = MaskedBlocks(tokens, vocabulary, MASK, BLOCK, MASKED, BLOCKS * processes * given.steps, given.seed)
    encoder = list(model.bert.parameters())
    known = {id(parameter) for parameter in encoder}
    fast = [*model.classifier.parameters(), *head.train().parameters()]
    fast += [parameter for parameter in words.parameters() if id(parameter) not in known]
    optimizer = torch.optim.AdamW(
        [{"params": encoder, "lr": given.rate}, {"params": fast, "lr": given.rate * HEAD_FACTOR}],
        weight_decay=0.01,
        betas=(0.9, 0.98),
        fused=True,
    )
    warmup = max(1, given.steps // 33)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / warmup) * max(0.02, 1 - step / given.steps)
    )
    weights = class_weights(torch.tensor([window["post_labels"] for window in windows]))
    collate, began = Collator(vocabulary.special.padding, model.num_labels), time.time()
    order = batches(windows[here::processes], given.seed)
    for step in range(1, given.steps + 1):
        rows = next(order)
        batch = collate(rows)
        counted, mask = batch["labels"] != IGNORED, batch["attention_mask"]
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                wanted = teacher(input_ids=batch["input_ids"], attention_mask=mask).logits
            found = model(input_ids=batch["input_ids"], attention_mask=mask, output_hidden_states=True)
        spans = partial_loss(found.logits, batch["labels"], batch["open_labels"])
        spans = (1 - given.taught) * spans + given.taught * teacher_loss(found.logits, wanted, counted, 1.0)
        read = torch.cat([found.hidden_states[layer] for layer in head.layers], dim=-1).float()
        posts = label_loss(head(read, mask.bool()), rows, weights, given.taught)
        ((1 - given.labels) * spans + given.labels * posts).backward()
        first = ((step - 1) * processes + here) * BLOCKS
        with torch.autocast("cpu", torch.bfloat16):
            told = words(**default_collate([blocks[first + place] for place in range(BLOCKS)]))
        (WORDS * told["masked"] + WORD_TAGS * told["tagging"]).backward()
        torch.nn.utils.clip_grad_norm_([*encoder, *fast], 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        schedule.step()
        if step % SHARED_EVERY == 0 or step == given.steps:
            share([*encoder, *fast], processes)
        if here == 0 and (step % 100 == 0 or step == given.steps):
            left = (given.steps - step) * (time.time() - began) / step / 60
            losses = f"spans {spans.item():.4f}, labels {posts.item():.4f}, words {told['masked'].item():.3f}"
            sys.stderr.write(f"{step} of {given.steps} steps, {losses}, {left:.0f} min left\n")
        if here == 0 and (step % SAVED_EVERY == 0 or step == given.steps):
            model.save_pretrained(given.output)
            save_head(head, given.output)
            for file in given.base.glob("tokenizer*"):
                shutil.copy(file, given.output)
            kept = {name: value for name, value in words.state_dict().items() if not name.startswith("bert.")}
            save_file(
                {name: value.contiguous().clone() for name, value in kept.items()}, given.output / "words.safetensors"
            )


if __name__ == "__main__":
    main()
