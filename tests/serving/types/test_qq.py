import pytest
from gaihe.serving.core.schema import EntityType
from gaihe.serving.recognition.verification import verify_as
from gaihe.serving.types.qq import SHEET, canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("123456789", "123456789"),
        ("1234 5678 9", "123456789"),
        ("１２３４５６", "123456"),
        ("12345****", "12345****"),
        ("qq", "qq"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("10000", True),
        ("1234567890", True),
        ("9999", False),
        ("0123456", False),
        ("123456789012", False),
        ("12345****", None),
    ],
)
def test_the_length_decides(value, verdict):
    assert valid(value) is verdict


@pytest.mark.parametrize(
    "cue",
    [
        "qq",
        "QQ",
        "ＱＱ",
        "Qq：",
        "q q ",
        "q☆q",
        "qq号",
        "qq群:",
        "qq=",
        "q号",
        "Q群",
        "q：",
        "扣扣",
        "扣",
        "企鹅",
        "企鹅号",
        "鹅号",
        "球球",
        "群号",
        "（qq）",
        "【QQ】",
        "q_q",
        "鹅：",
        "加qq",
        "加我QQ：",
        "我的企鹅号",
        "（加 qq 群）",
    ],
)
@pytest.mark.parametrize("number", ["12345678", "1234 5678", "一二三四五六七八", "①②③④⑤⑥⑦⑧", "l2345678"])
def test_a_cue_within_a_span_is_no_part_of_its_value(cue, number):
    assert (SHEET.value(cue + number), valid(SHEET.value(cue + number))) == ("12345678", True)
    assert SHEET.value(cue + "1234567*") == "1234567*"


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("12345678qq", "12345678"),
        ("12345678（QQ）", "12345678"),
        ("12345678【QQ】", "12345678"),
        ("12345678企鹅", "12345678"),
        ("12345678（企鹅号）", "12345678"),
        ("12345678qq号", "12345678"),
        ("qq群 12345678 （qq）", "12345678"),
        ("qq1234", "1234"),
        ("qq：1q345678", "19345678"),
        ("加qq群123q4567", "12394567"),
        ("q1234567q", "912345679"),
        ("qq1q345", "9919345"),
    ],
)
def test_q_is_a_nine_where_it_is_no_cue(surface, value):
    assert verify_as(surface, EntityType.QQ).value == value
    assert verify_as(surface, EntityType.QQ).valid is valid(value)


@given(st.text() | st.text("0123456789 -*"))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
