from __future__ import annotations

import pytest
from gaihe.serving.types.name import canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("张丽", "张丽"),
        ("張 麗", "张丽"),
        ("弓长 丽", "弓长丽"),
        ("张·丽", "张丽"),
        ("张　伟", "张伟"),
        ("陳方安生", "陈方安生"),
        ("买买提·艾力", "买买提·艾力"),
        ("迈克尔 • 乔丹", "迈克尔·乔丹"),
        ("C·罗", "C·罗"),
        ("金·卡戴珊", "金·卡戴珊"),
        ("张某某", "张**"),
        ("⻩⼩明", "黄小明"),
        ("⻢⻰", "马龙"),
        ("张＊丽", "张*丽"),
        ("张xx", "张**"),
        ("张○丽", "张*丽"),
        ("张xiao", "张xiao"),
    ],
)
def test_chinese_names(text: str, value: str) -> None:
    assert canonical(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zhang li", "zhang li"),
        ("zhangli", "zhang li"),
        ("ZhangLi", "zhang li"),
        ("Zhāng Lì", "zhang li"),
        ("ZHANG LI", "zhang li"),
        ("ouyangwenbo", "ouyang wenbo"),
        ("Lǚ Bù", "lv bu"),
        ("Lily Zhang", "lily zhang"),
        ("Emma", "emma"),
        ("Monica", "monica"),
        ("Ronald McDonald", "ronald mcdonald"),
        ("J.K. Rowling", "j k rowling"),
        ("Müller", "muller"),
        ("Łukasz", "lukasz"),
        ("Nguyễn Đình Hùng", "nguyen dinh hung"),
        ("Sørensen Øystein", "sorensen oystein"),
        ("Иван  Петров", "Иван Петров"),
    ],
)
def test_latin_names(text: str, value: str) -> None:
    assert canonical(text) == value


def test_run_together_pinyin_stays_when_it_reads_in_two_ways() -> None:
    assert canonical("lina") == "lina"


@pytest.mark.parametrize("value", ["13800138000", "张1", "张", "x", ""])
def test_impossible_names(value: str) -> None:
    assert valid(canonical(value)) is False


@pytest.mark.parametrize("value", ["张丽", "张*", "zhang li", "C·罗"])
def test_no_check_can_confirm_a_name(value: str) -> None:
    assert valid(value) is None


@given(st.text(max_size=20))
def test_canonical_is_idempotent_on_any_text(text: str) -> None:
    value = canonical(text)
    assert canonical(value) == value
