"""The folder of a report: made before the work begins, filled when it is done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gaihe.serving.core.atomic_files import open_output
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.output_checks import check_output

FOLDERS = ("predictions", "errors")
"""Where a benchmark writes a file for each system and set."""
_SUFFIXES = ("json", "md", "html")


def make_folder(path: str | Path, stem: str) -> Path:
    """Make a folder unless it is there, for the files that `write_folder` puts into it.

    Raises:
        CommandError: it cannot be made.
        OutputError: one of the files cannot be written.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"cannot make the folder {folder}: {error.strerror}") from None
    for suffix in _SUFFIXES:
        check_output(folder / f"{stem}.{suffix}")
    return folder


def write_folder(
    folder: Path, stem: str, record: Mapping[str, Any], markdown: str, page: str, *, private: bool
) -> Path:
    """Write a record as JSON and its two renderings; each file appears only when complete.

    Args:
        folder: what `make_folder` made.
        stem: the files' name without an ending.
        record: what was measured.
        markdown: the record as Markdown.
        page: the record as HTML.
        private: whether they show texts of posts, so that new files are for their owner alone.

    Returns:
        The page.
    """
    contents = (json.dumps(record, ensure_ascii=False, indent=1) + "\n", markdown, page)
    for suffix, content in zip(_SUFFIXES, contents, strict=True):
        with open_output(folder / f"{stem}.{suffix}", private=private) as stream:
            stream.write(content.encode("utf-8", "backslashreplace").decode())
    return folder / f"{stem}.html"


def written_before(folder: Path) -> list[str]:
    """The names of the files in `FOLDERS` that an earlier run's report speaks of; none where there is no report."""
    try:
        record = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        return [Path(result["predictions"]).name for result in record["results"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def remove_others(folder: Path, earlier: Sequence[str], written: Sequence[str]) -> None:
    """Remove an earlier run's files that a new one has not written again.

    Args:
        folder: of the report.
        earlier: what `written_before` gave.
        written: the new predictions, ``predictions/NAME``.
    """
    kept = {Path(name).name for name in written}
    for name in set(earlier) - kept:
        for part in FOLDERS:
            (folder / part / name).unlink(missing_ok=True)
