"""Two processes under torchrun: the loss curve of one, whichever began the run; the end of one is the end of all."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gaihe.serving import Recognizer
from gaihe.serving.commands.cli import main

from tests.training.model.wordpiece import wordpiece_bert

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="children are found in /proc"),
]
TOLERANCE = 1e-3
"""Between losses of one step, without dropout: float32 sums in another order, over the steps before."""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("processes")
    words = ["train", "experiment=tiny", f"model.base={wordpiece_bert(folder / 'bert')}", f"data.folder={folder}/data"]
    assert main(["generate", "--count", "100", "--seed", "8", "--workers", "1", "--output", f"{folder}/posts/"]) == 0
    words += ["data.train=97", f"data.sources=[{folder}/posts]", "data.validation=30", "data.test=20"]
    words += ["trainer.epochs=3", "trainer.log_steps=1", "trainer.eval_steps=30", "trainer.save_steps=10"]
    return [*words, "trainer.checkpoints=20", "trainer.bf16=false", "model.dropout=0", "post_labels.dropout=0"]


@pytest.fixture(scope="module")
def one(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("one") / "run"
    assert main([*small, f"output={folder}"]) == 0
    return folder


def torchrun(words):
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    return subprocess.Popen(
        [*launch, "-m", "gaihe.training", *words],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def curve(folder):
    log = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["log"]
    return {row["step"]: row["loss"] for row in log if "loss" in row}


def distance(first, second):
    assert first.keys() == second.keys() and len(first) > 60
    return max(abs(first[step] - second[step]) for step in first)


def workers(launcher):
    """The launched processes by number."""
    children = Path(f"/proc/{launcher.pid}/task/{launcher.pid}/children").read_text().split()
    found = {}
    for child in map(int, children):
        number = re.search(rb"\0RANK=(\d+)\0", Path(f"/proc/{child}/environ").read_bytes())
        if number:
            found[int(number[1])] = child
    return found


def test_two_processes_that_one_ended_leave_what_a_single_one_goes_on_from(small, one, tmp_path):
    output = tmp_path / "run"
    launcher = torchrun([*small, f"output={output}"])
    deadline = time.monotonic() + 120
    while not (output / "checkpoints" / "checkpoint-10" / "complete").is_file():
        assert launcher.poll() is None and time.monotonic() < deadline, launcher.stderr.read()
        time.sleep(0.01)
    started = workers(launcher)
    os.kill(started[1], signal.SIGKILL)
    launcher.communicate(timeout=60)
    assert launcher.returncode != 0
    assert not any(Path(f"/proc/{child}").exists() for child in started.values())
    assert not (output / "weights").exists()
    assert main([*small, f"output={output}"]) == 0
    assert distance(curve(one), curve(output)) < TOLERANCE


def test_two_processes_go_on_where_one_stopped_and_one_of_them_writes(small, one, tmp_path):
    output = tmp_path / "run"
    begun = "checkpoints/checkpoint-40"
    shutil.copytree(one / begun, output / begun)
    shown, told = torchrun([*small, f"output={output}"]).communicate(timeout=120)
    assert shown.count("model: ") == 1
    assert told.count(f"goes on from {output / begun} at step 40 of") == 1
    assert distance(curve(one), curve(output)) < TOLERANCE
    Recognizer.load(output / "model.onnx")
    first, second = (json.loads((run / "metrics.json").read_text())["validation"] for run in (one, output))
    assert second["eval_loss"] == pytest.approx(first["eval_loss"], rel=0.01)
