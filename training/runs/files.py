"""What files of weights are called, and what tells one file from another."""

from __future__ import annotations

import hashlib
from pathlib import Path

WEIGHTS = "model.safetensors"


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
