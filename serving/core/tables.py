"""Reading of the small fact tables in ``serving/tables``."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of ``serving/tables/NAME.txt``."""
    file = resources.files("gaihe.serving") / "tables" / f"{name}.txt"
    return tuple(file.read_text(encoding="utf-8").splitlines())
