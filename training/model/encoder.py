"""The encoder to begin from: any BERT checkpoint, cut to code points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.training.model.tokenizer import vocabulary_of
from transformers import AutoConfig, AutoTokenizer, BertConfig, BertModel, PreTrainedModel
from transformers.models.bert.modeling_bert import BertLayer

_Bert = TypeVar("_Bert", bound=PreTrainedModel)
_ON_HUB = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?", re.ASCII)
_OUR_FOLDERS = ("models", "outputs")
"""Folders that the configurations name, relative to a clone; on the hub, such a name would be anybody's."""


class CheckpointError(ValueError):
    """A base checkpoint that cannot be used; the message says what to do."""


def checkpoint_config(base: str, key: str = "model.base") -> BertConfig:
    """The configuration of a checkpoint; the hub is asked for names of its own alone, never for a folder of ours.

    Args:
        base: a folder in the Hugging Face layout, or a name on the hub.
        key: where it is named.

    Raises:
        CheckpointError: no such checkpoint, no way to the hub, or not a BERT.
    """
    if not Path(base).is_dir() and (not _ON_HUB.fullmatch(base) or base.partition("/")[0] in _OUR_FOLDERS):
        raise CheckpointError(
            f"{key}={base} is no folder here, nor a name on the hub: give the path of a checkpoint "
            "(a clone of the repository holds models/base and models/default), or give the command in a clone"
        )
    try:
        config = AutoConfig.from_pretrained(base, local_files_only=Path(base).is_dir())
    except (OSError, ValueError) as error:
        raise CheckpointError(_advice(base, key, error)) from error
    if not isinstance(config, BertConfig):
        raise CheckpointError(f"{key}={base} is a {config.model_type!r} model; a BERT checkpoint is needed")
    return config


def _load(base: str, kind: type[PreTrainedModel], settings: dict[str, Any], **arguments: Any) -> Any:  # noqa: ANN401
    """A checkpoint's configuration, tokenizer and model; raises as `checkpoint_config`."""
    config = checkpoint_config(base)
    config.update(settings)
    local = Path(base).is_dir()
    try:
        tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=local)
        model = kind.from_pretrained(base, config=config, dtype=torch.float32, local_files_only=local, **arguments)
    except (OSError, ValueError) as error:
        raise CheckpointError(_advice(base, "model.base", error)) from error
    return config, tokenizer, model


def load_encoder(base: str) -> tuple[BertModel, Vocabulary]:
    """Load a BERT checkpoint and cut its embedding table to special tokens and single code points.

    A character-level checkpoint comes back as it is; a WordPiece one loses its word pieces.

    Args:
        base: a folder in the Hugging Face layout, or a name on the hub.

    Raises:
        CheckpointError: no such checkpoint, no way to the hub, or not a BERT.
    """
    config, tokenizer, model = _load(base, BertModel, {}, add_pooling_layer=False)
    vocabulary, sources = vocabulary_of(tokenizer)
    if sources != list(range(config.vocab_size)):
        _cut(model, sources)
    return model, vocabulary


def load_characters(base: str, kind: type[_Bert], settings: dict[str, Any]) -> tuple[_Bert, Vocabulary]:
    """Load a character-level checkpoint as a BERT of some kind.

    Args:
        base: a folder in the Hugging Face layout, or a name on the hub.
        kind: what to load it as.
        settings: entries of its configuration that differ.

    Raises:
        CheckpointError: no such checkpoint, not a BERT, or its entries are not single code points.
    """
    config, tokenizer, model = _load(base, kind, settings)
    vocabulary, sources = vocabulary_of(tokenizer)
    if sources != list(range(config.vocab_size)):
        raise CheckpointError(f"base={base} has word pieces; only a character-level checkpoint can be adapted")
    return model, vocabulary


def shrink(encoder: BertModel, layers: Sequence[int], intermediate: int) -> None:
    """Keep some of an encoder's layers, and of their feed-forward neurons those with the largest weights.

    Args:
        encoder: the encoder, changed in place.
        layers: which layers stay, in this order; all where empty.
        intermediate: neurons that stay; all where 0.

    Raises:
        CheckpointError: a layer that the encoder does not have, or more neurons than it has.
    """
    config = encoder.config
    depth, width = config.num_hidden_layers, config.intermediate_size
    if wrong := [layer for layer in layers if not 0 <= layer < depth]:
        raise CheckpointError(f"model.layers names {wrong}; the checkpoint has the layers 0 to {depth - 1}")
    if not 0 <= intermediate <= width:
        raise CheckpointError(f"model.intermediate must lie between 0 and {width}, not {intermediate}")
    if layers:
        encoder.encoder.layer = torch.nn.ModuleList([encoder.encoder.layer[layer] for layer in layers])
        config.num_hidden_layers = len(layers)
    if intermediate:
        for layer in layers_of(encoder):
            _narrow(layer, intermediate)
        config.intermediate_size = intermediate


def layers_of(encoder: BertModel) -> list[BertLayer]:
    """The layers of an encoder, from the lowest."""
    return [cast(BertLayer, layer) for layer in encoder.encoder.layer]


@torch.no_grad()
def _narrow(layer: BertLayer, neurons: int) -> None:
    strength = layer.intermediate.dense.weight.norm(dim=1) * layer.output.dense.weight.norm(dim=0)
    keep_neurons(layer, strength.topk(neurons).indices.sort().values)


@torch.no_grad()
def keep_neurons(layer: BertLayer, kept: torch.Tensor) -> None:
    """Leave a layer some of its feed-forward neurons.

    Args:
        layer: the layer, changed in place.
        kept: the numbers of those that stay, in their new order, shape ``(neurons,)``.
    """
    rising, falling = layer.intermediate.dense, layer.output.dense
    rising.weight = torch.nn.Parameter(rising.weight[kept].clone())
    rising.bias = torch.nn.Parameter(rising.bias[kept].clone())
    falling.weight = torch.nn.Parameter(falling.weight[:, kept].clone())
    rising.out_features = falling.in_features = len(kept)


def _cut(model: BertModel, sources: list[int]) -> None:
    """Keep only the embedding rows of ``sources``, in that order."""
    rows = model.get_input_embeddings().weight.detach()[torch.tensor(sources)].clone()
    model.set_input_embeddings(torch.nn.Embedding.from_pretrained(rows, freeze=False, padding_idx=0))
    model.config.vocab_size = len(sources)
    model.config.pad_token_id = 0


def _advice(base: str, key: str, error: Exception) -> str:
    first_line = str(error).strip().splitlines()[0]
    if Path(base).is_dir():
        return f"{key}={base} is not a complete Hugging Face checkpoint: {first_line}"
    return (
        f"{key}={base} is neither a folder nor a checkpoint that the hub gave: {first_line} "
        "Give the path of a checkpoint (the repository holds one in models/base), or, for a name on the hub, "
        "connect to the network or download it beforehand with 'hf download'."
    )
