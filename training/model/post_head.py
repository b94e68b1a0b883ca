"""The head that labels whole posts: an encoder's hidden states, pooled by one learned query a task.

A character's hidden states, of one layer or of several side by side, go through a narrow layer to an attention logit
for every task and a value for every label. A label's logit is the mean of its values over all characters, start and end
tokens among them, weighted by the exponential of the task's attention logit: attention pooling (Yang et al. 2016,
doi:10.18653/v1/N16-1174) whose numerators and denominators are sums, so that those of several windows can be added.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from gaihe.serving.core.version import installed_version
from gaihe.serving.model.post_labels import TASKS, PostLabels
from gaihe.training.model.encoder import CheckpointError
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

POST_HEAD = "post_head.safetensors"
LIMIT = 30.0
"""Largest absolute attention logit; sums of its exponential stay well within a float32."""
LABELS = sum(map(len, TASKS.values()))


def by_task(values: torch.Tensor) -> list[torch.Tensor]:
    """The values of all labels, which the last dimension holds side by side, task by task."""
    return list(values.split([len(labels) for labels in TASKS.values()], dim=-1))


class PostHead(nn.Module):
    """Sums of attention and label values over the characters of a post.

    Args:
        hidden: width of the encoder.
        width: of the narrow layer.
        layers: the layers whose output it reads, 0 for the embeddings.
        dropout: share of the narrow layer's values that training leaves out.
    """

    temperatures: torch.Tensor

    def __init__(self, hidden: int, width: int, layers: Sequence[int], dropout: float = 0.0) -> None:
        super().__init__()
        self.layers = tuple(layers)
        self.narrow = nn.Linear(hidden * len(self.layers), width)
        self.dropout = nn.Dropout(dropout)
        self.attention = nn.Linear(width, len(TASKS), bias=False)
        self.values = nn.Linear(width, LABELS)
        self.register_buffer("temperatures", torch.ones(len(TASKS)))
        self.version = installed_version()
        nn.init.zeros_(self.attention.weight)

    def sums(self, hidden: torch.Tensor, counted: torch.Tensor) -> torch.Tensor:
        """The sums that the graph gives, shape ``(posts, tasks, labels + 1)``.

        Args:
            hidden: states of all windows of a post, one after another, shape ``(posts, tokens, layers · hidden)``.
            counted: which tokens are there, the others pad; shape ``(posts, tokens)``.
        """
        narrow = self.dropout(nn.functional.gelu(self.narrow(hidden)))
        weights = self.attention(narrow).clamp(-LIMIT, LIMIT).exp() * counted[..., None]
        values = nn.functional.pad(self.values(narrow), (0, 1), value=1.0)
        sums: torch.Tensor = weights.mT @ values
        return sums

    def forward(self, hidden: torch.Tensor, counted: torch.Tensor) -> list[torch.Tensor]:
        """The logits of every task, not scaled, each of shape ``(posts, labels of the task)``."""
        sums = self.sums(hidden, counted)
        means = sums[..., :-1] / sums[..., -1:]
        return [part[:, task] for task, part in enumerate(by_task(means))]

    def labels(self) -> PostLabels:
        """What a model file says of the head."""
        return PostLabels(dict(zip(TASKS, self.temperatures.tolist(), strict=True)), self.version)


def save_head(head: PostHead, folder: Path) -> None:
    """Write the head beside a tagger's weights."""
    record = {"tasks": json.dumps(TASKS), "layers": json.dumps(head.layers), "version": head.version}
    save_file({name: tensor.contiguous() for name, tensor in head.state_dict().items()}, folder / POST_HEAD, record)


def load_head(folder: str | Path) -> PostHead | None:
    """The head that lies beside a tagger's weights; none where there is none.

    Raises:
        CheckpointError: it is damaged, or labels something else.
    """
    path = Path(folder) / POST_HEAD
    if not path.is_file():
        return None
    try:
        with safe_open(path, "pt") as stored:
            record = stored.metadata() or {}
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118 (no mapping)
        if json.loads(record["tasks"]) != {task: list(labels) for task, labels in TASKS.items()}:
            raise CheckpointError(f"{path} has other post labels than this version: train the head again")
        width, hidden = tensors["narrow.weight"].shape
        layers = json.loads(record["layers"])
        head = PostHead(hidden // len(layers), width, layers)
        head.load_state_dict(tensors)
        head.version = record["version"]
    except (SafetensorError, KeyError, RuntimeError, TypeError, ValueError, OSError, ZeroDivisionError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(f"{path} is no post head ({type(error).__name__}): train it again") from None
    return head.eval()
