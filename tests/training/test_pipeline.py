"""The real pipeline on few posts: a real ONNX file, a run that is killed and resumed, runs that must be refused."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from gaihe.serving import Recognizer, read_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.windows import WINDOW
from gaihe.training.pipeline import load_weights
from safetensors.torch import load_file

from tests.training.model.wordpiece import wordpiece_bert

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def torch_scores(weights, texts):
    """The log-probabilities that the PyTorch model gives, one text at a time."""
    model, vocabulary = load_weights(weights)
    special = vocabulary.special
    for text in texts:
        ids = torch.tensor([[special.start, *vocabulary.encode(text).tolist(), special.end]])
        with torch.no_grad():
            yield model.eval()(input_ids=ids).logits[0, 1:-1].log_softmax(-1).numpy()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pipeline")
    return [
        "train",
        "experiment=tiny",
        f"model.base={wordpiece_bert(folder / 'bert')}",
        f"data.folder={folder / 'data'}",
        "data.train=240",
    ]


def test_the_base_of_the_repository_becomes_an_onnx_model(tmp_path, capsys, monkeypatch):
    output = tmp_path / "run"
    words = [
        "train",
        "experiment=tiny",
        f"model.base={ROOT / 'models' / 'base'}",
        "model.layers=[0,5]",
        f"output={output}",
    ]
    words += [f"data.folder={tmp_path / 'data'}", "data.train=40", "data.validation=20", "data.test=20"]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert f"model: {output / 'model.onnx'}" in shown
    assert "synthetic test" in shown
    assert {"config.yaml", "environment.json", "metrics.json", "export.json", "report.json"} <= {
        f.name for f in output.iterdir()
    }
    assert not list(output.glob("*.tmp"))
    report = json.loads((output / "report.json").read_text(encoding="utf-8"))
    assert report["synthetic test"]["posts"] == 20
    recognizer = Recognizer.load(output / "model.onnx")
    for entity in recognizer.detect("张丽，电话13800138000"):
        assert "张丽，电话13800138000"[entity.start : entity.end] == entity.text

    posts = read_posts(next((tmp_path / "data").glob("*/test.jsonl")))
    texts = [post.text for post in posts if len(post.text) <= WINDOW]
    exact = Recognizer.load(output / "model.fp32.onnx")
    for text, scores in zip(texts, torch_scores(output / "weights", texts), strict=True):
        assert exact.label_scores(text) == pytest.approx(scores, abs=1e-3)

    stamp = (output / "model.onnx").stat().st_mtime_ns
    assert main(words) == 0
    assert (output / "model.onnx").stat().st_mtime_ns == stamp

    record = output / "export.json"
    figures = json.loads(record.read_text(encoding="utf-8"))
    record.unlink()
    monkeypatch.setattr("gaihe.training.pipeline.export", lambda *_: figures)
    assert main(words) == 0
    assert json.loads(record.read_text(encoding="utf-8")) == figures


def test_a_killed_run_ends_with_the_weights_of_an_unbroken_one(small, tmp_path, capsys):
    unbroken, killed = tmp_path / "unbroken", tmp_path / "killed"
    assert main([*small, f"output={unbroken}"]) == 0
    command = [sys.executable, "-m", "gaihe.serving", *small, f"output={killed}"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not list(killed.glob("checkpoints/*/complete")):
        assert process.poll() is None, "the run ended before its first checkpoint"
        assert time.monotonic() < deadline, "no checkpoint came"
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (killed / "weights").exists()
    capsys.readouterr()
    assert main([*small, f"output={killed}"]) == 0
    told = capsys.readouterr().err
    assert re.search(r"gaihe train: goes on from \S+/checkpoint-(\d+) at step \1 of \d+\n", told)
    first, second = (load_file(folder / "weights" / "model.safetensors") for folder in (unbroken, killed))
    assert first.keys() == second.keys()
    assert all(first[name].equal(second[name]) for name in first)


def test_a_wordpiece_checkpoint_is_cut_to_code_points_and_loads_again(small, tmp_path):
    assert main([*small, f"output={tmp_path / 'run'}", "data.train=60"]) == 0
    model, vocabulary = load_weights(tmp_path / "run" / "weights")
    assert all(len(entry) == 1 for entry in vocabulary.entries[5:])
    assert model.config.vocab_size == len(vocabulary)


@pytest.mark.parametrize(
    ("override", "reason"),
    [
        ("trainer.epoch=2", "there is no key 'trainer.epoch': did you mean trainer.epochs=…?"),
        ("trainer=huge", "huge"),
        ("trainer.epochs=many", "many"),
        ("trainer.bf16=maybe", "auto, true or false"),
        ("data.train=0", "at least 1"),
        ("data.noise=1.5", "between 0 and 1"),
        ("model.base=absent/checkpoint", "models/base"),
    ],
)
def test_a_bad_setting_is_named_with_exit_code_2(override, reason, tmp_path, capsys):
    assert main(["train", "experiment=tiny", f"output={tmp_path}/run", f"data.folder={tmp_path}/data", "data.train=4",
                 "data.validation=2", "data.test=2", override]) == 2  # fmt: skip
    assert reason in capsys.readouterr().err


def test_a_folder_with_another_run_is_refused(small, tmp_path, capsys):
    (tmp_path / "weights").mkdir()
    (tmp_path / "config.yaml").write_text("seed: 7\n", encoding="utf-8")
    assert main([*small, f"output={tmp_path}"]) == 2
    assert "another configuration" in capsys.readouterr().err
    assert (tmp_path / "config.yaml").read_text(encoding="utf-8") == "seed: 7\n"
