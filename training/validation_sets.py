"""Files of validation posts by the names that figures and operating points call their sets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

OWN = ("gold", "all", "synthetic_validation", "written_validation")
"""Names that the sets of the package have."""


def by_name(paths: Sequence[str]) -> dict[str, Path]:
    """The files by their names without an ending.

    Raises:
        ValueError: two files have one name, or one has a name of the package's sets.
    """
    files = [Path(path) for path in paths]
    names = [file.stem for file in files]
    if len(set(names)) < len(names):
        raise ValueError(f"files of validation posts must have different names, not {', '.join(names)}")
    if taken := [name for name in names if name in OWN]:
        raise ValueError(f"{taken[0]} is what the package calls posts of its own: give the file another name")
    return dict(zip(names, files, strict=True))
