"""Two processes, or machines, as the guide starts them: the loss curve of one, whichever began the run.

The lines of docs/TRAINING.md are run with fewer processes, a port that is free, and a small run in place of theirs.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from gaihe.serving import Recognizer
from gaihe.serving.commands.cli import main
from gaihe.training.config import load_config

from tests.docs.guides import blocks
from tests.docs.test_shell import commands
from tests.training.model.wordpiece import wordpiece_bert

pytestmark = pytest.mark.slow
TOLERANCE = 1e-4
"""Between losses of one step, without dropout: float32 sums in another order, over the steps before."""
BATCHES = 0.15
"""Between losses on validation posts, which are means of the means of batches: those of two processes are others."""
GUIDED = [
    words
    for block in blocks("sh")
    if block.page == "docs/TRAINING.md"
    for words in commands(block.text)
    if words[0] in ("torchrun", "accelerate")
]
"""The guide's commands that start several processes."""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("processes")
    words = ["train", "experiment=tiny", f"model.base={wordpiece_bert(folder / 'bert')}", f"data.folder={folder}/data"]
    assert main(["generate", "--count", "100", "--seed", "8", "--workers", "1", "--output", f"{folder}/posts/"]) == 0
    words += ["data.train=97", f"data.sources=[{folder}/posts]", "data.validation=30", "data.test=20"]
    words += ["trainer.epochs=2", "trainer.log_steps=1", "trainer.eval_steps=30", "trainer.save_steps=10"]
    return [*words, "trainer.checkpoints=20", "trainer.bf16=false", "model.dropout=0", "post_labels.dropout=0"]


@pytest.fixture(scope="module")
def one(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("one") / "run"
    assert main([*small, f"output={folder}"]) == 0
    return folder


def launched(guided, words):
    """What a launcher of the guide gives; several launchers are machines that work together, of which one tells."""
    *launcher, module, setting = guided
    assert [module, setting] == ["train", "experiment=further"] and load_config([setting])
    command = [str(Path(sys.executable).with_name(launcher[0])), *launcher[1:], *words]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    begun = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2 if "--nnodes" in launcher else 1)
    ]
    told = [process.communicate() for process in begun]
    assert [process.returncode for process in begun] == [0] * len(begun), told
    return "".join(out for out, _ in told), "".join(errors for _, errors in told)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def guided(start, processes, *options):
    """The one line of the guide that starts so, for a number of processes, with further options of the launcher."""
    (words,) = [words for words in GUIDED if " ".join(words).startswith(start)]
    names = {"8": str(processes), "HOST:29500": f"127.0.0.1:{free_port()}"}
    changed = [names.get(word, word) for word in words]
    place = changed.index("-m")
    return [*changed[:place], *options, *changed[place:]]


def curve(folder):
    log = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["log"]
    return {row["step"]: row["loss"] for row in log if "loss" in row}


def distance(first, second):
    assert first.keys() == second.keys() and len(first) > 40
    return max(abs(first[step] - second[step]) for step in first)


def test_two_machines_and_one_process_take_turns_on_the_loss_curve_of_one(small, one, tmp_path, capsys):
    two, again = tmp_path / "two", tmp_path / "again"
    begun, later = "checkpoints/checkpoint-10", "checkpoints/checkpoint-30"
    shutil.copytree(one / begun, two / begun)
    told, errors = launched(guided("torchrun --nnodes", 1), [*small, f"output={two}"])
    assert told.count("model: ") == 1
    assert errors.count(f"goes on from {two / begun} at step 10 of") == 1
    assert "Warning" not in errors
    assert distance(curve(one), curve(two)) < TOLERANCE
    Recognizer.load(two / "model.onnx")
    first, second = (json.loads((run / "metrics.json").read_text())["validation"] for run in (one, two))
    assert second["eval_loss"] == pytest.approx(first["eval_loss"], rel=BATCHES)

    shutil.copytree(two / later, again / later)
    assert main([*small, f"output={again}"]) == 0
    assert f"goes on from {again / later} at step 30 of" in capsys.readouterr().err
    assert distance(curve(one), curve(again)) < TOLERANCE


def test_processes_of_one_machine_go_on_alike(small, one, tmp_path):
    two, begun = tmp_path / "two", "checkpoints/checkpoint-40"
    shutil.copytree(one / begun, two / begun)
    port = f"--master-port={free_port()}"
    lines = {tuple(guided(f"torchrun --nproc-per-node {count}", 2, port)) for count in (2, 8)}
    assert len(lines) == 1, "the lines differ in more than the number"
    launched(lines.pop(), [*small, f"output={two}", "export.quantize=false"])
    assert distance(curve(one), curve(two)) < TOLERANCE


def test_accelerate_goes_on_alike(small, one, tmp_path):
    two, begun = tmp_path / "two", "checkpoints/checkpoint-40"
    shutil.copytree(one / begun, two / begun)
    launcher = guided("accelerate launch --multi_gpu", 2, f"--main_process_port={free_port()}")
    launched(launcher, [*small, f"output={two}", "export.quantize=false"])
    assert distance(curve(one), curve(two)) < TOLERANCE


def test_every_line_of_the_guide_is_run_here():
    assert [" ".join(words[:3]) for words in GUIDED] == [
        "torchrun --nproc-per-node 2",
        "torchrun --nproc-per-node 8",
        "torchrun --nnodes 2",
        "accelerate launch --multi_gpu",
    ]
