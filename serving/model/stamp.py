"""Put a digest at the end of model files: ``python -m gaihe.serving.model.stamp FILE.onnx …``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from gaihe.serving.model.digest import stamped
from gaihe.serving.model.model_file import ModelError, open_session


def stamp(path: Path) -> None:
    """Write the digest into a model file, in place of one that no longer fits; weights and metadata stay as they are.

    The file is replaced when the stamped one loads.

    Raises:
        ModelError: no file, or not a model of this project.
    """
    if not path.is_file():
        raise ModelError(f"no model at {path}")
    aside = path.with_name(f"{path.name}.tmp")
    try:
        aside.write_bytes(stamped(path.read_bytes()))
        open_session(aside)
        aside.replace(path)
    except OSError as error:
        raise ModelError(f"cannot stamp {path}: {error.strerror}") from None
    finally:
        aside.unlink(missing_ok=True)


def main(words: Sequence[str]) -> int:
    """Stamp the files named; exit codes: 0 done, 2 bad usage or input."""
    if not words or words[0].startswith("-"):
        sys.stderr.write("usage: python -m gaihe.serving.model.stamp FILE.onnx …\n")
        return 2
    try:
        for word in words:
            stamp(Path(word))
    except ModelError as error:
        sys.stderr.write(f"gaihe: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
