"""Model files as bytes: where the released one is, and whether one is whole; needs no onnxruntime."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from gaihe.serving.model.digest import has_digest, is_whole

_ONNX_BEGINS = b"\x08"
"""Field 1 of ``ModelProto``, ``ir_version``, with which ONNX files begin."""


class ModelError(ValueError):
    """A file that is not a model of this project; the message says why."""


def default_model() -> Path:
    """The released model inside the package.

    Raises:
        ModelError: the package was built without it.
    """
    path = Path(str(resources.files("gaihe.serving") / "model" / "default.onnx"))
    if not path.is_file():
        raise ModelError(f"this installation holds no default model ({path}): give the path of an exported model")
    return path


def read_model(path: str | Path) -> bytes:
    """The bytes of a model file whose digest fits.

    Raises:
        ModelError: no file, one that cannot be read, or a damaged one.
    """
    path = Path(path)
    if not path.is_file():
        raise ModelError(f"no model at {path}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read the model {path}: {error.strerror}") from None
    if not has_digest(content):
        message = f"{path} does not end with the digest of a Gaihe model: it is"
        if not content.startswith(_ONNX_BEGINS):
            raise ModelError(f"{message} another kind of file, no ONNX model")
        raise ModelError(
            f"{message} cut off, another kind of model, or older than digests; if you trust it, "
            f"add one with: python -m gaihe.serving.model.stamp {path}"
        )
    if not is_whole(content):
        raise ModelError(f"{path} is damaged: its bytes do not fit its digest; copy or export it again")
    return content
