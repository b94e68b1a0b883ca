"""The recipe as typed configuration, composed by Hydra from `gaihe.configs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from math import inf
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

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
    """A configuration that cannot be carried out.

    It has an unknown key or a value beyond its range, or names a folder or files of another run.
    """


class _Bounds(NamedTuple):
    """What a number may be, in words: at least the lowest, or above it, and below the highest, or at most that."""

    words: str
    lowest: float
    highest: float = inf
    with_lowest: bool = True
    with_highest: bool = False

    def hold(self, value: float) -> bool:
        """Whether a value lies within; what is not a number does not, nor what is infinite."""
        above = value > self.lowest or (self.with_lowest and value == self.lowest)
        return above and (value < self.highest or (self.with_highest and value == self.highest))


_COUNT = _Bounds("be at least 1", 1)
_NOT_NEGATIVE = _Bounds("be at least 0", 0)
_FINITE = _Bounds("be at least 0 and finite", 0)
_POSITIVE = _Bounds("be above 0 and finite", 0, with_lowest=False)
_BELOW_ONE = _Bounds("be at least 0 and below 1", 0, 1)
_SHARE = _Bounds("lie between 0 and 1", 0, 1, with_highest=True)
_WITHIN = _Bounds("lie between 0 and 1", 0, 1, with_lowest=False)
_BOUNDS: Mapping[str, _Bounds] = {
    "seed": _NOT_NEGATIVE,
    **dict.fromkeys(("data.train", "data.validation", "data.test"), _COUNT),
    **dict.fromkeys(("data.seed", "data.workers", "data.written"), _NOT_NEGATIVE),
    **dict.fromkeys(("data.noise", "data.clean"), _SHARE),
    "model.dropout": _BELOW_ONE,
    **dict.fromkeys(("trainer.epochs", "trainer.weight_decay"), _FINITE),
    **dict.fromkeys(("trainer.learning_rate", "trainer.head_factor", "trainer.layer_decay"), _POSITIVE),
    "trainer.warmup": _BELOW_ONE,
    **dict.fromkeys(
        [f"trainer.{name}" for name in ("batch_size", "log_steps", "eval_steps", "save_steps", "checkpoints")], _COUNT
    ),
    **dict.fromkeys(("post_labels.weight", "post_labels.dropout"), _BELOW_ONE),
    "post_labels.width": _COUNT,
    "post_labels.ngrams": _FINITE,
    "distill.weight": _SHARE,
    "distill.temperature": _POSITIVE,
    **dict.fromkeys(("export.tolerance", "export.logit_tolerance"), _FINITE),
}
_HEAD_BOUNDS: Mapping[str, _Bounds] = {
    "dropout": _BELOW_ONE,
    "learning_rate": _POSITIVE,
    **dict.fromkeys(("width", "epochs", "patience"), _COUNT),
    "seed": _NOT_NEGATIVE,
    **dict.fromkeys(("weight_decay", "ngrams"), _FINITE),
}
_PRETRAIN_BOUNDS: Mapping[str, _Bounds] = {
    "masked": _WITHIN,
    "learning_rate": _POSITIVE,
    **dict.fromkeys(("dropout", "warmup"), _BELOW_ONE),
    **dict.fromkeys(("held_out", "block", "batch_size", "log_steps", "save_steps", "checkpoints"), _COUNT),
    **dict.fromkeys(("seed", "workers"), _NOT_NEGATIVE),
    **dict.fromkeys(("epochs", "weight_decay", "masked_weight"), _FINITE),
}


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
        ConfigError: an unknown key, a value of the wrong type or beyond its range, or no posts, no validation posts or
            no layers.
    """
    config = _composed("head", HeadConfig, overrides)
    if not config.posts and not config.written:
        raise ConfigError("posts names no file: give 'posts=[posts.jsonl]', or written=true")
    if not config.validation:
        raise ConfigError("validation names no file: give 'validation=[posts.jsonl]', posts that are not trained on")
    if not config.layers:
        raise ConfigError("layers names no layer of the encoder: give 'layers=[-1]' for the last")
    _check_bounds(config, _HEAD_BOUNDS)
    return config


def load_pretrain_config(overrides: Sequence[str] = ()) -> PretrainConfig:
    """Compose the configuration of `gaihe.training.pretrain.trainer`.

    Raises:
        ConfigError: an unknown key, a value of the wrong type or beyond its range, or no corpus.
    """
    config = _composed("pretrain", PretrainConfig, overrides)
    if not config.corpus:
        raise ConfigError("corpus names no file: give 'corpus=[posts.jsonl]'")
    _check_bounds(config, _PRETRAIN_BOUNDS)
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
        ConfigError: an unknown key or group, a value of the wrong type or beyond its range, or values that do not go
            together.
    """
    config = _composed("config", Config, overrides)
    _check(config)
    return config


def _check_bounds(config: Config | HeadConfig | PretrainConfig, bounds: Mapping[str, _Bounds]) -> None:
    for key, bound in bounds.items():
        if not bound.hold(value := attrgetter(key)(config)):
            raise ConfigError(f"{key} must {bound.words}, not {value}")


def _check(config: Config) -> None:
    _check_types(config)
    _check_bounds(config, _BOUNDS)
    config.trainer.bf16 = _bf16("trainer.bf16", config.trainer.bf16)
    if len(config.model.adapted) not in (0, 2):
        raise ConfigError("model.adapted names two encoders, [BEFORE,AFTER], or none")
    distill = config.distill
    if distill.posts and distill.teacher is None:
        raise ConfigError("distill.posts are learned from a teacher: give distill.teacher=FOLDER/weights")
    if config.post_labels.weight and not config.post_labels.layers:
        raise ConfigError(
            "post_labels.layers names no layer of the encoder: give 'post_labels.layers=[-1]' for the last"
        )
    _check_validation_posts(config)
    _check_epochs(config)


def _check_validation_posts(config: Config) -> None:
    try:
        by_name(config.export.posts)
    except ValueError as error:
        raise ConfigError(f"export.posts: {error}") from None
    learned = {Path(source).resolve() for source in config.data.sources}
    for file in config.export.posts:
        if Path(file).resolve() in learned:
            raise ConfigError(
                f"export.posts and data.sources both name {file}: operating points must be found on posts that are "
                "not trained on"
            )


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
    if not config.trainer.epochs:
        if config.model.heads:
            raise ConfigError(
                f"model.heads={config.model.heads}: trainer.epochs=0 chooses no attention heads, leave model.heads out"
            )
        learns = config.post_labels.ngrams and config.data.written
        if config.distill.posts or (config.data.sources and not learns):
            raise ConfigError(
                "trainer.epochs=0 trains on nothing but n-grams: leave out distill.posts, "
                "and data.sources too where post_labels.ngrams or data.written is 0"
            )
        if not config.post_labels.ngrams:
            config.data.written = 0


def default_post_labels() -> PostLabelsConfig:
    """The labels of whole posts as the recipe learns them where nothing is said."""
    text = (resources.files("gaihe.configs") / "post_labels" / "joint.yaml").read_text(encoding="utf-8")
    merged = OmegaConf.merge(OmegaConf.structured(PostLabelsConfig), OmegaConf.create(text))
    return cast(PostLabelsConfig, OmegaConf.to_object(merged))


def config_yaml(config: Config | HeadConfig | PretrainConfig) -> str:
    """The resolved configuration as YAML."""
    return OmegaConf.to_yaml(OmegaConf.structured(config))
