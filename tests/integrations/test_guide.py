"""The guide's snippets do what they say: ``EXPRESSION  # → RESULT``."""

import importlib.util
import re
import shutil
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from gaihe.serving.commands.cli import main

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "INTEGRATIONS.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
IMPORTS = re.compile(r"^(?:import|from) ([a-z_]+)", re.MULTILINE)


def needs(snippet):
    libraries = set(IMPORTS.findall(snippet)) - {"gaihe"}
    return libraries | ({"langchain_core"} if "langchain" in snippet else set())


def name_of(snippet):
    return "-".join(sorted(needs(snippet)))


@pytest.mark.parametrize(
    "snippet",
    [pytest.param(text, id=name_of(text), marks=[pytest.mark.slow] if "pyspark" in text else []) for text in SNIPPETS],
)
def test_a_snippet_gives_what_the_guide_says(snippet, tmp_path, monkeypatch):
    for library in sorted(needs(snippet)):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"{library} is not installed")
    if "pyspark" in snippet and shutil.which("java") is None:
        pytest.skip("Spark needs a Java runtime, and there is no java here")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").symlink_to(ROOT / "models")
    if "hub/posts" in snippet:
        monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
        (tmp_path / "hub").mkdir()
        assert main(["generate", "--count", "50", "--workers", "1", "--output", "hub/posts/"]) == 0
    names = {}
    exec(compile(snippet, "docs/INTEGRATIONS.md", "exec"), names)
    promises = [line.split("  # → ") for line in snippet.splitlines() if "  # → " in line]
    assert promises
    for expression, promised in promises:
        assert repr(eval(expression, names)) == promised


def test_commands_of_the_guide_are_there():
    commands = {point.name for point in entry_points(group="gaihe.commands")}
    named = set(re.findall(r"^gaihe ([a-z-]+)", GUIDE, re.MULTILINE))
    assert named == {"label-studio", "export", "generate"}
    assert named <= commands


def test_the_table_of_names_is_presidios():
    pytest.importorskip("presidio_analyzer")
    from gaihe.integrations.presidio import NAMES

    assert all(f"`{kind}`" in GUIDE and f"`{name}`" in GUIDE for kind, name in NAMES.items())
