"""The example of a type of one's own: installed as a package, trained, exported, and found in posts."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = "92430104MA4L16JQ94"
PROGRAM = """
from hypothesis import given, settings
from hypothesis import strategies as st
from gaihe.data.generator.corpus import CorpusSettings, installed_carriers_of, posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving import EntityType
from gaihe.serving.core.schema import BUILT_IN
from gaihe.serving.types import sheet_of

KIND = EntityType("SOCIAL_CREDIT")
SHEET = sheet_of(KIND)
assert SHEET.valid(SHEET.value("91350100M000100Y43")) is True
for sign in "0123456789ABCDEFGHJKLMNPQRTUWX":
    assert SHEET.valid("91350100M000100Y4" + sign) is (sign == "3")
for surface in SHEET.examples:
    assert SHEET.valid(SHEET.value(surface)) is not False

@settings(deadline=None, database=None)
@given(st.text() | st.text("0123456789ABMHXY -*", max_size=24))
def test_any_text(text):
    value = SHEET.canonical(text)
    assert SHEET.canonical(value) == value
    assert SHEET.valid(value) in (True, False, None)

test_any_text()
types = (*BUILT_IN, KIND)
assert sum(len(pool) for split in Split for pool in installed_carriers_of(split, types)) == 30
found = [e for p in posts(CorpusSettings(noise=0.8, types=types), 0, 1500) for e in p.entities if e.type == KIND]
assert len(found) > 80
for entity in found:
    assert SHEET.value(entity.text) == entity.value
    assert SHEET.valid(entity.value) is not False
assert not any(e.type == KIND for p in posts(CorpusSettings(), 0, 300) for e in p.entities)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The environment of a process in which the package is installed."""
    folder = tmp_path_factory.mktemp("social_credit")
    shutil.copytree(ROOT / "examples" / "social_credit", folder / "source")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--target", folder / "target", folder / "source"], check=True, capture_output=True)
    return os.environ | {"PYTHONPATH": str(folder / "target"), "OMP_NUM_THREADS": "1"}


def gaihe(*words, env, **options):
    command = [sys.executable, "-m", "gaihe.serving", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env, **options)


@pytest.mark.slow
def test_the_sheet_the_provider_and_the_carriers_agree(installed):
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, env=installed)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_without_the_package_the_type_is_unknown(tmp_path):
    done = gaihe("generate", "--count", 1, "--extra-types", "SOCIAL_CREDIT", env=os.environ)
    assert (done.returncode, "known: NAME" in done.stderr) == (2, True)
    done = gaihe("train", "experiment=tiny", "extra_types=[SOCIAL_CREDIT]", f"output={tmp_path}/x", env=os.environ)
    assert (done.returncode, "unknown entity type 'SOCIAL_CREDIT'; known: NAME" in done.stderr) == (2, True)


@pytest.mark.slow
def test_a_model_that_goes_on_from_the_released_one_finds_the_new_type_and_the_old_ones(installed, tmp_path):
    generated, dense = tmp_path / "generated.jsonl", tmp_path / "dense.jsonl"
    words = ("--count", 1600, "--clean", 0.3, "--noise", 0.3, "--extra-types", "SOCIAL_CREDIT", "--output", generated)
    assert gaihe("generate", *words, env=installed).returncode == 0
    lines = generated.read_text(encoding="utf-8").splitlines(keepends=True)
    dense.write_text("".join(line for line in lines if '"scene": "small_owners"' in line), encoding="utf-8")
    settings = (
        f"model.base={ROOT / 'models' / 'default'}", "extra_types=[SOCIAL_CREDIT]", f"data.sources=[{dense}]",
        "trainer.learning_rate=5e-4", "trainer.head_factor=10", "trainer.epochs=2", "trainer.eval_steps=1000",
        "trainer.save_steps=1000", "export.quantize=false", "data.train=16", "data.validation=20", "data.test=20", "data.workers=1",
        f"data.folder={tmp_path / 'data'}", f"output={tmp_path / 'run'}",
    )  # fmt: skip
    done = gaihe("train", "experiment=tiny", *settings, env=installed)
    assert done.returncode == 0, done.stderr
    text = f"老板张丽，统一社会信用代码：{CODE}，手机13800138000"
    (tmp_path / "posts.jsonl").write_text(json.dumps({"id": "1", "text": text}), encoding="utf-8")
    model = tmp_path / "run" / "model.fp32.onnx"
    for env in (installed, os.environ):
        done = gaihe("detect", "--model", model, "--input", tmp_path / "posts.jsonl", env=env)
        assert done.returncode == 0, done.stderr
        found = {(e["type"], e["text"]): e for e in json.loads(done.stdout)["entities"]}
        assert {("NAME", "张丽"), ("SOCIAL_CREDIT", CODE), ("PHONE", "13800138000")} <= found.keys()
        entity = found["SOCIAL_CREDIT", CODE]
        assert (entity["value"], entity["valid"]) == (CODE, True if env is installed else None)
    shown = gaihe("redact", "--model", model, text, env=installed).stdout
    assert "[统一社会信用代码]" in shown and CODE not in shown
