"""Records of a run: JSON files, and the hashes of what it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gaihe.serving.core.atomic_files import open_output

WEIGHTS = "model.safetensors"


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_json(record: Mapping[str, Any], path: Path) -> None:
    """Write a JSON file without personal data, which appears only when complete."""
    with open_output(path, private=False) as stream:
        json.dump(record, stream, ensure_ascii=False, indent=2)
        stream.write("\n")
