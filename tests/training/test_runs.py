"""The folder of a run: one process at a time, and free again where nothing was made."""

import subprocess
import sys
from dataclasses import replace

import pytest
from gaihe.serving.commands.cli import main
from gaihe.training.config import ConfigError, load_config
from gaihe.training.runs.folder import claimed

HOLD = """
import sys
from gaihe.training.config import load_config
from gaihe.training.runs.folder import claimed
with claimed(load_config(["experiment=tiny", f"output={sys.argv[1]}"])):
    print("held", flush=True)
    sys.stdin.read()
"""


def config(folder, **changed):
    return replace(load_config(["experiment=tiny", f"output={folder}"]), **changed)


def test_a_second_process_is_refused_while_the_first_one_trains(tmp_path, capsys):
    words = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout.readline() == b"held\n"
        assert main(["train", "experiment=tiny", f"output={tmp_path}"]) == 2
        told = capsys.readouterr().err
        assert f"another process trains in {tmp_path}" in told and "output=" in told
        first.kill()
    with claimed(config(tmp_path)) as folder:
        assert folder == tmp_path


def test_a_folder_in_which_nothing_was_made_is_claimed_anew(tmp_path):
    with claimed(config(tmp_path)):
        (tmp_path / "sources.json").write_text("{}", encoding="utf-8")
        (tmp_path / "checkpoints" / "checkpoint-1").mkdir(parents=True)
        (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    with claimed(config(tmp_path, seed=7)):
        assert "seed: 7" in (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"config.yaml", "environment.json", "run.lock", "mine.txt"}


@pytest.mark.parametrize(
    "made", ["weights/x", "checkpoints/checkpoint-3/complete", "model.onnx", "words/00000.npz", "base/config.json"]
)
def test_a_folder_with_a_result_is_not(tmp_path, made):
    with claimed(config(tmp_path)):
        (tmp_path / made).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / made).touch()
    before = (tmp_path / "config.yaml").read_bytes()
    with pytest.raises(ConfigError, match="another configuration"), claimed(config(tmp_path, seed=7)):
        pass
    assert (tmp_path / "config.yaml").read_bytes() == before
    with claimed(config(tmp_path)):
        assert (tmp_path / made).is_file()


def test_a_start_that_fails_does_not_occupy_its_folder(tmp_path, capsys):
    words = ["train", "experiment=tiny", f"output={tmp_path / 'run'}", f"data.folder={tmp_path}/data"]
    words += ["data.train=4", "data.validation=2", "data.test=2"]
    assert main([*words, "model.base=absent/checkpoint"]) == 2
    assert main([*words, "model.base=absent/other"]) == 2
    assert "another configuration" not in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(ConfigError, match="output=.*file/run cannot be written"),
        claimed(config(tmp_path / "file/run")),
    ):
        pass
