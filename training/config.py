"""The recipe as typed configuration, composed by Hydra from `gaihe.configs`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import EntityType
from gaihe.training.config_keys import fault, groups, keys_of
from gaihe.training.validation_sets import by_name
from hydra import compose, initialize_config_module
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

_Kind = TypeVar("_Kind")


class ConfigError(ValueError):
    """A configuration key or value that the recipe does not know."""


@dataclass
class DataConfig:
    """Synthetic posts: where they are kept, how many, how disguised; and further annotated posts to train on.

    ``written`` is how many times the written posts are trained on.
    """

    folder: str
    train: int
    validation: int
    test: int
    seed: int
    workers: int
    noise: float
    clean: float
    written: int
    sources: list[str]


@dataclass
class ModelConfig:
    """The encoder to begin from, taggers of its shape to average with it, and what else it is given."""

    base: str
    average: list[str]
    adapted: list[str]
    adapted_weight: float
    head_from_tags: bool
    dropout: float
    layers: list[int]
    intermediate: int
    heads: int


@dataclass
class TrainerConfig:
    """Fine-tuning."""

    epochs: float
    batch_size: int
    learning_rate: float
    head_factor: float
    layer_decay: float
    weight_decay: float
    warmup: float
    bf16: str
    quantization_aware: bool
    log_steps: int
    eval_steps: int
    save_steps: int
    checkpoints: int
    compile: bool


@dataclass
class PostLabelsConfig:
    """Labels of whole posts, learned together with the spans."""

    weight: float
    layers: list[int]
    width: int
    dropout: float
    ngrams: float


@dataclass
class DistillConfig:
    """A teacher's label probabilities to learn from."""

    teacher: str | None
    weight: float
    temperature: float
    posts: list[str]


@dataclass
class ExportConfig:
    """The ONNX file and the gates that it passes."""

    quantize: bool
    tolerance: float
    logit_tolerance: float
    calibrate: bool
    posts: list[str]


@dataclass
class Config:
    """One run of the pipeline."""

    data: DataConfig
    model: ModelConfig
    trainer: TrainerConfig
    post_labels: PostLabelsConfig
    distill: DistillConfig
    export: ExportConfig
    types: list[str]
    extra_types: list[str]
    output: str
    seed: int

    @property
    def labels(self) -> LabelSet:
        """The labels of the types, extra ones last."""
        return LabelSet(tuple(map(EntityType, (*self.types, *self.extra_types))))


@dataclass
class PretrainConfig:
    """Adapting the encoder on unlabelled posts."""

    corpus: list[str]
    exclude: list[str]
    base: str
    output: str
    seed: int
    workers: int
    held_out: int
    block: int
    batch_size: int
    epochs: float
    learning_rate: float
    weight_decay: float
    warmup: float
    masked: float
    masked_weight: float
    dropout: float
    bf16: str
    compile: bool
    log_steps: int
    save_steps: int
    checkpoints: int


@dataclass
class HeadConfig:
    """The labels of whole posts, learned on the frozen encoder of an exported model."""

    posts: list[str]
    written: bool
    validation: list[str]
    test: list[str]
    exported: str | None
    output: str
    seed: int
    layers: list[int]
    width: int
    dropout: float
    epochs: int
    patience: int
    learning_rate: float
    weight_decay: float
    ngrams: float


def load_head_config(overrides: Sequence[str] = ()) -> HeadConfig:
    """Compose the configuration of `gaihe.training.head.training`.

    Raises:
        ConfigError: an unknown key, a value of the wrong type or beyond its range, or no posts.
    """
    config = _composed("head", HeadConfig, overrides)
    if not config.posts and not config.written:
        raise ConfigError("posts names no file: give 'posts=[posts.jsonl]', or written=true")
    if not config.validation:
        raise ConfigError("validation names no file: give 'validation=[posts.jsonl]', posts that are not trained on")
    if not config.layers:
        raise ConfigError("layers names no layer of the encoder: give 'layers=[-1]' for the last")
    for name in ("width", "epochs", "patience"):
        if getattr(config, name) < 1:
            raise ConfigError(f"{name} must be at least 1, not {getattr(config, name)}")
    if not 0 <= config.dropout < 1:
        raise ConfigError(f"dropout must be at least 0 and below 1, not {config.dropout}")
    if config.ngrams < 0:
        raise ConfigError(f"ngrams must be at least 0, not {config.ngrams}")
    return config


def load_pretrain_config(overrides: Sequence[str] = ()) -> PretrainConfig:
    """Compose the configuration of `gaihe.training.pretrain.trainer`.

    Raises:
        ConfigError: an unknown key, a value of the wrong type, or no corpus.
    """
    config = _composed("pretrain", PretrainConfig, overrides)
    if not config.corpus:
        raise ConfigError("corpus names no file: give 'corpus=[posts.jsonl]'")
    if not 0 < config.masked < 1:
        raise ConfigError(f"masked must lie between 0 and 1, not {config.masked}")
    config.bf16 = _bf16("bf16", config.bf16)
    return config


