"""The folder of a run: one process at a time, and free again where nothing was made."""

import subprocess
import sys
from dataclasses import replace

import pytest
from gaihe.data.lexicon.tables import Split
from gaihe.serving import Post, write_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.schema import EntityType
from gaihe.training.config import ConfigError, load_config
from gaihe.training.pipeline import corpus_folder, make_corpus
from gaihe.training.runs.folder import claimed
from gaihe.training.runs.sources import record_sources

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


def test_a_folder_in_which_no_run_began_is_left_alone(tmp_path):
    (tmp_path / "config.yaml").write_text("name: mine\n", encoding="utf-8")
    (tmp_path / "cache").mkdir()
    for _ in range(2):
        with pytest.raises(ConfigError, match="another configuration"), claimed(config(tmp_path)):
            pass
    assert (tmp_path / "config.yaml").read_text(encoding="utf-8") == "name: mine\n"
    assert (tmp_path / "cache").is_dir()


@pytest.mark.parametrize("made", ["cache/mine", "checkpoints/mine.bin", "words/mine", "written.jsonl", "metrics.json"])
def test_a_folder_of_other_files_is_no_folder_for_a_run(tmp_path, made):
    (tmp_path / made).parent.mkdir(exist_ok=True)
    (tmp_path / made).touch()
    held = sorted(tmp_path.rglob("*"))
    for seed in (7, 8):
        with pytest.raises(ConfigError, match="is not empty and holds no run"), claimed(config(tmp_path, seed=seed)):
            pass
    assert sorted(tmp_path.rglob("*")) == held


def test_a_run_may_begin_beside_its_log(tmp_path):
    (tmp_path / "train.log").touch()
    with claimed(config(tmp_path)):
        pass
    with claimed(config(tmp_path, seed=7)):
        assert (tmp_path / "train.log").is_file()


def test_no_folder_is_not_the_folder_where_the_command_is_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="output names no folder"), claimed(config("")):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_environment_of_a_run_that_made_something_stays(tmp_path):
    record = tmp_path / "environment.json"
    with claimed(config(tmp_path)):
        record.write_text("{}", encoding="utf-8")
    with claimed(config(tmp_path)):
        assert record.read_text(encoding="utf-8") != "{}"
        record.write_text("{}", encoding="utf-8")
        (tmp_path / "weights").mkdir()
    with claimed(config(tmp_path)):
        assert record.read_text(encoding="utf-8") == "{}"


def test_a_start_that_fails_does_not_occupy_its_folder(tmp_path, capsys):
    words = ["train", "experiment=tiny", f"output={tmp_path / 'run'}", f"data.folder={tmp_path}/data"]
    words += ["data.train=4", "data.validation=2", "data.test=2"]
    assert main([*words, "model.base=absent/checkpoint"]) == 2
    assert main([*words, "model.base=absent/other"]) == 2
    assert "another configuration" not in capsys.readouterr().err


@pytest.fixture
def trained(tmp_path):
    """The words of a run whose weights are there, what it learned from, and its synthetic posts."""
    mine, base, output = tmp_path / "mine.jsonl", tmp_path / "base", tmp_path / "run"
    write_posts([Post("a", "张丽来了", types=(EntityType.PHONE,))], mine)
    base.mkdir()
    (base / "model.safetensors").write_bytes(b"weights")
    words = [f"output={output}", f"data.folder={tmp_path / 'data'}", f"data.sources=[{mine}]", f"model.base={base}"]
    words += ["experiment=tiny", "data.train=4", "data.validation=2", "data.test=2"]
    settings = load_config(words)
    with claimed(settings) as folder:
        corpus = make_corpus(settings.data)
        record_sources(settings, folder, corpus)
        (folder / "weights").mkdir()
    return ["train", *words], mine, corpus


def test_a_finished_run_is_refused_once_its_sources_changed(trained, capsys):
    words, mine, corpus = trained
    write_posts([Post("a", "李强来了", types=(EntityType.PHONE,))], mine)
    assert main(words) == 2
    assert "data.sources changed since the run" in capsys.readouterr().err
    write_posts([Post("a", "张丽来了", types=(EntityType.PHONE,))], mine)
    corpus[Split.TRAIN].write_text("", encoding="utf-8")
    assert main(words) == 2
    assert "the synthetic posts changed since the run" in capsys.readouterr().err


def test_synthetic_posts_of_another_generator_are_not_used_again(monkeypatch):
    settings = load_config(["experiment=tiny"]).data
    before = corpus_folder(settings)
    assert corpus_folder(settings) == before
    monkeypatch.setattr("gaihe.training.pipeline.generator_digest", lambda: "another")
    assert corpus_folder(settings) != before


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(ConfigError, match="output=.*file/run cannot be written"),
        claimed(config(tmp_path / "file/run")),
    ):
        pass
