"""Silencing attention heads that a tagger can do without; `attention_heads` tells which a layer still has."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from gaihe.training.model.encoder import CheckpointError, layers_of
from torch.utils.hooks import RemovableHandle
from transformers import BertForTokenClassification
from transformers.models.bert.modeling_bert import BertLayer


@torch.no_grad()
def silence_heads(model: BertForTokenClassification, kept: int, windows: Sequence[Sequence[int]]) -> list[int]:
    """Silence the heads without which the label probabilities change least (ablation as in Michel et al. 2019).

    A silenced head's mean output goes into the bias, and its weights become zero. They stay so in training, because
    neither the head nor what would read it has a gradient, and the exported graph leaves the head out.

    Args:
        model: the tagger, changed in place.
        kept: heads that stay, over all layers; at least one a layer does.
        windows: token ids of some windows of text, with start and end, to measure on.

    Returns:
        How many heads of each layer stay.

    Raises:
        CheckpointError: more heads than the tagger has, or fewer than it has layers.
    """
    layers = layers_of(model.bert)
    heads = model.config.num_attention_heads
    if not len(layers) <= kept <= len(layers) * heads:
        raise CheckpointError(f"model.heads must lie between {len(layers)} and {len(layers) * heads}, not {kept}")
    inputs = [torch.tensor([window]) for window in windows]
    model.eval()
    means = _mean_outputs(model, layers, inputs)
    wanted = _log_probabilities(model, inputs)
    changes: dict[tuple[int, int], float] = {}
    for number, layer in enumerate(layers):
        for head in range(heads):
            dense = layer.attention.output.dense
            weight, bias = dense.weight.clone(), dense.bias.clone()
            _unread(layer, head, heads, means[number])
            found = _log_probabilities(model, inputs)
            changes[number, head] = sum(
                float((before.exp() * (before - after)).sum()) for before, after in zip(wanted, found, strict=True)
            )
            dense.weight.copy_(weight)
            dense.bias.copy_(bias)
    live = [heads] * len(layers)
    for number, head in sorted(changes, key=changes.__getitem__):
        if sum(live) > kept and live[number] > 1:
            live[number] -= 1
            _unread(layers[number], head, heads, means[number])
            silence(layers[number], _outputs(layers[number], head, heads))
    return live


def silence(layer: BertLayer, outputs: slice | torch.Tensor) -> None:
    """Make all weights of a layer zero that make or read some outputs of its heads.

    Args:
        layer: changed in place, under `torch.no_grad`.
        outputs: the outputs among those of all heads, a slice or a mask of shape ``(width,)``.
    """
    attention = layer.attention
    attention.output.dense.weight[:, outputs] = 0
    for projection in (attention.self.query, attention.self.key, attention.self.value):
        projection.weight[outputs] = 0
        projection.bias[outputs] = 0


def _outputs(layer: BertLayer, head: int, heads: int) -> slice:
    """A head's outputs among those of all heads of its layer."""
    size = layer.attention.output.dense.in_features // heads
    return slice(head * size, (head + 1) * size)


def _unread(layer: BertLayer, head: int, heads: int, mean: torch.Tensor) -> None:
    """Read a head's mean output instead of its output."""
    dense = layer.attention.output.dense
    outputs = _outputs(layer, head, heads)
    dense.bias.add_(dense.weight[:, outputs] @ mean[outputs])
    dense.weight[:, outputs] = 0


def _log_probabilities(model: BertForTokenClassification, inputs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    return [model(input_ids=ids).logits[0].log_softmax(dim=-1) for ids in inputs]


def _mean_outputs(
    model: BertForTokenClassification, layers: Sequence[BertLayer], inputs: Sequence[torch.Tensor]
) -> list[torch.Tensor]:
    """What each layer's heads put out, averaged over tokens; each of shape ``(width,)``."""
    sums = [torch.zeros(layer.attention.output.dense.in_features) for layer in layers]

    def adds(number: int) -> RemovableHandle:
        def hook(_: object, read: tuple[torch.Tensor, ...]) -> None:
            sums[number] += read[0].flatten(0, 1).sum(0)

        return layers[number].attention.output.dense.register_forward_pre_hook(hook)

    handles = [adds(number) for number in range(len(layers))]
    _log_probabilities(model, inputs)
    for handle in handles:
        handle.remove()
    tokens = sum(ids.numel() for ids in inputs)
    return [total / tokens for total in sums]
