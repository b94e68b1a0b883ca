"""Configurations composed by Hydra, checked, and brought into the form in which a run records them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from gaihe.serving.core.schema import EntityType
from gaihe.training.config.bounds import check_bounds
from gaihe.training.config.schema import Config, ConfigError, HeadConfig, PostLabelsConfig, PretrainConfig
from gaihe.training.config_keys import fault, groups, keys_of
from gaihe.training.validation_sets import by_name
from hydra import compose, initialize_config_module
from hydra.errors import HydraException, OverrideParseException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException, ValidationError

_Kind = TypeVar("_Kind")
_KINDS: Mapping[type[object], str] = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}
_BF16 = ("auto", "true", "false")


def load_config(overrides: Sequence[str] = ()) -> Config:
    """Compose the configuration of `gaihe.training.pipeline`.

    Args:
        overrides: Hydra overrides, ``trainer.epochs=2`` or ``experiment=tiny``.

    Raises:
        ConfigError: an unknown key or group, a value of the wrong type or beyond its range, or values that do not go
            together.
    """
    config = _composed("config", Config, overrides)
    _check(config)
    return _normalised(config)


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
    check_bounds(config)
    return config


def load_pretrain_config(overrides: Sequence[str] = ()) -> PretrainConfig:
    """Compose the configuration of `gaihe.training.pretrain.trainer`.

    Raises:
        ConfigError: an unknown key, a value of the wrong type or beyond its range, or no corpus.
    """
    config = _composed("pretrain", PretrainConfig, overrides)
    if not config.corpus:
        raise ConfigError("corpus names no file: give 'corpus=[posts.jsonl]'")
    check_bounds(config)
    _check_bf16("bf16", config.bf16)
    return replace(config, bf16=config.bf16.lower())


def default_post_labels() -> PostLabelsConfig:
    """The labels of whole posts as the recipe learns them where nothing is said."""
    text = (resources.files("gaihe.configs") / "post_labels" / "joint.yaml").read_text(encoding="utf-8")
    merged = OmegaConf.merge(OmegaConf.structured(PostLabelsConfig), OmegaConf.create(text))
    return cast(PostLabelsConfig, OmegaConf.to_object(merged))


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
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        if isinstance(error, OverrideParseException) and not error.override.isascii():
            raise ConfigError(
                f"configuration: {error.override!r} cannot be read: put names that are not plain ASCII in quotation "
                "marks, as in \"output='输出/甲'\" or \"data.sources=['数据.jsonl']\""
            ) from None
        if isinstance(error, ValidationError) and error.full_key:
            raise ConfigError(f"configuration: {_wrong_value(kind, error.full_key, error.value)}") from None
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise ConfigError(f"configuration: {' '.join(lines[:3])}") from None


def _wrong_value(kind: type[object], place: str, value: object) -> str:
    """What a value should have been.

    Args:
        kind: the configuration's class.
        place: the key, of a value in a list with its place there: ``model.layers[0]``.
        value: the value.
    """
    key, _, within = place.partition("[")
    expected: Any = kind
    for part in key.split("."):
        expected = get_type_hints(expected)[part]
    shown = "null" if str(value) == "None" else str(value)
    if get_origin(expected) is list and not within:
        return f"{key} is a list: give '{key}=[{'' if shown == 'null' else shown}]'"
    return f"{place} must be {_KINDS[next(iter(get_args(expected)), expected)]}, not {shown}"


def _normalised(config: Config) -> Config:
    """The configuration with ``bf16`` in one writing, and 0 for written posts or a teacher that teach nothing."""
    learns = config.trainer.epochs or config.post_labels.ngrams
    return replace(
        config,
        trainer=replace(config.trainer, bf16=config.trainer.bf16.lower()),
        data=replace(config.data, written=config.data.written if learns else 0),
        distill=replace(config.distill, weight=config.distill.weight if config.distill.teacher else 0.0),
    )


def _check(config: Config) -> None:
    _check_types(config)
    check_bounds(config)
    _check_bf16("trainer.bf16", config.trainer.bf16)
    if len(config.model.adapted) not in (0, 2):
        raise ConfigError("model.adapted names two encoders, [BEFORE,AFTER], or none")
    if config.distill.posts and config.distill.teacher is None:
        raise ConfigError("distill.posts are learned from a teacher: give distill.teacher=FOLDER/weights")
    if config.post_labels.weight and not config.post_labels.layers:
        raise ConfigError(
            "post_labels.layers names no layer of the encoder: give 'post_labels.layers=[-1]' for the last"
        )
    _check_validation_posts(config)
    _check_without_epochs(config)


def _check_bf16(key: str, value: str) -> None:
    if value.lower() not in _BF16:
        raise ConfigError(f"{key} must be {', '.join(_BF16[:-1])} or {_BF16[-1]}, not {value!r}")


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


def _check_without_epochs(config: Config) -> None:
    """What a run asks for that trains nothing but n-grams."""
    if config.trainer.epochs:
        return
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
