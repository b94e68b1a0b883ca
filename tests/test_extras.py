"""Without any extra, every command's ``--help`` teaches, and what needs an extra names it."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

CORE_ALONE = """
import sys
from importlib.machinery import PathFinder
CORE = {"numpy", "onnxruntime", "gaihe"}
class Absent:
    @staticmethod
    def find_spec(name, path=None, target=None):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top in CORE or "site-packages" not in str(PathFinder.find_spec(top)):
            return None
        raise ModuleNotFoundError(f"No module named {top!r}", name=top)
sys.meta_path.insert(0, Absent)
"""
MAIN = "from gaihe.serving.commands.cli import main; sys.exit(main(sys.argv[1:]))"


def run(lines, *words):
    command = [sys.executable, "-c", CORE_ALONE + lines, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", sorted(point.name for point in entry_points(group="gaihe.commands")))
def test_help_needs_no_extra(name):
    done = run(MAIN, name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: gaihe {name}")


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        (["train"], "train"),
        (["pretrain", "corpus=[x.jsonl]"], "train"),
        (["generate", "--count", "1"], "data"),
        (["serve"], "serve"),
        (["benchmark", "--output", "x"], "report"),
        (["card", "--output", "x"], "report"),
        (["export", "hf", "x"], "report"),
        (["label-studio", "--folder", "x"], "serve"),
        (["scan", "x", "y"], "scale"),
    ],
)
def test_running_names_the_extra(words, extra, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(MAIN, *words)
    assert done.returncode == 2
    assert done.stderr.startswith(f"gaihe: 'gaihe {words[0]}' needs ")
    assert done.stderr.endswith(f"pip install 'gaihe[{extra}]'\n")
    assert list(tmp_path.iterdir()) == []


def test_parquet_names_its_extra(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    (tmp_path / "m.json").write_text('{"format": 1, "pseudonyms": []}', encoding="utf-8")
    done = run(
        MAIN, "restore", "--mapping", str(tmp_path / "m.json"), "--input", str(tmp_path / "a.parquet"), "--column", "x"
    )
    assert (done.returncode, done.stderr) == (
        2,
        "gaihe: the format parquet needs pyarrow, which is not installed: pip install 'gaihe[parquet]'\n",
    )


SEALING = "sealed maps of pseudonyms need cryptography, which is not installed: pip install 'gaihe[seal]'"


def test_sealing_names_its_extra_before_a_text_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_bytes(b"k" * 32)
    words = ["--mapping", "m.json", "--key-file", "key"]
    redact = ["redact", "--policy", "llm", *words]
    done = run(MAIN, *redact, "--seal", "张丽，电话13800138000")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"gaihe: {SEALING}\n")
    assert [file.name for file in tmp_path.iterdir()] == ["key"]
    assert run(MAIN, *redact, "张丽，电话13800138000").returncode == 0
    (tmp_path / "m.json").write_text('{"format": 1, "sealed": "00"}', encoding="utf-8")
    for command in (["restore", *words, "张丽"], [*redact, "张丽"]):
        done = run(MAIN, *command)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"gaihe: {SEALING}\n")


def test_the_library_names_the_extra_of_sealing():
    done = run("from gaihe.serving.redaction import PseudonymMap, seal; seal(PseudonymMap(), bytes(16))")
    assert done.stderr.endswith(f"ModuleNotFoundError: {SEALING}\n")


def test_the_stream_names_its_extra():
    done = run("import gaihe.data.files.stream")
    assert done.stderr.endswith(
        "ModuleNotFoundError: posts_dataset needs datasets, which is not installed: pip install 'gaihe[stream]'\n"
    )
