"""Every block has somebody who runs it; data in the guides is what the programs read."""

import json
import tomllib

import pytest
from gaihe.serving import load_policy
from gaihe.serving.redaction import load_redaction_policy

from tests.docs.guides import blocks, guides

RUNNERS = {
    "python": "test_python.py",
    "sh": "test_shell.py",
    "json": "here",
    "toml": "here",
    "yaml": "here",
    "java": "test_other_languages.py",
    "go": "test_other_languages.py",
    "text": "drawings, listings and posts: nothing to run",
}


def test_every_block_has_a_runner():
    assert {str(block): block.language for block in blocks() if block.language not in RUNNERS} == {}


def test_every_fence_is_closed():
    assert [path.name for path in guides() if path.read_text(encoding="utf-8").count("\n```") % 2] == []


@pytest.mark.parametrize("block", blocks("json"), ids=str)
def test_json_is_one_object_or_one_a_line(block):
    try:
        json.loads(block.text)
    except json.JSONDecodeError:
        for line in block.text.splitlines():
            json.loads(line)


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_toml_is_read(block, tmp_path):
    found = tomllib.loads(block.text)
    if "version" in found:
        found.pop("table", None)
        lines = [line for line in block.text.splitlines() if not line.startswith("table")]
        (tmp_path / "mine.toml").write_text("\n".join(lines), encoding="utf-8")
        load = load_redaction_policy if "operator" in found else load_policy
        assert load(tmp_path / "mine.toml").name == found["name"]
    else:
        assert found["project"]["entry-points"]["gaihe.types"]


@pytest.mark.parametrize("block", blocks("yaml"), ids=str)
def test_yaml_is_read(block):
    yaml = pytest.importorskip("yaml")
    assert list(yaml.safe_load_all(block.text))
