"""What single characters and pairs say of a whole post: a linear model beside the head on the encoder's states.

Each run of tokens, start and end among them, falls into one of `BUCKETS` rows of a table with a value for every label
(hashed features, Weinberger et al. 2009, arXiv:0902.2206). A label's logit is the sum of its values over a post's runs,
divided by the root of their number, and added to the head's. It is learned by itself, so that it errs elsewhere than
the head does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from gaihe.training.model.encoder import CheckpointError
from gaihe.training.model.post_head import LABELS, by_task
from gaihe.training.model.post_targets import MISSING, post_loss
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import nn

POST_NGRAMS = "post_ngrams.safetensors"
BUCKETS = 131_071
"""A prime, more than any vocabulary has characters: a single character has a row of its own."""
FACTOR = 15_209
"""What a pair's first character is multiplied by before its second is added: its share of `BUCKETS` is far from any
simple fraction, and the products of all rows fit into 32 bits."""
_KIND = {"rows": f"characters, pairs times {FACTOR}"}
_STEPS = 127
_BATCH = 256
_EPOCHS = 4
_RATE = 0.4
_OFFSET_RATE = 0.05


class PostNgrams(nn.Module):
    """Values of the labels of all tasks for each row, in int8, as the graph has them.

    Attributes:
        table: int8, shape ``(BUCKETS, labels)``.
        scale: what each label's values are multiplied by, shape ``(labels,)``.
        offsets: added to each label's logit, shape ``(labels,)``.
    """

    table: torch.Tensor
    scale: torch.Tensor
    offsets: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("table", torch.zeros(BUCKETS, LABELS, dtype=torch.int8))
        self.register_buffer("scale", torch.ones(LABELS))
        self.register_buffer("offsets", torch.zeros(LABELS))

    @classmethod
    def rounded(cls, values: torch.Tensor, offsets: torch.Tensor) -> Self:
        """The model of these values, shape ``(BUCKETS, labels)``, as near as int8 comes."""
        ngrams = cls()
        scale = (values.abs().amax(dim=0) / _STEPS).clamp(min=torch.finfo(torch.float32).tiny)
        ngrams.table.copy_((values / scale).round())
        ngrams.scale.copy_(scale)
        ngrams.offsets.copy_(offsets)
        return ngrams

    def values(self) -> torch.Tensor:
        """The table in float32."""
        return self.table * self.scale

    def forward(self, windows: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """What a post's logits get besides, by task of shape ``(labels of the task,)``.

        Args:
            windows: the token ids of each window of the post, with start and end, each of shape ``(1, tokens)``.
        """
        rows = torch.cat([ngram_rows(tokens)[0] for tokens in windows])
        logits = self.table[rows].sum(dim=0) * self.scale / len(rows) ** 0.5 + self.offsets
        return by_task(logits)


def ngram_rows(tokens: torch.Tensor) -> torch.Tensor:
    """The rows of all tokens and of all pairs of neighbours, shape ``(posts, 2 · tokens - 1)``."""
    singles = tokens.long()
    return torch.cat([singles, (singles[:, :-1] * FACTOR + singles[:, 1:]) % BUCKETS], dim=1)


def fit_ngrams(windows: Iterable[Mapping[str, Any]], weight: float, seed: int) -> PostNgrams | None:
    """Learn the values, each task by logistic regression; a text that comes again counts once, as it comes last.

    Args:
        windows: as `features` gives them; those with labels of posts count, which a post of several windows has not.
        weight: of these logits beside those of the head.
        seed: decides the order of the posts.

    Returns:
        The values, times ``weight``; nothing where no post has a label.
    """
    labelled = {
        tuple(window["input_ids"]): window["post_labels"]
        for window in windows
        if any(label != MISSING for label in window["post_labels"])
    }
    if not labelled:
        return None
    rows = [ngram_rows(torch.tensor([tokens]))[0] for tokens in labelled]
    targets = torch.tensor(list(labelled.values()), dtype=torch.long)
    bag = nn.EmbeddingBag.from_pretrained(torch.zeros(BUCKETS, LABELS), freeze=False, mode="sum")
    offsets = nn.Parameter(torch.zeros(LABELS))
    weights = by_task(torch.ones(LABELS))
    steps = _EPOCHS * -(-len(rows) // _BATCH)
    optimizer = torch.optim.Adagrad([{"params": [bag.weight], "lr": _RATE}, {"params": [offsets], "lr": _OFFSET_RATE}])
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, steps)
    for places in _batches(len(rows), seed):
        counts = torch.tensor([len(rows[place]) for place in places])
        shares = counts.float().rsqrt().repeat_interleave(counts)
        begins = counts.cumsum(0) - counts
        logits = bag(torch.cat([rows[place] for place in places]), begins, per_sample_weights=shares) + offsets
        post_loss(by_task(logits), targets[places], weights).backward()
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
    return PostNgrams.rounded(weight * bag.weight.detach(), weight * offsets.detach())


def _batches(count: int, seed: int) -> Iterator[list[int]]:
    order = np.random.default_rng(seed)
    for _ in range(_EPOCHS):
        places = order.permutation(count).tolist()
        yield from (places[first : first + _BATCH] for first in range(0, count, _BATCH))


def mean_ngrams(folders: Sequence[str]) -> PostNgrams | None:
    """The mean of those that lie beside taggers; none where one of these has none.

    Raises:
        CheckpointError: a damaged file.
    """
    found = [load_ngrams(folder) for folder in folders]
    given = [ngrams for ngrams in found if ngrams is not None]
    if not given or len(given) < len(found):
        return None
    values = torch.stack([ngrams.values() for ngrams in given]).mean(dim=0)
    return PostNgrams.rounded(values, torch.stack([ngrams.offsets for ngrams in given]).mean(dim=0))


def save_ngrams(ngrams: PostNgrams, folder: Path) -> None:
    """Write the values beside a tagger's weights."""
    save_file(ngrams.state_dict(), folder / POST_NGRAMS, _KIND)


def load_ngrams(folder: str | Path) -> PostNgrams | None:
    """The values that lie beside a tagger's weights; none where there are none.

    Raises:
        CheckpointError: the file is damaged, or has values for other labels or other runs.
    """
    path = Path(folder) / POST_NGRAMS
    if not path.is_file():
        return None
    ngrams = PostNgrams()
    try:
        with safe_open(path, "pt") as stored:
            kind = stored.metadata()
        ngrams.load_state_dict(load_file(path))
    except (SafetensorError, RuntimeError, OSError) as error:
        raise CheckpointError(f"{path} holds no n-grams ({type(error).__name__}): train again") from None
    if kind != _KIND:
        raise CheckpointError(f"{path} holds n-grams of another kind than this version's: train again")
    return ngrams
