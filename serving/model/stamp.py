"""Put a digest at the end of model files: ``python -m gaihe.serving.model.stamp FILE.onnx …``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from gaihe.serving.core.atomic_files import open_binary_output
from gaihe.serving.core.errors import OutputError, WriteFailedError
from gaihe.serving.model.digest import stamped
from gaihe.serving.model.model_file import ModelError, session_of


def stamp(path: Path) -> None:
    """Write the digest into a model file, in place of one that no longer fits; weights and metadata stay as they are.

    The file is replaced if the stamped one loads.

    Raises:
        ModelError: no file, or not a model of this project.
        OutputError: the file cannot be written; found before anything is.
        WriteFailedError: it could not be written to its end, and stays as it was.
    """
    if not path.is_file():
        raise ModelError(f"no model at {path}")
    try:
        content = stamped(path.read_bytes())
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror}") from None
    session_of(content, str(path))
    with open_binary_output(path, private=False) as stream:
        stream.write(content)


def main(words: Sequence[str]) -> int:
    """Stamp the files named; exit codes: 0 done, 2 bad usage or input, 1 failed."""
    if not words or words[0].startswith("-"):
        sys.stderr.write("usage: python -m gaihe.serving.model.stamp FILE.onnx …\n")
        return 2
    try:
        for word in words:
            stamp(Path(word))
    except (ModelError, OutputError, WriteFailedError) as error:
        sys.stderr.write(f"gaihe: {error}\n")
        return 1 if isinstance(error, WriteFailedError) else 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
