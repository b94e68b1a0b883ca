"""Commands in the guides are there, with the options that are named; what shows its result does show it."""

import argparse
import importlib.util
import json
import re
import shlex
import tomllib
from importlib.metadata import entry_points
from itertools import dropwhile, pairwise

import pytest
from gaihe.serving.commands.cli import main
from gaihe.training.config import load_config, load_head_config, load_pretrain_config

from tests.docs.guides import ROOT, blocks, guides, prose

COMPOSED = {"train": load_config, "train-head": load_head_config, "pretrain": load_pretrain_config}
OF_OTHERS = {
    ".",
    ".venv/bin/pre-commit",
    "accelerate",
    "cd",
    "chmod",
    "curl",
    "head",
    "label-studio",
    "model",
    "ray",
    "serve",
    "sha256sum",
    "ssh",
    "tail",
    "torchrun",
}
"""Programs of others; ``model`` stands for a language model of one's own."""
OF_THE_EXAMPLE = "SOCIAL_CREDIT"
"""A type that is not installed here."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


class _Parsed(BaseException):
    """Words were understood; nothing is run."""


@pytest.fixture
def parsed(monkeypatch):
    """The words of a command, understood by its own parser."""
    whole = argparse.ArgumentParser.parse_known_args

    def parse(parser, words=None, namespace=None):
        arguments, left = whole(parser, words, namespace)
        assert left == []
        raise _Parsed(arguments)

    def understood(words):
        monkeypatch.setattr(argparse.ArgumentParser, "parse_known_args", parse)
        try:
            with pytest.raises(_Parsed):
                main(words)
        finally:
            monkeypatch.setattr(argparse.ArgumentParser, "parse_known_args", whole)
        if words[0] in COMPOSED:
            given = [word.replace(OF_THE_EXAMPLE, "") for word in words[1:] if not word.startswith("-")]
            COMPOSED[words[0]](given)

    return understood


def commands(text):
    """The commands of shell lines, each as its words, without redirections."""
    words = shlex.shlex(text.replace("\\\n", " "), posix=True, punctuation_chars="|&;<>\n")
    words.whitespace, words.whitespace_split, words.commenters = " \t", True, ""
    found, aside, comment = [[]], False, False
    for word in words:
        if word.startswith("#"):
            comment = True
        if "\n" in word:
            comment = False
        if comment or aside:
            aside = False
        elif set(word) <= set("|&;\n"):
            found.append([])
        elif set(word) <= set("<>"):
            aside = True
        elif not found[-1] and re.match(r"[A-Z_]+=", word):
            continue
        else:
            found[-1].append(word)
    plain = [[*dropwhile(re.compile(r"[A-Z_]+=").match, command)] for command in found]
    return [command for command in plain if command]


def check_make(words):
    target, *settings = words[1:]
    assert target in TARGETS, f"no target {target}"
    given = dict(setting.split("=", 1) for setting in settings)
    assert set(given) <= {"ARGS", "CORPUS", "RUN", "REPORT"}
    if target == "train":
        load_config(shlex.split(given.get("ARGS", "")))


def check_pip(words):
    assert words[1] == "install"
    for wanted in words[2:]:
        place, extras = re.fullmatch(r"([\w./-]+)(?:\[([\w,-]+)\])?", wanted).groups()
        assert place == "gaihe" or place.startswith("-") or (ROOT / place / "pyproject.toml").is_file(), wanted
        assert set(extras.split(",") if extras else ()) <= PROJECT["optional-dependencies"].keys(), wanted


def check_python(words):
    if words[1] == "-m":
        assert importlib.util.find_spec(words[2]) is not None, words[2]
    else:
        assert (ROOT / words[1]).is_file(), words[1]


CHECKS = {
    "make": check_make,
    "pip": check_pip,
    "python": check_python,
    ".venv/bin/python": check_python,
}


@pytest.mark.parametrize("block", blocks("sh"), ids=str)
def test_commands_are_there_with_their_options(block, parsed):
    for words in commands(block.text):
        if words[0] == "gaihe":
            parsed(words[1:])
        elif words[0] not in OF_OTHERS:
            assert words[0] in CHECKS, f"who runs {words[0]}?"
            CHECKS[words[0]](words)


SHOWN = [
    pytest.param(words[1:], promise, id=f"{block}-{promise}")
    for block in blocks("sh")
    for line in block.text.splitlines()
    for promise in re.findall(r"# → (.+)$", line)
    for words in commands(line)
]


@pytest.mark.parametrize(("words", "promise"), SHOWN)
def test_a_command_shows_what_the_guide_says(words, promise, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 0
    assert promise in capsys.readouterr().out


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_first_command_prints_what_stands_below_it(page, capsys):
    shell, shown = next(
        (shell, shown)
        for shell, shown in pairwise(blocks("sh", "text"))
        if shell.page == page and shown.language == "text"
    )
    (words,) = [words for words in commands(shell.text) if words[0] == "gaihe"]
    assert main(words[1:]) == 0
    assert capsys.readouterr().out == shown.text


@pytest.mark.parametrize("page", ["docs/SERVICE.md", "docs/SERVICE.zh.md"])
def test_the_service_answers_what_the_guide_shows(page, service):
    (asked,) = [
        words for block in blocks("sh") if block.page == page for words in commands(block.text) if words[0] == "curl"
    ]
    (shown,) = [json.loads(block.text) for block in blocks("json") if block.page == page]
    path = next(word for word in asked if word.startswith("localhost:8000")).removeprefix("localhost:8000")
    status, _, answer = service.ask(path, json.loads(asked[asked.index("-d") + 1]))
    assert status == 200
    for entity, wanted in zip(answer["entities"], shown["entities"], strict=True):
        assert entity == wanted | {"score": pytest.approx(wanted["score"], abs=2e-3)}
    assert answer | {"entities": []} == shown | {"entities": []}


INLINE = sorted(
    {
        (path.relative_to(ROOT).as_posix(), code)
        for path in guides()
        for code in re.findall(r"`((?:gaihe|make) [a-z][^`]*)`", prose(path))
    }
)


def test_commands_within_sentences_are_there(parsed, capsys):
    for page, code in INLINE:
        words = commands(code)[0]
        if words[0] == "make":
            assert words[1] in TARGETS, f"{page}: {code}"
            continue
        with pytest.raises(SystemExit):
            main([words[1], "--help"])
        told = capsys.readouterr().out
        assert told.startswith(f"usage: gaihe {words[1]}"), f"{page}: {code}"
        assert [word for word in words if word.startswith("--") and word not in told] == [], f"{page}: {code}"


def test_options_within_sentences_are_there(capsys):
    told = ""
    for name in (
        "detect",
        "redact",
        "restore",
        "judge",
        *(point.name for point in entry_points(group="gaihe.commands")),
    ):
        with pytest.raises(SystemExit):
            main([name, "--help"])
        told += capsys.readouterr().out
    of_others = {"--gate", "--seconds", "--no-deps", "--no-build-isolation", "--mermaid", "--multi"}
    for path in guides():
        for option in re.findall(r"`(--[a-z][a-z-]+)", prose(path)):
            assert option in told or option in of_others, f"{path.name}: {option}"
