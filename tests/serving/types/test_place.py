from __future__ import annotations

import pytest
from gaihe.serving.types import address, school, workplace
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("湖南省 长沙市，岳麓区-麓山南路932号", "湖南省长沙市岳麓区麓山南路932号"),
        ("長沙市、嶽麓區 3棟 2單元 501", "长沙市岳麓区3栋2单元501"),
        ("翠湖花园３栋５０２", "翠湖花园3栋502"),
        ("翠湖花园\n3-2-501", "翠湖花园3-2-501"),
        ("28.2282, 112.9388", "28.2282,112.9388"),
        ("112.9388 28.2282", "112.9388,28.2282"),
    ],
)
def test_addresses(text: str, value: str) -> None:
    assert address.canonical(text) == value


def test_room_numbers_do_not_run_together() -> None:
    assert address.canonical("3-2-501") != address.canonical("32-501")


def test_schools_and_employers() -> None:
    assert school.canonical("湖南大學 計算機學院 2021級") == "湖南大学计算机学院2021级"
    assert school.canonical("长郡中学高二（3）班") == "长郡中学高二(3)班"
    assert workplace.canonical("騰訊音樂　客服部") == "腾讯音乐客服部"


@pytest.mark.parametrize("module", [address, school, workplace])
def test_no_check_can_say(module: object) -> None:
    assert module.valid("湖南大学") is None  # type: ignore[attr-defined]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_canonical_is_idempotent_on_any_text(text: str) -> None:
    value = address.canonical(text)
    assert address.canonical(value) == value
