"""Model files for tests: the released one with other metadata, and a digest that fits it."""

from collections.abc import Mapping
from pathlib import Path

import onnx
from gaihe.serving.model.digest import stamped
from gaihe.serving.model.model_file import default_model


def write_model(path: Path, changed: Mapping[str, str | None], source: Path | None = None) -> Path:
    """Copy a model with metadata properties replaced, or left out where the new value is none."""
    model = onnx.load(str(source or default_model()))
    properties = {entry.key: entry.value for entry in model.metadata_props} | dict(changed)
    onnx.helper.set_model_props(model, {key: value for key, value in properties.items() if value is not None})
    path.write_bytes(stamped(model.SerializeToString()))
    return path
