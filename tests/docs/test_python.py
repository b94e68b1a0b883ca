"""Python in the guides runs, and gives what they say: ``EXPRESSION  # → RESULT``."""

import importlib.util
import re
import shutil
import sys

import pytest
from gaihe.serving.commands.cli import main

from tests.docs.guides import ROOT, blocks

IMPORTS = re.compile(r"^(?:import|from) ([a-z_]+)", re.MULTILINE)
EXCERPTS = {"class SocialCreditProvider": "provider.py", "SHEET = Sheet(": "sheet.py"}
"""Blocks of docs/OWN_TYPES.md that show a part of the example; tests/test_social_credit.py runs the whole."""
ELSEWHERE = {
    "models/default/README.md": "tests/training/hub/test_hub_folder.py runs both pipelines of the folder",
    "docs/SCALE.md": "tests/scale/test_serve.py runs the service on Ray with a model of its own",
    "docs/MODEL_FORMAT.md": "test_decoder.py runs the file that is shown",
}
SLOW = {"pyspark", "transformers", "datasets"}


def needs(text):
    libraries = {name for name in IMPORTS.findall(text) if name != "gaihe" and name not in sys.stdlib_module_names}
    libraries |= {"langchain_core"} if "integrations.langchain" in text else set()
    return libraries | ({"datasets"} if "files.stream" in text else set())


def excerpt_of(block):
    return next((file for start, file in EXCERPTS.items() if block.text.startswith(start)), None)


RUN = [block for block in blocks("python") if excerpt_of(block) is None and block.page not in ELSEWHERE]


def prepared(text, folder):
    """The files that a snippet names."""
    (folder / "models").symlink_to(ROOT / "models")
    if '"mine.toml"' in text:
        (folder / "mine.toml").write_text('name = "mine"\nversion = "1"\n', encoding="utf-8")
    if "hub/posts" in text:
        (folder / "hub").mkdir()
        assert main(["generate", "--count", "50", "--workers", "1", "--output", "hub/posts/"]) == 0


@pytest.mark.parametrize(
    "block",
    [pytest.param(block, id=str(block), marks=[pytest.mark.slow] if needs(block.text) & SLOW else []) for block in RUN],
)
def test_a_snippet_gives_what_the_guide_says(block, request, tmp_path, monkeypatch):
    for library in sorted(needs(block.text)):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"{library} is not installed")
    if "pyspark" in block.text and shutil.which("java") is None:
        pytest.skip("Spark needs a Java runtime, and there is no java here")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.chdir(tmp_path)
    if "hub/posts" in block.text:
        monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    prepared(block.text, tmp_path)
    text = block.text
    if "http://127.0.0.1:8000" in text:
        text = text.replace("http://127.0.0.1:8000", request.getfixturevalue("service").address)
    names = {}
    exec(compile(text, block.page, "exec"), names)
    for expression, promised in re.findall(r"^(.+?)  # → (.+)$", text, re.MULTILINE):
        assert repr(eval(expression, names)) == promised


@pytest.mark.parametrize("block", [block for block in blocks("python") if excerpt_of(block)], ids=str)
def test_an_excerpt_stands_in_the_example(block):
    whole = ROOT / "examples" / "social_credit" / "src" / "gaihe_social_credit" / excerpt_of(block)
    shown = [part.strip() for line in block.text.splitlines() for part in re.sub(r" +#.*", "", line).split("…")]
    assert [part for part in shown if part not in whole.read_text(encoding="utf-8")] == []


def test_what_runs_elsewhere_is_there():
    pages = {block.page for block in blocks("python")}
    assert set(ELSEWHERE) <= pages
    assert len([block for block in blocks("python") if excerpt_of(block)]) == len(EXCERPTS)


def test_the_table_of_presidios_names():
    pytest.importorskip("presidio_analyzer")
    from gaihe.integrations.presidio import NAMES

    guide = (ROOT / "docs" / "INTEGRATIONS.md").read_text(encoding="utf-8")
    assert all(f"`{kind}`" in guide and f"`{name}`" in guide for kind, name in NAMES.items())
