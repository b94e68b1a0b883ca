"""The guide's code does what it says, in every language that has a compiler here."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

GUIDE = (Path(__file__).parents[2] / "docs" / "CLIENTS.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("snippet", blocks("python"), ids=["client", "middleware", "function", "filter"])
def test_a_snippet_gives_what_the_guide_says(service, snippet):
    names = {}
    exec(compile(snippet.replace("http://127.0.0.1:8000", service.address), "docs/CLIENTS.md", "exec"), names)
    for expression, promised in re.findall(r"^(.+?)  # → (.+)$", snippet, re.MULTILINE):
        assert repr(eval(expression, names)) == promised


def output(*command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_java_code_compiles_and_asks(service, tmp_path):
    if shutil.which("javac") is None:
        pytest.skip("no Java compiler here")
    (tmp_path / "Judge.java").write_text(*blocks("java"), encoding="utf-8")
    output("javac", "-encoding", "UTF-8", "Judge.java", folder=tmp_path)
    shown = output(
        "java", "-Dfile.encoding=UTF-8", "-Dsun.stdout.encoding=UTF-8", "Judge", service.address, folder=tmp_path
    )
    assert '"suggestion": "block"' in shown and '"value": "13800138000"' in shown


@pytest.mark.slow
def test_the_go_code_compiles_and_asks(service, tmp_path):
    if shutil.which("go") is None:
        pytest.skip("no Go compiler here")
    (tmp_path / "main.go").write_text(*blocks("go"), encoding="utf-8")
    shown = output("go", "run", "main.go", service.address, folder=tmp_path)
    assert shown == "4 block\nNAME 张丽 张丽\nPHONE 13800138000 13800138000\n"
