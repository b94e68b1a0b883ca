"""Code in other languages does what the guide says, where there is a compiler."""

import shutil
import subprocess

import pytest

from tests.docs.guides import blocks

pytestmark = pytest.mark.slow


def only(language):
    (block,) = blocks(language)
    return block.text


def output(*command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_java_code_compiles_and_asks(service, tmp_path):
    if shutil.which("javac") is None:
        pytest.skip("no Java compiler here")
    (tmp_path / "Judge.java").write_text(only("java"), encoding="utf-8")
    output("javac", "-encoding", "UTF-8", "Judge.java", folder=tmp_path)
    shown = output(
        "java", "-Dfile.encoding=UTF-8", "-Dsun.stdout.encoding=UTF-8", "Judge", service.address, folder=tmp_path
    )
    assert '"suggestion": "block"' in shown and '"value": "13800138000"' in shown


def test_the_go_code_compiles_and_asks(service, tmp_path):
    if shutil.which("go") is None:
        pytest.skip("no Go compiler here")
    (tmp_path / "main.go").write_text(only("go"), encoding="utf-8")
    shown = output("go", "run", "main.go", service.address, folder=tmp_path)
    assert shown == "4 block\nNAME 张丽 张丽\nPHONE 13800138000 13800138000\n"
