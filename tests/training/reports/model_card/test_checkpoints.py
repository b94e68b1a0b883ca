"""What the card says of a checkpoint that training began from, and of a source; without a run."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from gaihe.serving.core.schema import EntityType
from gaihe.training.reports.model_card.facts import FactsError
from gaihe.training.reports.model_card.lineage import Lineage, halves, lead
from gaihe.training.reports.model_card.page import covered
from gaihe.training.runs.records import WEIGHTS, sha256
from safetensors.numpy import save_file

TEXT = "# weights\n\nMade in two steps.\nThey are told below.\n\n## Steps\n\n1. First.\n2. Then.\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run that began from weights of which ``models/here`` holds a copy in half precision."""
    monkeypatch.chdir(tmp_path)
    whole = {"weight": np.linspace(-1, 1, 300, dtype=np.float32)}
    for name in ("elsewhere", "models/here", "run"):
        Path(name).mkdir(parents=True)
    save_file(whole, Path("elsewhere", WEIGHTS))
    save_file({"weight": whole["weight"].astype(np.float16)}, Path("models/here", WEIGHTS))
    Path("models/here/LINEAGE.md").write_text(TEXT, encoding="utf-8")
    config = {"model": {"base": "elsewhere"}, "data": dict.fromkeys(("train", "validation", "test", "seed"), 1)}
    Path("run/config.yaml").write_text(yaml.safe_dump(config | {"trainer": {"epochs": 1}}), encoding="utf-8")
    Path("run/metrics.json").write_text("{}", encoding="utf-8")
    sources = {"base": sha256(Path("elsewhere", WEIGHTS))}
    Path("run/sources.json").write_text(json.dumps(sources), encoding="utf-8")
    return Path("run")


def test_a_copy_in_half_precision_stands_for_the_weights(run):
    lineage = Lineage(Path("models/here"), Path("cards"))
    lineage.add(run)
    (root,) = lineage.roots.values()
    assert lineage.stages[0]["begins"] == root["name"] == "models/here"
    assert root["halved"] and root["sha256"] == sha256(Path("elsewhere", WEIGHTS))
    assert root["lineage"] == "Made in two steps.\nThey are told below."
    assert root["more"] == {"name": "models/here/LINEAGE.md", "link": "../models/here/LINEAGE.md"}


def test_other_weights_in_half_precision_do_not(run):
    save_file({"weight": np.zeros(300, np.float16)}, Path("models/here", WEIGHTS))
    assert not halves(Path("models/here", WEIGHTS), Path("elsewhere", WEIGHTS))
    with pytest.raises(FactsError, match="is not what the run began from"):
        Lineage(Path("models/here")).add(run)


def test_where_an_absolute_folder_lies_is_not_said(run):
    lineage = Lineage(Path("models/here").absolute())
    lineage.add(run)
    assert lineage.roots["here"]["more"] is None


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("A text.\n\nIts end.", "A text.\n\nIts end."),
        ("A text.\n1. A step.", "A text."),
        ("A text.\n\n| a | b |", "A text."),
        ("1. A step.\n2. Another.", "1. A step.\n2. Another."),
    ],
)
def test_a_lead_ends_where_details_begin(text, begins):
    assert lead(text) == begins


def test_what_a_source_annotates_is_said_shortly():
    every = {kind.value: 40 for kind in EntityType}
    assert covered({"posts": 40, "types": every}) == "all"
    assert covered({"posts": 1400, "types": every}) == "all, in 40 posts"
    assert covered({"posts": 40, "types": every | {"NAME": 30}}).startswith("NAME (30), PHONE (40)")
    assert covered({"posts": 40, "types": {"NAME": 40}}) == "NAME"
    assert covered({"posts": 40, "types": {}}) == "none"
