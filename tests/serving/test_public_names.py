"""What callers import from ``gaihe.serving``: all of it is in the reference, and what needs no model loads none."""

import re
import subprocess
import sys
from pathlib import Path

import gaihe.serving
import pytest

API = Path(__file__).parents[2] / "docs" / "API.md"
WITH_RUNTIME = {"ModelError", "Recognizer"}


def test_the_reference_lists_every_public_name():
    listed = re.findall(r"^::: gaihe\.serving\.(\w+)$", API.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted({*listed} - {"redaction"}) == sorted(gaihe.serving.__all__)


def test_posts_verdicts_and_errors_load_no_runtime():
    names = sorted(set(gaihe.serving.__all__) - WITH_RUNTIME)
    code = f"import sys; from gaihe.serving import {', '.join(names)}; sys.exit('onnxruntime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_raised_can_be_caught_by_its_public_name():
    with pytest.raises(gaihe.serving.PolicyError):
        gaihe.serving.load_policy("none such")
    assert {stance.value for stance in gaihe.serving.Stance} == {"neutral", "hostile", "inciting"}
