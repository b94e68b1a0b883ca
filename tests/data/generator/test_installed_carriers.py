"""Carriers that come with installed types: all are read before any is drawn."""

import os
import subprocess
import sys
from textwrap import dedent

import pytest

from tests.serving.installed import CAT, write_package

PROVIDER = """
    from gaihe.data.providers.base import ValueProvider


    class CatProvider(ValueProvider):
        def cat(self):
            return "CAT" + self.digits(5)
"""
MAKER = 'maker=Maker(provider="cat_provider:CatProvider", slots=("cat",), carriers="cat_carriers"),\n    )'


@pytest.fixture
def generate(tmp_path):
    module = dedent(CAT).replace("import Severity, Sheet", "import Maker, Severity, Sheet")
    folder = write_package(tmp_path / "site", "CAT = cats:SHEET", module.rstrip()[:-1] + "    " + MAKER.strip())
    (folder / "cat_provider.py").write_text(dedent(PROVIDER), encoding="utf-8")
    (folder / "cat_carriers").mkdir()

    def run(*lines):
        (folder / "cat_carriers" / "cats.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        command = [sys.executable, "-m", "gaihe.serving", "generate", "--count", "60", "--extra-types", "CAT"]
        environment = os.environ | {"PYTHONPATH": str(folder)}
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    return run


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("third_party | 贴吧 | 他家猫{cats}", "cats.txt: unknown slot 'cats'"),
        ("nobody | 贴吧 | 他家猫{cat}", "cats.txt, line 1: "),
        ("他家猫{cat}", "cats.txt, line 1: "),
    ],
)
def test_a_carrier_that_cannot_be_used_is_named_before_the_first_post(generate, line, reason):
    done = generate(line)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr and "Traceback" not in done.stderr


def test_splits_without_a_carrier_of_the_type_are_named(generate):
    done = generate("third_party | 贴吧 | 他家猫的号{cat}，{name}")
    assert done.returncode == 0
    assert "no carrier of CAT falls into" in done.stderr


def test_enough_carriers_reach_every_split(generate):
    done = generate(*(f"third_party | 贴吧 | 第{number}只猫的号{{cat}}，是{{name}}家的" for number in range(120)))
    assert done.returncode == 0
    assert "no carrier" not in done.stderr and '"type": "CAT"' in done.stdout
