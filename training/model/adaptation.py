"""What an encoder gained since a tagger began from it, given to the tagger (task arithmetic, Ilharco et al. 2023)."""

from __future__ import annotations

from copy import deepcopy

import torch
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.training.config import ModelConfig
from gaihe.training.model.attention_heads import live_heads
from gaihe.training.model.attention_pruning import silence
from gaihe.training.model.encoder import CheckpointError, keep_neurons, layers_of, load_encoder
from transformers import BertForTokenClassification, BertModel
from transformers.models.bert.modeling_bert import BertLayer

NEAR = 0.5
"""Mean cosine similarity of its neurons from which on a layer is taken to stem from another; random ones reach 0.2."""


@torch.no_grad()
def add_adaptation(model: BertForTokenClassification, vocabulary: Vocabulary, config: ModelConfig) -> None:
    """Add to a tagger what adaptation changed in the encoder that it began from.

    The tagger may have fewer layers and neurons than the encoder: from which of them its own stem is told by their
    weights. Heads that are silenced stay silent.

    Args:
        model: the tagger, changed in place.
        vocabulary: its characters.
        config: ``adapted`` names the encoder before and after, ``adapted_weight`` is the share of the change; nothing
            is done where ``adapted`` is empty.

    Raises:
        CheckpointError: the two encoders or the tagger have other characters or another width, or a layer of the
            tagger stems from none of the encoder.
    """
    if not config.adapted:
        return
    (before, known), (after, later) = map(load_encoder, config.adapted)
    shapes = [{name: tensor.shape for name, tensor in encoder.state_dict().items()} for encoder in (before, after)]
    if shapes[0] != shapes[1] or not known.entries == later.entries == vocabulary.entries:
        raise CheckpointError(
            f"model.adapted: {' and '.join(config.adapted)} and the tagger must have the same characters, "
            "and the two encoders the same shape"
        )
    if model.config.hidden_size != before.config.hidden_size:
        raise CheckpointError(
            f"model.adapted: the tagger is {model.config.hidden_size} wide, the encoder {before.config.hidden_size}"
        )
    weight = config.adapted_weight
    _add(model.bert.embeddings, before.embeddings, after.embeddings, weight)
    for number, own in enumerate(layers_of(model.bert)):
        place, neurons = _origin(own, before)
        if place is None:
            raise CheckpointError(f"model.adapted: layer {number} of the tagger stems from none of {config.adapted[0]}")
        first, last = (_narrowed(layers_of(other)[place], neurons) for other in (before, after))
        silent = _silent_outputs(own, model.config.num_attention_heads)
        _add(own, first, last, weight)
        silence(own, silent)


def _add(target: torch.nn.Module, before: torch.nn.Module, after: torch.nn.Module, weight: float) -> None:
    first, last = dict(before.named_parameters()), dict(after.named_parameters())
    for name, parameter in target.named_parameters():
        parameter.add_(last[name] - first[name], alpha=weight)


def _origin(layer: BertLayer, encoder: BertModel) -> tuple[int | None, torch.Tensor]:
    """The encoder's layer whose neurons are nearest to those of a layer, if any is near, and which neuron each is."""
    own = torch.nn.functional.normalize(layer.intermediate.dense.weight)
    nearest: list[tuple[float, int, torch.Tensor]] = []
    for number, other in enumerate(layers_of(encoder)):
        found = (own @ torch.nn.functional.normalize(other.intermediate.dense.weight).T).max(dim=1)
        nearest.append((float(found.values.mean()), number, found.indices))
    likeness, number, neurons = max(nearest, key=lambda entry: entry[0])
    return (number if likeness >= NEAR else None), neurons


def _narrowed(layer: BertLayer, neurons: torch.Tensor) -> BertLayer:
    """A copy of the layer with some of its feed-forward neurons, in that order."""
    copy = deepcopy(layer)
    keep_neurons(copy, neurons)
    return copy


def _silent_outputs(layer: BertLayer, heads: int) -> torch.Tensor:
    """Which outputs of the heads are silenced, shape ``(width,)``."""
    dense = layer.attention.output.dense.weight
    silent = ~torch.from_numpy(live_heads(dense.numpy(), heads))
    return silent.repeat_interleave(dense.shape[1] // heads)
