"""A folder for the hub: what transformers and the hub read in it, and what training goes on from."""

import json
from pathlib import Path

import pytest
import torch
from gaihe.data.files.markup import gold_posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving import Recognizer
from gaihe.serving.commands.cli import main
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import EntityType
from gaihe.serving.model.model_file import default_model
from gaihe.training.hub.card import Facts, readme, report_scores
from gaihe.training.hub.folder import write_hub_folder
from gaihe.training.hub.gaihe_pipeline import best_path
from gaihe.training.model.tagger import labels_of, load_weights
from gaihe.training.runs.records import sha256
from huggingface_hub import ModelCard
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from transformers import pipeline

ROOT = Path(__file__).parents[3]
RELEASED = ROOT / "models" / "default"
POST = "就是她，张丽，电话13800138000，住麓山南路932号3栋502"


def exact(**settings):
    return pipeline("personal-data", model=str(RELEASED), trust_remote_code=True, **settings)


def spans(found):
    return {(span["start"], span["end"], span["entity_group"]) for span in found}


def f1(gold, found):
    right = sum(len(wanted & given) for wanted, given in zip(gold, found, strict=True))
    return 2 * right / (sum(map(len, gold)) + sum(map(len, found)))


def test_the_released_weights_lie_in_such_a_folder(tmp_path):
    write_hub_folder(RELEASED, tmp_path / "hub", Facts())
    for name in ("config.json", "gaihe_pipeline.py", "tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / "hub" / name).read_bytes() == (RELEASED / name).read_bytes(), name
    written = (tmp_path / "hub" / "README.md").read_text().split("## Scores")[0].split("# gaihe")[1]
    assert written.split("Not for collecting")[0].strip() in (RELEASED / "README.md").read_text()


@pytest.mark.parametrize(
    "find", [exact, lambda: pipeline("token-classification", str(RELEASED), aggregation_strategy="simple")]
)
def test_entities_are_whole(find):
    assert [(span["entity_group"], POST[span["start"] : span["end"]]) for span in find()(POST)] == [
        ("NAME", "张丽"),
        ("PHONE", "13800138000"),
        ("ADDRESS", "麓山南路932号3栋502"),
    ]


def test_long_posts_are_read_to_their_end():
    text = "今天天气真好，我们去公园散步。\n" * 100 + POST
    assert spans(exact()(text)) == {(s + 1600, e + 1600, t) for s, e, t in spans(exact()(POST))}


@pytest.mark.slow
def test_the_pipeline_finds_what_the_recogniser_finds():
    posts = [*gold_posts(Split.VALIDATION), *gold_posts(Split.TEST)]
    gold = [{(e.start, e.end, e.type.value) for e in post.entities} for post in posts]
    texts = [post.text for post in posts]
    ours = f1(
        gold, [{(e.start, e.end, e.type.value) for e in found} for found in Recognizer.load().detect_batch(texts)]
    )
    theirs = f1(gold, [spans(found) for found in map(exact(), texts)])
    assert abs(ours - theirs) < 0.02, f"F1 on the gold posts: pipeline {theirs:.4f}, recogniser {ours:.4f}"


def test_the_hub_reads_the_head():
    card = ModelCard.load(RELEASED / "README.md")
    head = card.data.to_dict()
    assert (head["library_name"], head["pipeline_tag"], head["license"]) == (
        "transformers",
        "token-classification",
        "apache-2.0",
    )
    assert head["language"] == ["zh"] and head["base_model"] == "intfloat/multilingual-e5-small"
    f1s = {r.dataset_name: r.metric_value for r in card.data.eval_results if r.metric_type == "f1"}
    rows = [line.split("|") for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if "|" in line]
    shown = {row[1].split("(")[0].strip(): row[5].strip() for row in rows if len(row) == 9}
    for name in ("gold test", "real test"):
        assert abs(f1s[name.replace(" ", "_")] - float(shown[name])) <= 0.000_6


def test_training_reads_the_labels_of_both_kinds_of_folder(tmp_path):
    model, _ = load_weights(RELEASED)
    assert labels_of(model) == LabelSet()
    model.config.id2label = dict(enumerate(LabelSet().names))
    assert labels_of(model) == LabelSet()
    model.config.id2label = {**model.config.id2label, 64: "X-DEVICE_ID"}
    with pytest.raises(ValueError, match="not BIOES labels"):
        labels_of(model)


def test_a_run_of_ones_own_is_exported_with_its_figures(tmp_path, capsys):
    weights, report = tmp_path / "weights", tmp_path / "report.json"
    weights.mkdir()
    (tmp_path / "model.onnx").write_bytes(b"the exported model")
    config = json.loads((RELEASED / "config.json").read_text())
    labels = LabelSet((EntityType.NAME, EntityType.PHONE))
    config["id2label"] = {str(number): name for number, name in enumerate(labels.names)}
    (weights / "config.json").write_text(json.dumps(config))
    for name in ("model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        (weights / name).write_bytes((RELEASED / name).read_bytes() if name.endswith("json") else b"as it is")
    figures = {name: {"value": 0.5} for name in ("f1", "precision", "recall")}
    sets = [{"name": "mine", "posts": 10, "spans": 20}, {"name": "clean", "posts": 5, "spans": 0}]
    results = [{"system": "gaihe", "set": row["name"], "overall": figures} for row in sets]
    record = {
        "systems": [
            {"name": "gaihe", "model": {"sha256": sha256(tmp_path / "model.onnx")}},
            {"name": "lac", "model": None},
        ],
        "sets": sets,
        "results": results,
    }
    report.write_text(json.dumps(record))
    words = ["export", "hf", str(tmp_path / "hub"), "--weights", str(weights), "--name", "mine"]
    assert main([*words, "--report", str(report), "--base-model", "hfl/rbt3"]) == 0
    card = ModelCard.load(tmp_path / "hub" / "README.md")
    assert card.data.base_model == "hfl/rbt3"
    assert [(r.dataset_name, r.metric_type, r.metric_value) for r in card.data.eval_results] == [
        ("mine", "f1", 0.5), ("mine", "precision", 0.5), ("mine", "recall", 0.5),
    ]  # fmt: skip
    named = json.loads((tmp_path / "hub" / "config.json").read_text())
    assert " ".join(named["id2label"].values()) == "O B-NAME B-PHONE I-NAME I-PHONE I-NAME I-PHONE B-NAME B-PHONE"
    assert (named["label2id"]["I-NAME"], named["label2id"]["B-PHONE"]) == (3, 2)

    assert main([*words]) == 2 and "is not an empty folder" in capsys.readouterr().err
    record["systems"].append({"name": "another", "model": {"sha256": "0"}})
    report.write_text(json.dumps(record))
    assert main([*words[:2], str(tmp_path / "b"), *words[3:], "--report", str(report)]) == 2
    assert "figures of 2 models" in capsys.readouterr().err


def test_a_figure_that_is_not_defined_is_left_out(tmp_path):
    figures = {"f1": {"value": 0.0}, "precision": {"value": None}, "recall": {"value": 0.0}}
    record = {
        "systems": [{"name": "gaihe", "model": {"sha256": sha256(default_model())}}],
        "sets": [{"name": "mine", "posts": 10, "spans": 20}],
        "results": [{"system": "gaihe", "set": "mine", "overall": figures}],
    }
    (tmp_path / "report.json").write_text(json.dumps(record))
    scores = report_scores([tmp_path / "report.json"], default_model())
    assert scores[0].figures == {"f1": 0.0, "recall": 0.0}
    page = readme(Facts(), LabelSet((EntityType.NAME,)), scores)
    assert "| mine | 10 | 20 | – | 0.000 | 0.000 |\n" in page
    assert "type: precision" not in page


def test_a_report_on_another_model_is_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    report, model = tmp_path / "report.json", tmp_path / "model.onnx"
    model.write_bytes(b"another model")
    systems = [{"name": "gaihe", "model": {"sha256": sha256(model)}}]
    report.write_text(json.dumps({"systems": systems, "sets": [], "results": []}))
    words = ["export", "hf", str(tmp_path / "hub"), "--report", str(report)]
    assert main(words) == 2
    assert f"{report} has figures of another model" in (told := capsys.readouterr().err)
    assert f"gaihe benchmark --model {default_model()}" in told
    assert not (tmp_path / "hub").exists()
    assert main([*words, "--model", str(model)]) == 0


def test_a_report_needs_the_model_that_it_is_about(tmp_path, capsys):
    words = ["export", "hf", str(tmp_path / "hub"), "--weights", str(tmp_path / "weights")]
    assert main([*words, "--report", str(tmp_path / "report.json")]) == 2
    assert f"there is no {tmp_path / 'model.onnx'}" in capsys.readouterr().err
    assert main([*words, "--report", "report.json", "--model", str(tmp_path / "mine.onnx")]) == 2
    assert f"no model at {tmp_path / 'mine.onnx'}" in capsys.readouterr().err
    assert main([*words, "--model", str(default_model())]) == 2
    assert "--model goes with --report" in capsys.readouterr().err


def test_weights_that_are_none_are_refused(tmp_path, capsys):
    assert main(["export", "hf", str(tmp_path / "hub"), "--weights", str(tmp_path)]) == 2
    assert "has no config.json, model.safetensors" in capsys.readouterr().err


@given(
    arrays.arrays("float32", st.tuples(st.integers(1, 12), st.just(9)), elements=st.floats(0.001953125, 1, width=32))
)
def test_the_shipped_decoder_finds_the_path_of_the_recognisers(probabilities):
    from gaihe.serving.recognition.viterbi import Decoder

    scores = torch.from_numpy(probabilities).log().numpy()
    ours = Decoder(2).decode(scores[None])[0]
    theirs = best_path(probabilities)
    loss = scores[range(len(ours)), ours].sum() - scores[range(len(ours)), theirs].sum()
    assert abs(loss) < 1e-3
    starts = {0, 1, 2, 7, 8}
    for before, after in zip([0, *theirs], [*theirs, 0], strict=True):
        assert after in (
            {before + 2, before + 4} if 1 <= before <= 2 else {before, before + 2} if 3 <= before <= 4 else starts
        )
