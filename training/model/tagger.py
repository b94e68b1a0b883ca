"""The model that is fine-tuned: an encoder with a BIOES label layer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import torch
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import EntityType
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.serving.types import sheet_of
from gaihe.training.config import ModelConfig, TrainerConfig
from gaihe.training.model.encoder import CheckpointError, load_encoder, shrink
from gaihe.training.model.tokenizer import vocabulary_of
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import AutoConfig, AutoTokenizer, BertForTokenClassification

TAG_HEAD = "tag_head.safetensors"
TAGS = "tags.json"
POST_HEAD_FACTOR = 2.0
"""How many times as fast as the label layer a head that labels whole posts learns."""
_TAG_OF_TYPE = {
    EntityType.NAME: "PER",
    EntityType.ADDRESS: "LOC",
    EntityType.SCHOOL: "ORG",
    EntityType.WORKPLACE: "ORG",
    EntityType.BIRTH_DATE: "TIME",
}


def build_tagger(config: ModelConfig, labels: LabelSet) -> tuple[BertForTokenClassification, Vocabulary]:
    """An untrained tagger over the configured encoder.

    Raises:
        CheckpointError: the encoder cannot be loaded.
    """
    encoder, vocabulary = load_encoder(config.base)
    shrink(encoder, config.layers, config.intermediate)
    settings = encoder.config
    settings.num_labels = len(labels.names)
    settings.id2label = dict(enumerate(labels.names))
    settings.label2id = {name: number for number, name in enumerate(labels.names)}
    settings.hidden_dropout_prob, settings.attention_probs_dropout_prob = config.dropout, 0.0
    settings.architectures = ["BertForTokenClassification"]
    vars(settings).pop("custom_pipelines", None)
    model = BertForTokenClassification(settings)
    model.set_attn_implementation("eager")
    model.bert.load_state_dict(encoder.state_dict())
    head, tags = Path(config.base) / TAG_HEAD, Path(config.base) / TAGS
    if layer := _label_layer(config.base):
        _begin_from_labels(model.classifier, labels, *layer)
    elif config.head_from_tags and head.is_file():
        _begin_from_tags(model.classifier, labels, load_file(head), json.loads(tags.read_text(encoding="utf-8")))
    return model, vocabulary


@torch.no_grad()
def average_weights(model: BertForTokenClassification, vocabulary: Vocabulary, folders: Sequence[str]) -> None:
    """Give a tagger the mean of its parameters and of those of other taggers (a model soup, Wortsman et al. 2022).

    Args:
        model: the tagger, changed in place.
        vocabulary: its characters.
        folders: weights folders of the others.

    Raises:
        CheckpointError: another one has other characters, labels or another shape.
    """
    own = model.state_dict()
    others = []
    for folder in folders:
        other, known = load_weights(folder)
        weights = other.state_dict()
        if (
            known.entries != vocabulary.entries
            or labels_of(other) != labels_of(model)
            or {k: v.shape for k, v in weights.items()} != {k: v.shape for k, v in own.items()}
        ):
            raise CheckpointError(
                f"model.average: {folder} has other characters, labels or another shape than model.base"
            )
        others.append(weights)
    for name, tensor in own.items():
        if tensor.is_floating_point():
            tensor.copy_(torch.stack([tensor, *(weights[name] for weights in others)]).mean(dim=0))


def check_weights(folder: str | Path) -> None:
    """Refuse a folder without a fine-tuned tagger.

    Raises:
        CheckpointError: so it is.
    """
    if not (Path(folder) / "config.json").is_file():
        raise CheckpointError(f"no fine-tuned tagger in {folder}: train one first, gaihe train experiment=teacher")


def load_weights(folder: str | Path) -> tuple[BertForTokenClassification, Vocabulary]:
    """A fine-tuned tagger and its vocabulary, from the folder that training wrote.

    Raises:
        CheckpointError: there is no tagger.
    """
    check_weights(folder)
    model = BertForTokenClassification.from_pretrained(folder)
    vocabulary, _ = vocabulary_of(AutoTokenizer.from_pretrained(folder))
    return model, vocabulary


def labels_of(model: BertForTokenClassification) -> LabelSet:
    """The labels of a tagger.

    Raises:
        ValueError: they are not those of a label set.
    """
    return LabelSet.from_names(list((model.config.id2label or {}).values()), bio=True)


def _label_layer(base: str) -> tuple[LabelSet, dict[str, torch.Tensor]] | None:
    """The labels and the label layer of a checkpoint that is a tagger already; else nothing."""
    path = Path(base) / "model.safetensors"
    if not path.is_file():
        return None
    config = AutoConfig.from_pretrained(base)
    if config.architectures != ["BertForTokenClassification"]:
        return None
    try:
        labels = LabelSet.from_names(list(config.id2label.values()), bio=True)
    except ValueError:
        return None
    with safe_open(path, "pt") as weights:
        return labels, {name: weights.get_tensor(f"classifier.{name}") for name in ("weight", "bias")}


def _begin_from_labels(
    layer: torch.nn.Linear, labels: LabelSet, known: LabelSet, trained: dict[str, torch.Tensor]
) -> None:
    """Set label rows from those of a tagger that has perhaps other types.

    The rows of a type that it has not begin as the mean of its types that are written alike, or of all where none is:
    such a label is never the likeliest before it is trained.
    """
    parameters = layer.state_dict()
    alike = {kind: _alike(kind, known) for kind in labels.types}
    for name, tensor in trained.items():
        mine, rows = parameters[name], tensor.float()
        mine[0] = rows[0]
        for prefix, kind in product(range(4), labels.types):
            row, of_prefix = labels.begin(kind) + prefix * len(labels.types), 1 + prefix * len(known.types)
            mine[row] = rows[[of_prefix + place for place in alike[kind]]].mean(dim=0)


def _alike(kind: EntityType, known: LabelSet) -> list[int]:
    """The place of a type among those of a tagger; the places of those with a plan of its kind if it is not there."""
    if kind in known.types:
        return [known.types.index(kind)]
    plan = type(sheet_of(kind).plan)
    alike = [place for place, other in enumerate(known.types) if type(sheet_of(other).plan) is plan]
    return alike or list(range(len(known.types)))


def _begin_from_tags(layer: torch.nn.Linear, labels: LabelSet, head: dict[str, torch.Tensor], tags: list[str]) -> None:
    """Set label rows from a word-tagging head, whose label id is 2 × tag + (0 first character, 1 inside).

    ``O`` begins as the mean of the tags that name nothing, so that a name is preferred where the tagger saw one.
    """
    weight, bias = head["weight"].float(), head["bias"].float()
    named = set(_TAG_OF_TYPE.values()) | {"nw", "nz"}
    plain = [2 * i + inside for i, tag in enumerate(tags) if tag not in named for inside in (0, 1)]
    count = len(labels.types)
    with torch.no_grad():
        layer.weight[0], layer.bias[0] = weight[plain].mean(0), bias[plain].max()
        for kind, tag in ((kind, tag) for kind, tag in _TAG_OF_TYPE.items() if kind in labels.types):
            first = 2 * tags.index(tag)
            for prefix, source in enumerate((first, first + 1, first + 1, first)):
                row = labels.begin(kind) + prefix * count
                layer.weight[row], layer.bias[row] = weight[source], bias[source]


def parameter_groups(model: BertForTokenClassification, config: TrainerConfig) -> list[dict[str, object]]:
    """Optimiser groups: the label layer fast, the encoder slower the deeper, no decay on biases and norms."""
    depth = model.config.num_hidden_layers
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if name.startswith("classifier"):
            factor = config.head_factor
        elif name.startswith("post_head"):
            factor = POST_HEAD_FACTOR * config.head_factor
        elif ".layer." in name:
            factor = config.layer_decay ** (depth - 1 - int(name.split(".layer.")[1].split(".")[0]))
        else:
            factor = config.layer_decay**depth
        decay = config.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((config.learning_rate * factor, decay), []).append(parameter)
    return [{"params": group, "lr": rate, "weight_decay": decay} for (rate, decay), group in groups.items()]
