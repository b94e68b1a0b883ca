"""The wheel, built and installed in an empty environment, used from another folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "absent from the `packages` configuration" not in done.stdout + done.stderr
    (built,) = folder.glob("gaihe-*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", str(wheel)], check=True, capture_output=True)
    return folder


def run(environment, *words, cwd):
    command = [str(environment / "bin" / "gaihe"), *words]
    offline = {**os.environ, "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=offline)


def test_the_wheel_puts_everything_under_one_name(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} <= {"gaihe", next(n for n in names if "dist-info" in n).split("/")[0]}
    assert "gaihe/serving/model/default.onnx" in names
    assert any(name.startswith("gaihe/data/texts/carriers/") for name in names)
    assert "gaihe/configs/trainer/default.yaml" in names


def test_every_package_tells_type_checkers_that_it_is_typed(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        f"gaihe/{package}/py.typed"
        for package in ("client", "configs", "data", "integrations", "scale", "serving", "training")
    } <= names


def test_an_empty_environment_detects_offline(environment, tmp_path):
    done = run(environment, "detect", "手机号13800138000", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "[3, 14)  PHONE" in done.stdout
    listed = subprocess.run(
        [str(environment / "bin" / "pip"), "list"], capture_output=True, text=True, check=True
    ).stdout
    assert "torch" not in listed and "faker" not in listed.lower()


def test_commands_of_absent_extras_say_what_to_install(environment, tmp_path):
    for command, extra in (("train", "train"), ("generate", "data"), ("serve", "serve"), ("benchmark", "report")):
        words = {"benchmark": ["--output", "x"], "generate": ["--count", "1"]}.get(command, [])
        done = run(environment, command, *words, cwd=tmp_path)
        assert done.returncode == 2
        assert f"pip install 'gaihe[{extra}]'" in done.stderr


def test_an_audit_asks_for_the_extra_only_where_it_trains(environment, tmp_path):
    (tmp_path / "posts.jsonl").write_text('{"id": "1", "text": "手机号13800138000", "entities": []}\n')
    words = ["audit", "--posts", "posts.jsonl", "--output", "doubted.jsonl"]
    assert run(environment, *words, cwd=tmp_path).returncode == 0
    assert '"type": "PHONE"' in (tmp_path / "doubted.jsonl").read_text()
    done = run(environment, *words, "--folds", "2", cwd=tmp_path)
    assert done.returncode == 2
    assert "pip install 'gaihe[train]'" in done.stderr


def test_data_loads_no_model_runtime():
    code = (
        "import sys, gaihe.serving, gaihe.data.cli, gaihe.data.files.markup, gaihe.data.generator.corpus;"
        "assert not {'onnxruntime', 'torch', 'gaihe.serving.recognition.recognizer'} & set(sys.modules);"
        "from gaihe.serving import Entity, Recognizer; assert 'onnxruntime' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_package_names_what_it_gives():
    import gaihe.serving as serving

    assert set(serving.__all__) <= set(dir(serving))
    assert all(getattr(serving, name).__name__ == name for name in serving.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Absent'"):
        _ = serving.Absent
