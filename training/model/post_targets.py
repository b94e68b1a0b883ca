"""What is learned about whole posts: label ids by task, weights of rare labels, the loss, and the temperature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from gaihe.serving.core.schema import Post
from gaihe.serving.model.post_labels import TASKS

MISSING = -100
"""Label id of a task that a post is not annotated for."""


def label_ids(post: Post) -> list[int]:
    """The label ids of a post by task, `MISSING` where they are not given."""
    given = (post.intent, post.stance)
    return [
        MISSING if label is None else labels.index(label) for labels, label in zip(TASKS.values(), given, strict=True)
    ]


def targets_of(posts: Sequence[Post]) -> torch.Tensor:
    """The label ids of posts, `MISSING` where they are not given; shape ``(posts, tasks)``."""
    return torch.tensor(list(map(label_ids, posts)), dtype=torch.long).reshape(len(posts), len(TASKS))


def class_weights(targets: torch.Tensor) -> list[torch.Tensor]:
    """By task, weights that grow with the root of a label's rarity, 1 on average over posts; 0 for absent labels."""
    weights = []
    for column, labels in zip(targets.T, TASKS.values(), strict=True):
        counts = torch.bincount(column[column != MISSING], minlength=len(labels)).float()
        rarity = torch.where(counts > 0, counts.clamp(min=1).rsqrt(), 0.0)
        weights.append(rarity * counts.sum() / (rarity * counts).sum().clamp(min=1e-9))
    return weights


def temperature(logits: torch.Tensor, targets: torch.Tensor) -> float:
    """What logits are divided by so that the labels are likeliest (Guo et al. 2017, arXiv:1706.04599); 1 for no post.

    Args:
        logits: shape ``(posts, labels)``.
        targets: label ids or `MISSING`, shape ``(posts,)``.
    """
    known = targets != MISSING
    if not known.any():
        return 1.0
    grid = torch.logspace(-1.0, 1.0, 201)
    losses = [float(torch.nn.functional.cross_entropy(logits[known] / value, targets[known])) for value in grid]
    return float(grid[int(np.argmin(losses))])


def post_loss(
    logits: Sequence[torch.Tensor],
    targets: torch.Tensor,
    weights: Sequence[torch.Tensor],
    counts: torch.Tensor | None = None,
) -> torch.Tensor:
    """Weighted cross-entropy, the mean over the posts of each task, added over the tasks.

    Args:
        logits: by task, shape ``(posts, labels)``.
        targets: label ids or `MISSING`, shape ``(posts, tasks)``.
        weights: by task, as `class_weights` gives them.
        counts: how many posts each task's mean is over, at least 1; those with a label if not given.
    """
    if counts is None:
        counts = (targets != MISSING).sum(dim=0).clamp(min=1)
    losses = [
        torch.nn.functional.cross_entropy(found, targets[:, task], weight, reduction="sum")
        for task, (found, weight) in enumerate(zip(logits, weights, strict=True))
    ]
    return (torch.stack(losses) / counts).sum()
