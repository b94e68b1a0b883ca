"""The encoder to begin from: any BERT checkpoint, cut to code points."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import torch
from gaihe.serving.vocabulary import Vocabulary
from gaihe.training.tokenizer import vocabulary_of
from transformers import AutoConfig, AutoTokenizer, BertConfig, BertModel, PreTrainedModel

_Bert = TypeVar("_Bert", bound=PreTrainedModel)


class CheckpointError(ValueError):
    """A base checkpoint that cannot be used; the message says what to do."""


def _load(base: str, kind: type[PreTrainedModel], settings: dict[str, Any], **arguments: Any) -> Any:  # noqa: ANN401
    """A checkpoint's configuration, tokenizer and model.

    Raises:
        CheckpointError: no such checkpoint, no way to the hub, or not a BERT.
    """
    try:
        config = AutoConfig.from_pretrained(base)
        if not isinstance(config, BertConfig):
            raise CheckpointError(f"model.base={base} is a {config.model_type!r} model; a BERT checkpoint is needed")
        config.update(settings)
        tokenizer = AutoTokenizer.from_pretrained(base)
        model = kind.from_pretrained(base, config=config, dtype=torch.float32, **arguments)
    except (OSError, ValueError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(_advice(base, error)) from error
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


def _cut(model: BertModel, sources: list[int]) -> None:
    """Keep only the embedding rows of ``sources``, in that order."""
    rows = model.get_input_embeddings().weight.detach()[torch.tensor(sources)].clone()
    model.set_input_embeddings(torch.nn.Embedding.from_pretrained(rows, freeze=False, padding_idx=0))
    model.config.vocab_size = len(sources)
    model.config.pad_token_id = 0


def _advice(base: str, error: Exception) -> str:
    first_line = str(error).strip().splitlines()[0]
    if Path(base).is_dir():
        return f"model.base={base} is not a complete Hugging Face checkpoint: {first_line}"
    return (
        f"model.base={base} is neither a folder nor a checkpoint that the hub gave: {first_line} "
        "Give the path of a checkpoint (the repository holds one in models/base), or, for a name on the hub, "
        "connect to the network or download it beforehand with 'hf download'."
    )
