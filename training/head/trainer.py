"""Train the post head on the kept hidden states of a frozen encoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from gaihe.serving.model.post_labels import TASKS
from gaihe.training.config import HeadConfig
from gaihe.training.model.post_head import PostHead
from gaihe.training.model.post_targets import class_weights, post_loss
from numpy.typing import NDArray
from torch.optim.swa_utils import AveragedModel

BATCH_POSTS = 64
BATCH_TOKENS = 8192
"""Tokens of a padded batch at most; a longer post is alone."""


@dataclass(frozen=True)
class LabelledPosts:
    """Posts as the head sees them.

    Attributes:
        states: by post, the hidden states of its windows, one after another, shape ``(tokens, layers · hidden)``.
        targets: label ids or `MISSING`, shape ``(posts, tasks)``.
    """

    states: Sequence[NDArray[np.float16]]
    targets: torch.Tensor


def fit_head(train: LabelledPosts, validation: LabelledPosts, config: HeadConfig) -> tuple[PostHead, list[float]]:
    """Train a head, and keep that of the epoch with the least validation loss.

    An epoch's head has the mean of the weights after each of its steps (Izmailov et al. 2018, arXiv:1803.05407): single
    steps scatter, and so do the labels of heads that end on one.

    Args:
        train: posts to learn from.
        validation: posts that decide when to stop.
        config: width, epochs and rates.

    Returns:
        The head, whose temperatures are 1, and the validation loss after each epoch.
    """
    torch.manual_seed(config.seed)
    head = PostHead(train.states[0].shape[1] // len(config.layers), config.width, config.layers, config.dropout)
    optimizer = torch.optim.AdamW(head.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 - epoch / config.epochs)
    weights = class_weights(train.targets)
    order = np.random.default_rng(config.seed)
    best, losses = head, list[float]()
    for _ in range(config.epochs):
        head.train()
        mean = AveragedModel(head)
        averaged = cast(PostHead, mean.module)
        for hidden, counted, targets, _ in _batches(train, order):
            optimizer.zero_grad()
            post_loss(head(hidden, counted), targets, weights).backward()
            optimizer.step()
            mean.update_parameters(head)
        schedule.step()
        loss = float(post_loss(logits_of(averaged, validation), validation.targets, weights))
        if loss < min(losses, default=np.inf):
            best = averaged
        losses.append(loss)
        if len(losses) - 1 - int(np.argmin(losses)) >= config.patience:
            break
    return best.eval(), losses


@torch.no_grad()
def logits_of(head: PostHead, posts: LabelledPosts) -> list[torch.Tensor]:
    """The head's logits of posts, by task of shape ``(posts, labels)``, in the order of the posts."""
    head.eval()
    found = [torch.empty(len(posts.states), len(labels)) for labels in TASKS.values()]
    for hidden, counted, _, rows in _batches(posts):
        for whole, part in zip(found, head(hidden, counted), strict=True):
            whole[rows] = part
    return found


def _batches(
    posts: LabelledPosts, order: np.random.Generator | None = None
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Batches of posts of like length: hidden states, which tokens count, targets, positions; shuffled by ``order``."""
    lengths = np.array([len(states) for states in posts.states])
    jitter = 0 if order is None else order.uniform(0, 8, len(lengths))
    rows = np.argsort(lengths + jitter, kind="stable")
    groups: list[list[int]] = []
    longest = 0
    for row in rows.tolist():
        longest = max(longest, lengths[row])
        if not groups or longest * (len(groups[-1]) + 1) > BATCH_TOKENS or len(groups[-1]) == BATCH_POSTS:
            groups.append([])
            longest = lengths[row]
        groups[-1].append(row)
    for number in range(len(groups)) if order is None else order.permutation(len(groups)):
        group = groups[number]
        hidden = torch.nn.utils.rnn.pad_sequence([torch.from_numpy(posts.states[row]) for row in group], True)
        counted = torch.arange(hidden.shape[1]) < torch.from_numpy(lengths[group])[:, None]
        yield hidden.float(), counted, posts.targets[group], torch.tensor(group)
