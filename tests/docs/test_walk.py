"""The commands of each guide are run, one after another, in a folder where the files lie that they name."""

import json
import os
import re
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest
from gaihe.serving.commands.cli import main
from gaihe.serving.model.loading import default_model

from tests.docs.guides import ROOT, blocks
from tests.docs.test_shell import commands

pytestmark = pytest.mark.slow

ELSEWHERE = {
    "gaihe serve": "tests/serving/http",
    "gaihe scan": "tests/scale",
    "gaihe label-studio": "tests/integrations/label_studio/test_backend.py",
    "gaihe pretrain": "tests/training/pretrain/test_trainer.py",
    "gaihe train-head": "tests/training/head",
    "gaihe train": "tests/training",
    "gaihe card": "tests/training/reports/dataset_card",
    "gaihe calibrate": "tests/training/export",
    "gaihe model-card": "tests/training/reports/model_card",
    "gaihe detect --model outputs/further/model.onnx": "tests/test_social_credit.py",
    "gaihe generate --count 20 --extra-types": "tests/test_social_credit.py",
    "gaihe benchmark --posts mine.jsonl --system lac": "tests/training/evaluate",
    "gaihe benchmark --gold --posts mine_test.jsonl": "tests/training/reports/benchmark",
    "gaihe audit --posts mine.jsonl --output doubted.jsonl --page doubted.html --folds": "tests/training/audit",
    "torchrun": "tests/training/test_processes.py",
    "accelerate launch": "tests/training/test_processes.py",
    "python -m pip wheel": "tests/test_package.py",
    ".venv/bin/python -m tests.fuzz": "tests/fuzz",
    "pip": "tests/test_package.py",
    "label-studio": "tests/integrations/label_studio/test_server.py",
    "make": "tests/docs/test_shell.py",
    "curl": "tests/docs/test_shell.py",
    ". ": "tests/docs/test_shell.py",
    "serve run": "tests/scale",
    "cd examples/cluster": "tests/scale/test_cluster_commands.py",
    "ray ": "tests/scale/test_cluster_commands.py",
    "chmod 600 ~/.ray": "tests/scale/test_cluster_commands.py",
    "ssh gaihe@": "tests/scale/test_cluster_commands.py",
}
"""Commands that take long, stay up or install, by their first words: the tests that run what they run."""
FEWER = {"10000": "20", "50000": "20", "1000000": "20"}
DATASETS = ("mine", "mine_train", "mine_validation", "mine_test", "test", "comments")
POSTS = [
    {"id": "1", "text": "张丽，电话13800138000", "entities": [{"start": 0, "end": 2, "type": "NAME", "text": "张丽"}]},
    {"id": "2", "text": "今天的云像一条鱼", "entities": []},
]
EXPORTED = [
    {
        "data": {"text": "张丽，电话13800138000"},
        "annotations": [
            {
                "result": [
                    {
                        "type": "labels",
                        "from_name": "label",
                        "to_name": "text",
                        "value": {"start": 0, "end": 2, "text": "张丽", "labels": ["NAME"]},
                    }
                ]
            }
        ],
    }
]


def lines(text):
    """Shell lines, each with those that go on in it."""
    return [line for line in text.replace("\\\n", " ").splitlines() if commands(line)]


def written(records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def runs_elsewhere(command):
    return any(command.startswith(start) for start in ELSEWHERE)


def walks():
    """By page, the lines that are run; what a page before had is not run again."""
    seen, found = set(), []
    for page, of_page in groupby(blocks("sh"), key=lambda block: block.page):
        for line in (line for block in of_page for line in lines(block.text)):
            told = [" ".join(words) for words in commands(line)]
            if line not in seen and not any(map(runs_elsewhere, told)):
                found.append((page, line))
            seen.add(line)
    return [
        pytest.param([line for _, line in group], id=page) for page, group in groupby(found, key=lambda two: two[0])
    ]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report of the released model."""
    folder = tmp_path_factory.mktemp("report")
    posts = folder / "posts.jsonl"
    posts.write_text(written(POSTS), encoding="utf-8")
    assert main(["benchmark", "--posts", str(posts), "--output", str(folder)]) == 0
    return folder / "report.json"


@pytest.fixture
def workplace(tmp_path, report):
    """A folder with the files that the guides name."""
    for name in ("serving", "data", "models", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / ".pre-commit-config.yaml").symlink_to(ROOT / ".pre-commit-config.yaml")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in {
        "gaihe": f'exec {sys.executable} -m gaihe.serving "$@"',
        "python": f'exec {sys.executable} "$@"',
        "model": "cat",
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    (tmp_path / "other").write_text(
        f"#!{sys.executable}\nimport json, sys\nfor line in sys.stdin: print(json.dumps({{'id': json.loads(line)['id'], 'entities': []}}))\n",
        encoding="utf-8",
    )
    (tmp_path / "other").chmod(0o755)
    for name in DATASETS:
        (tmp_path / f"{name}.jsonl").write_text(written(POSTS), encoding="utf-8")
    bare = [{"id": post["id"], "text": post["text"]} for post in POSTS]
    for name in ("posts", "unlabelled"):
        (tmp_path / f"{name}.jsonl").write_text(written(bare), encoding="utf-8")
    (tmp_path / "export.json").write_text(json.dumps(EXPORTED), encoding="utf-8")
    (tmp_path / "names.bio").write_text("张 B-PER\n丽 I-PER\n来 O\n\n", encoding="utf-8")
    place = {"id": "1", "start": 0, "end": 2, "annotated": POSTS[0]["entities"], "proposed": []}
    (tmp_path / "decisions.jsonl").write_text(written([place | {"decision": "annotated"}]), encoding="utf-8")
    further = tmp_path / "outputs" / "further"
    further.mkdir(parents=True)
    (further / "weights").symlink_to(ROOT / "models" / "default")
    for model in (further / "model.onnx", tmp_path / "new.onnx", tmp_path / "old.onnx", tmp_path / "model.onnx"):
        model.symlink_to(default_model())
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "report.json").symlink_to(report)
    return tmp_path


@pytest.mark.parametrize("script", walks())
def test_the_commands_of_a_guide_run(script, workplace):
    text = "\n".join(re.sub(r"\b(10000|50000|1000000)\b", lambda count: FEWER[count[0]], line) for line in script)
    path = f"{workplace / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", text],
        cwd=workplace, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3_000:]


def test_what_is_run_elsewhere_has_its_tests():
    told = {" ".join(words) for block in blocks("sh") for words in commands(block.text)}
    for start, where in ELSEWHERE.items():
        assert any(each.startswith(start) for each in told), f"no guide says {start}"
        path = Path(ROOT, where)
        assert path.is_file() or list(path.glob("**/test_*.py")), f"{start}: no tests in {where}"
