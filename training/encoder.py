"""The encoder to begin from: any BERT checkpoint, cut to code points."""

from __future__ import annotations

from pathlib import Path

import torch
from gaihe.serving.vocabulary import Vocabulary
from gaihe.training.tokenizer import vocabulary_of
from transformers import AutoConfig, AutoModel, AutoTokenizer, BertConfig, BertModel


class CheckpointError(ValueError):
    """A base checkpoint that cannot be used; the message says what to do."""


def load_encoder(base: str) -> tuple[BertModel, Vocabulary]:
    """Load a BERT checkpoint and cut its embedding table to special tokens and single code points.

    A character-level checkpoint comes back as it is; a WordPiece one loses its word pieces.

    Args:
        base: a folder in the Hugging Face layout, or a name on the hub.

    Raises:
        CheckpointError: no such checkpoint, no way to the hub, or not a BERT.
    """
    try:
        config = AutoConfig.from_pretrained(base)
        if not isinstance(config, BertConfig):
            raise CheckpointError(f"model.base={base} is a {config.model_type!r} model; a BERT checkpoint is needed")
        tokenizer = AutoTokenizer.from_pretrained(base)
        model = AutoModel.from_pretrained(base, dtype=torch.float32, add_pooling_layer=False)
    except (OSError, ValueError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(_advice(base, error)) from error
    vocabulary, sources = vocabulary_of(tokenizer)
    if sources != list(range(config.vocab_size)):
        _cut(model, sources)
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
