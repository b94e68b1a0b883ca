"""Types of one's own: installed ones, and those that only a model file names."""

import copy
import json
import pickle
import subprocess
import sys

import pytest
from gaihe.serving import EntityType, PostError, Recognizer, read_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.errors import SheetError
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import BUILT_IN
from gaihe.serving.exchange.sides import parse_types
from gaihe.serving.recognition.verification import verify_as
from gaihe.serving.redaction.redact import redact
from gaihe.serving.types import sheet_of

from tests.serving.installed import CAT, on_path, write_package
from tests.serving.model_files import write_model

POST = {"id": "1", "text": "猫CAT-12345", "entities": [{"start": 1, "end": 10, "type": "CAT"}]}


@pytest.fixture
def cats(tmp_path):
    with on_path(write_package(tmp_path / "packages", "CAT = cats:SHEET")):
        yield


@pytest.fixture
def posts(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text(json.dumps(POST), encoding="utf-8")
    return path


def test_the_sixteen_are_built_in_and_one_object_each():
    assert tuple(EntityType) == BUILT_IN
    assert len(BUILT_IN) == 16
    assert EntityType("PHONE") is EntityType.PHONE
    for kind in (EntityType.PHONE, EntityType.named("DOG")):
        assert pickle.loads(pickle.dumps(kind)) is kind
        assert copy.deepcopy(kind) is kind
        assert (type(kind.value), kind.value) == (str, kind)


def test_a_type_that_nobody_installed_is_an_error_that_lists_the_known_ones(posts):
    with pytest.raises(PostError, match=r"unknown entity type 'CAT'; known: NAME, PHONE, .*, DEVICE_ID$"):
        list(read_posts(posts))
    with pytest.raises(ValueError, match="known: NAME, PHONE"):
        EntityType("CAT")


@pytest.mark.parametrize("name", ["cat", "", "9LIVES", "CAT-1", "C" * 41, "猫"])
def test_names_that_no_type_can_have_are_refused(name):
    with pytest.raises(ValueError, match="capital letter"):
        EntityType.named(name)


def test_an_installed_type_is_read_judged_and_redacted(cats, posts):
    (post,) = read_posts(posts)
    kind = post.entities[0].type
    assert tuple(EntityType) == (*BUILT_IN, kind)
    assert kind is EntityType("CAT")
    assert parse_types(["猫=CAT"]) == {"猫": kind}
    found = verify_as("cat 1 2 3 4 5", kind)
    assert (found.value, found.valid) == ("CAT12345", True)
    assert found.evasion
    assert redact(post.text, post.entities).text == "猫[猫号]"


def test_what_is_installed_joins_no_label_set_by_itself(cats):
    assert LabelSet().types == BUILT_IN


@pytest.mark.parametrize(
    ("entry", "module", "reason"),
    [
        ("cat = cats:SHEET", CAT, "must be named after a type"),
        ("CAT = cats:ABSENT", CAT, "cannot be loaded from cats:ABSENT: AttributeError"),
        ("CAT = cats:SHEET", "raise RuntimeError('no cats today')", "RuntimeError: no cats today"),
        ("CAT = cats:canonical", CAT, "must be a gaihe.serving.types.Sheet whose type is CAT"),
        ("DOG = cats:SHEET", CAT, "must be a gaihe.serving.types.Sheet whose type is DOG"),
    ],
)
def test_a_sheet_that_cannot_be_used_is_named(entry, module, reason, tmp_path):
    with on_path(write_package(tmp_path, entry, module)), pytest.raises(SheetError, match=reason):
        sheet_of(EntityType.named(entry.split()[0].upper()))


def test_one_type_from_two_packages_is_refused(tmp_path):
    folder = write_package(tmp_path, "CAT = cats:SHEET")
    (folder / "more-1.0.dist-info").mkdir()
    (folder / "more-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: more\nVersion: 1.0\n")
    (folder / "more-1.0.dist-info" / "entry_points.txt").write_text("[gaihe.types]\nCAT = more:SHEET\n")
    with on_path(folder), pytest.raises(SheetError, match="the type CAT is installed twice: cats:SHEET, more:SHEET"):
        list(EntityType)


def test_a_built_in_type_cannot_be_replaced(tmp_path):
    with on_path(write_package(tmp_path, "PHONE = cats:SHEET")):
        assert tuple(EntityType) == BUILT_IN
        assert sheet_of(EntityType.PHONE).chinese == "电话"


def renamed(path, old, new):
    """A copy of the released model in which a type has another name."""
    properties = Recognizer.load().metadata.to_properties()
    names = ("gaihe.labels", "gaihe.transitions")
    return write_model(path, {name: properties[name].replace(old, new) for name in names})


def test_a_model_finds_types_that_only_its_file_names(tmp_path):
    recognizer = Recognizer.load(renamed(tmp_path / "pets.onnx", "PHONE", "PET_9"))
    text = "张丽，电话一三八00138000"
    entity = recognizer.detect(text)[1]
    assert (entity.type, entity.text) == ("PET_9", "一三八00138000")
    assert (entity.value, entity.valid, entity.evasion) == ("一三八00138000", None, ())
    assert redact(text, recognizer.detect(text)).text == "[姓名]，电话[PET_9]"


def test_the_sheet_of_an_installed_type_serves_the_model_that_names_it(tmp_path, cats):
    recognizer = Recognizer.load(renamed(tmp_path / "cats.onnx", "PHONE", "CAT"))
    entity = recognizer.detect("张丽，电话13800138000")[1]
    assert (entity.type, entity.valid) == ("CAT", False)


def test_a_model_whose_installed_sheet_is_broken_is_not_loaded(tmp_path, capsys):
    path = renamed(tmp_path / "cats.onnx", "PHONE", "CAT")
    with on_path(write_package(tmp_path / "packages", "CAT = cats:ABSENT")):
        assert main(["detect", "--model", str(path), "张丽"]) == 1
    assert "the sheet of the type CAT cannot be loaded" in capsys.readouterr().err


def test_installed_types_are_not_looked_up_for_the_released_model():
    program = (
        "import gaihe.serving, sys; from gaihe.serving.core.installed import installed_types;"
        "gaihe.serving.Recognizer.load().detect('张丽13800138000');"
        "sys.exit(installed_types.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
