"""The folder of a report: made before the work begins, filled when it is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gaihe.serving.cli import CommandError
from gaihe.serving.core.posts import open_output


def make_folder(path: str | Path) -> Path:
    """Make a folder unless it is there.

    Raises:
        CommandError: it cannot be made.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"cannot make the folder {folder}: {error.strerror}") from None
    return folder


def write_folder(folder: Path, stem: str, record: Mapping[str, Any], markdown: str, page: str) -> Path:
    """Write a record as JSON and its two renderings; each file appears only when complete. Returns the page."""
    contents = {"json": json.dumps(record, ensure_ascii=False, indent=1) + "\n", "md": markdown, "html": page}
    for suffix, content in contents.items():
        with open_output(folder / f"{stem}.{suffix}") as stream:
            stream.write(content.encode("utf-8", "backslashreplace").decode())
    return folder / f"{stem}.html"
