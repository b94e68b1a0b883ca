"""The head that labels whole posts, before and after it is trained together with the tagger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from gaihe.training.config import PostLabelsConfig, default_post_labels
from gaihe.training.model.encoder import CheckpointError
from gaihe.training.model.features import Collator
from gaihe.training.model.post_head import PostHead, load_head
from gaihe.training.model.post_ngrams import PostNgrams
from gaihe.training.model.post_targets import MISSING, temperature
from transformers import BertConfig, BertForTokenClassification

_BATCH = 32
"""Windows that are read together."""


def begun_head(config: PostLabelsConfig, folders: Sequence[str], encoder: BertConfig) -> PostHead | None:
    """The head to begin with: the mean of those that lie beside the taggers, or a new one; none where none is learned.

    Args:
        config: ``weight`` is 0 where none is learned, unless the taggers have one already.
        folders: of the tagger that is begun with, and of those that are averaged with it; none where it lost layers.
        encoder: of the tagger that is begun with.

    Raises:
        CheckpointError: a damaged head, heads of unlike shape, a layer that the encoder does not have, or layers or a
            width that are neither the defaults nor those of the taggers' heads.
    """
    heads = [head for head in map(load_head, folders) if head is not None]
    if not heads:
        if not config.weight:
            return None
        return PostHead(encoder.hidden_size, config.width, _layers(config.layers, encoder), config.dropout)
    if len(heads) < len(folders):
        raise CheckpointError(f"of {', '.join(folders)} some have a head for the labels of posts and some have none")
    mean = heads[0]
    mean.dropout.p = config.dropout
    states = [head.state_dict() for head in heads]
    if any(head.layers != mean.layers for head in heads) or any(
        {name: value.shape for name, value in state.items()} != {name: value.shape for name, value in states[0].items()}
        for state in states
    ):
        raise CheckpointError(f"the heads for the labels of posts of {', '.join(folders)} have unlike shapes")
    _check_shape(config, mean, folders[0], encoder)
    mean.load_state_dict({name: torch.stack([state[name] for state in states]).mean(dim=0) for name in states[0]})
    return mean


def _check_shape(config: PostLabelsConfig, head: PostHead, folder: str, encoder: BertConfig) -> None:
    """Refuse a shape that was asked for and that a head which is there does not have."""
    defaults, outputs = default_post_labels(), encoder.num_hidden_layers + 1
    layers, width = sorted({layer % outputs for layer in head.layers}), head.narrow.out_features
    unlike = []
    if config.layers != defaults.layers and _layers(config.layers, encoder) != layers:
        unlike.append(f"post_labels.layers={list(config.layers)}")
    if config.width not in (defaults.width, width):
        unlike.append(f"post_labels.width={config.width}")
    if unlike:
        raise CheckpointError(
            f"{' and '.join(unlike)}: the head for the labels of posts of {folder} has layers {layers} and width "
            f"{width}, and training goes on with it: leave out what differs"
        )


def _layers(layers: Sequence[int], encoder: BertConfig) -> list[int]:
    """The layers, each once and counted from the embeddings."""
    outputs = encoder.num_hidden_layers + 1
    if beyond := [layer for layer in layers if not -outputs <= layer < outputs]:
        raise CheckpointError(
            f"post_labels.layers={list(layers)}: the encoder has {outputs - 1} layers, none is {beyond[0]}"
        )
    return sorted({layer % outputs for layer in layers})


@torch.no_grad()
def calibrate_head(
    model: BertForTokenClassification,
    head: PostHead,
    windows: Iterable[dict[str, Any]],
    ngrams: PostNgrams | None = None,
) -> None:
    """Set the temperatures of a head by posts that it was not trained on.

    Args:
        model: the tagger whose states it reads.
        head: changed in place.
        windows: as `features` gives them; those with labels of posts count.
        ngrams: what is added to its logits.
    """
    model.eval()
    head.eval()
    counted = [window for window in windows if any(label != MISSING for label in window["post_labels"])]
    counted.sort(key=lambda window: len(window["input_ids"]))
    collate = Collator(model.config.pad_token_id or 0, model.classifier.out_features)
    logits: list[list[torch.Tensor]] = []
    for begin in range(0, len(counted), _BATCH):
        rows = counted[begin : begin + _BATCH]
        batch = {name: tensor.to(model.device) for name, tensor in collate(rows).items()}
        mask = batch["attention_mask"]
        hidden = model.bert(input_ids=batch["input_ids"], attention_mask=mask, output_hidden_states=True).hidden_states
        read = torch.cat([hidden[layer] for layer in head.layers], dim=-1).float()
        found = [task.cpu() for task in head(read, mask.bool())]
        for place, window in enumerate(rows):
            besides = [0.0] * len(found) if ngrams is None else ngrams([torch.tensor([window["input_ids"]])])
            logits.append([own[place] + more for own, more in zip(found, besides, strict=True)])
    targets = torch.tensor([window["post_labels"] for window in counted], dtype=torch.long)
    for task in range(len(head.temperatures) if counted else 0):
        head.temperatures[task] = temperature(torch.stack([row[task] for row in logits]), targets[:, task])