def _composed(name: str, kind: type[_Kind], overrides: Sequence[str]) -> _Kind:
    keys, choices = list(keys_of(kind)), groups() if kind is Config else {}
    for override in overrides:
        if (reason := fault(override, keys, choices)) is not None:
            raise ConfigError(f"configuration: {reason}")
    try:
        with initialize_config_module("gaihe.configs", version_base="1.3"):
            composed = compose(name, overrides=list(overrides))
        merged = OmegaConf.merge(OmegaConf.structured(kind), composed)
        return cast(_Kind, OmegaConf.to_object(merged))
    except (HydraException, OmegaConfBaseException) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise ConfigError(f"configuration: {' '.join(lines[:3])}") from None


def _bf16(key: str, value: str) -> str:
    if value.lower() not in ("auto", "true", "false"):
        raise ConfigError(f"{key} must be auto, true or false, not {value!r}")
    return value.lower()


def load_config(overrides: Sequence[str] = ()) -> Config:
    """Compose the configuration.

    Args:
        overrides: Hydra overrides, ``trainer.epochs=2`` or ``experiment=tiny``.

    Raises:
        ConfigError: an unknown key or group, or a value of the wrong type.
    """
    config = _composed("config", Config, overrides)
    _check(config)
    return config


def _check(config: Config) -> None:
    _check_types(config)
    config.trainer.bf16 = _bf16("trainer.bf16", config.trainer.bf16)
    if len(config.model.adapted) not in (0, 2):
        raise ConfigError("model.adapted names two encoders, [BEFORE,AFTER], or none")
    distill = config.distill
    if not 0 <= distill.weight <= 1:
        raise ConfigError(f"distill.weight must lie between 0 and 1, not {distill.weight}")
    if distill.temperature <= 0:
        raise ConfigError(f"distill.temperature must be above 0, not {distill.temperature}")
    if distill.posts and distill.teacher is None:
        raise ConfigError("distill.posts are learned from a teacher: give distill.teacher=FOLDER/weights")
    _check_post_labels(config.post_labels)
    try:
        by_name(config.export.posts)
    except ValueError as error:
        raise ConfigError(f"export.posts: {error}") from None
    for name in ("train", "validation", "test"):
        if getattr(config.data, name) < 1:
            raise ConfigError(f"data.{name} must be at least 1, not {getattr(config.data, name)}")
    for name in ("noise", "clean"):
        if not 0 <= getattr(config.data, name) <= 1:
            raise ConfigError(f"data.{name} must lie between 0 and 1, not {getattr(config.data, name)}")
    _check_epochs(config)
    for name in ("batch_size", "log_steps", "eval_steps", "save_steps", "checkpoints"):
        if getattr(config.trainer, name) < 1:
            raise ConfigError(f"trainer.{name} must be at least 1, not {getattr(config.trainer, name)}")


def _check_post_labels(posts: PostLabelsConfig) -> None:
    if not 0 <= posts.weight < 1:
        raise ConfigError(f"post_labels.weight must be at least 0 and below 1, not {posts.weight}")
    if not 0 <= posts.dropout < 1:
        raise ConfigError(f"post_labels.dropout must be at least 0 and below 1, not {posts.dropout}")
    if posts.weight and not posts.layers:
        raise ConfigError(
            "post_labels.layers names no layer of the encoder: give 'post_labels.layers=[-1]' for the last"
        )
    if posts.ngrams < 0:
        raise ConfigError(f"post_labels.ngrams must be at least 0, not {posts.ngrams}")
    if posts.width < 1:
        raise ConfigError(f"post_labels.width must be at least 1, not {posts.width}")


def _check_types(config: Config) -> None:
    types = [*config.types, *config.extra_types]
    if not types:
        raise ConfigError("types names none: a model needs at least one entity type")
    for place, name in enumerate(types):
        if name not in EntityType:
            raise ConfigError(f"unknown entity type {name!r}; known: {', '.join(EntityType)}")
        if name in types[:place]:
            raise ConfigError(f"the entity type {name} is named twice in types and extra_types")


def _check_epochs(config: Config) -> None:
    if config.trainer.epochs < 0:
        raise ConfigError(f"trainer.epochs must be at least 0, not {config.trainer.epochs}")
    if not config.trainer.epochs:
        learns = config.post_labels.ngrams and config.data.written
        if config.distill.posts or (config.data.sources and not learns):
            raise ConfigError(
                "trainer.epochs=0 trains on nothing but n-grams: leave out distill.posts, "
                "and data.sources too where post_labels.ngrams or data.written is 0"
            )
        if not config.post_labels.ngrams:
            config.data.written = 0


def config_yaml(config: Config | HeadConfig | PretrainConfig) -> str:
    """The resolved configuration as YAML."""
    return OmegaConf.to_yaml(OmegaConf.structured(config))
