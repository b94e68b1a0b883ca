"""What a shell offers after ``gaihe`` and a tab, of the commands of other packages too."""

import argparse
import os
import subprocess
from importlib.metadata import entry_points

import pytest
from gaihe.serving.commands.cli import main
from gaihe.serving.commands.completion import add
from gaihe.serving.core.errors import CommandError


@pytest.fixture
def offered(tmp_path, capsys):
    """What bash offers for the last of some words."""
    assert main(["completion", "bash"]) == 0
    (tmp_path / "gaihe.sh").write_text(capsys.readouterr().out, encoding="utf-8")

    def offers(*words):
        asked = f"COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _gaihe"
        script = f'source "{tmp_path}/gaihe.sh"; {asked}; echo "${{COMPREPLY[@]}}"'
        return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout.split()

    return offers


def test_every_command_has_its_options(offered):
    for command in entry_points(group="gaihe.commands").names:
        assert "--help" in offered("gaihe", command, "-"), command
    assert {"--posts", "--model", "--system"} <= set(offered("gaihe", "benchmark", "--"))
    assert offered("gaihe", "train", "--s") == ["--show-config"]
    assert {"--report", "--weights", "--base-model"} <= set(offered("gaihe", "export", "--"))
    assert {"--port", "--tls-cert"} <= set(offered("gaihe", "serve", "--"))
    assert "parquet" in offered("gaihe", "generate", "--format", "''")
    assert offered("gaihe", "export", "''") == ["hf"]


def test_formats_offsets_and_policies_are_offered(offered):
    assert offered("gaihe", "convert", "--from", "br") == offered("gaihe", "convert", "--to", "br") == ["brat"]
    assert offered("gaihe", "convert", "--input-offsets", "''") == ["code-point", "utf-16"]
    assert {"llm", "moderation"} <= set(offered("gaihe", "scan", "--policy", "''"))


def test_a_flag_takes_nothing_and_what_an_option_is_for_is_told(capsys):
    assert main(["completion", "fish"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert (
        "complete -c gaihe -n '__fish_seen_subcommand_from train' -l show-config -d 'print the resolved configuration and stop'"
        in told
    )
    assert any("from calibrate' -l posts -r -d 'annotated posts'" in line for line in told)


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_a_narrow_terminal_is_offered_the_same(capsys, monkeypatch, shell):
    told = []
    for columns in ("200", "20"):
        monkeypatch.setenv("COLUMNS", columns)
        assert main(["completion", shell]) == 0
        assert os.environ["COLUMNS"] == columns
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]


def test_a_command_whose_extra_is_missing_is_offered_without_its_options(capsys):
    def missing(words):
        raise CommandError("'gaihe far' needs another package")

    parser = argparse.ArgumentParser()
    add(parser.add_subparsers(), {"far": missing})
    arguments = parser.parse_args(["completion", "bash"])
    arguments.run(arguments)
    told = capsys.readouterr().out
    assert 'words="completion far"' in told
    assert 'far) words="--help" ;;' in told
