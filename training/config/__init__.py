"""The recipe as typed configuration, composed by Hydra from `gaihe.configs`."""

from gaihe.training.config.loading import default_post_labels, load_config, load_head_config, load_pretrain_config
from gaihe.training.config.schema import (
    Config,
    ConfigError,
    DataConfig,
    DistillConfig,
    ExportConfig,
    HeadConfig,
    ModelConfig,
    PostLabelsConfig,
    PretrainConfig,
    TrainerConfig,
    config_yaml,
)

__all__ = [
    "Config",
    "ConfigError",
    "DataConfig",
    "DistillConfig",
    "ExportConfig",
    "HeadConfig",
    "ModelConfig",
    "PostLabelsConfig",
    "PretrainConfig",
    "TrainerConfig",
    "config_yaml",
    "default_post_labels",
    "load_config",
    "load_head_config",
    "load_pretrain_config",
]
