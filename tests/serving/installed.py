"""Types that tests install: a folder with a module and the entry point that a package would have, on the search path."""

import sys
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

from gaihe.serving import types
from gaihe.serving.core.installed import installed_types

CAT = """
    from gaihe.serving import EntityType
    from gaihe.serving.reveal.plans import Letters, NumberPlan, shape
    from gaihe.serving.types import Severity, Sheet


    def canonical(text):
        return "".join(filter(str.isalnum, text)).upper()


    def valid(value):
        return value.startswith("CAT")


    SHEET = Sheet(
        type=EntityType.named("CAT"),
        english="the number of a cat",
        chinese="猫号",
        format="CAT and five digits",
        source="none",
        severity=Severity.GENERAL,
        canonical=canonical,
        valid=valid,
        plan=NumberPlan(plausible=shape("CAT#{5}"), everyday=shape("CAT-?#{5}")),
        number_like=True,
        telling=True,
    )
"""


def write_package(folder: Path, entry: str, module: str = CAT) -> Path:
    """A folder that, on the search path, is an installed package with one entry point."""
    (folder / "cats-1.0.dist-info").mkdir(parents=True)
    (folder / "cats-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: cats\nVersion: 1.0\n")
    (folder / "cats-1.0.dist-info" / "entry_points.txt").write_text(f"[gaihe.types]\n{entry}\n")
    (folder / "cats.py").write_text(dedent(module), encoding="utf-8")
    return folder


@contextmanager
def on_path(folder: Path):
    """The package installed, for this process, and nothing of it left behind."""
    sys.path.insert(0, str(folder))
    _forget()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        _forget()


def _forget():
    sys.modules.pop("cats", None)
    installed_types.cache_clear()
    types._further_sheet.cache_clear()
