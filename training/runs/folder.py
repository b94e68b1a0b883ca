"""The folder of a run: its resolved configuration and the environment that it ran in."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gaihe.serving.core.atomic_files import open_output
from gaihe.training.config import Config, ConfigError, PretrainConfig, config_yaml
from gaihe.training.evaluate.evaluation import write_json

_PACKAGES = ("torch", "transformers", "datasets", "numpy", "onnx", "onnxruntime", "faker", "gaihe")


def environment() -> dict[str, Any]:
    """The machine and the versions that a run used."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def claim(config: Config | PretrainConfig) -> Path:
    """The run's folder, with the resolved configuration in it.

    Raises:
        ConfigError: the folder holds a run with another configuration, or cannot be made.
    """
    folder = Path(config.output)
    resolved = config_yaml(config)
    saved = folder / "config.yaml"
    if saved.is_file() and saved.read_text(encoding="utf-8") != resolved:
        raise ConfigError(
            f"{folder} holds a run with another configuration (see {saved}): give output=ANOTHER/FOLDER, or remove it"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot make the folder output={folder}: {error.strerror}") from None
    with open_output(saved, private=False) as stream:
        stream.write(resolved)
    write_json(environment(), folder / "environment.json")
    return folder
