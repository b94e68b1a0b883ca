import pytest
from gaihe.serving.types.birth_date import canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("1998年3月5日", "1998-03-05"),
        ("1998.3.5", "1998-03-05"),
        ("1998-03-05", "1998-03-05"),
        ("98年3月5号", "1998-03-05"),
        ("19980305", "1998-03-05"),
        ("980305", "1998-03-05"),
        ("050612", "2005-06-12"),
        ("九八年三月初五", "农历1998-03-05"),
        ("一九九八年三月五日", "1998-03-05"),
        ("二〇〇一年十二月三十一日", "2001-12-31"),
        ("三月五号", "03-05"),
        ("0305", "03-05"),
        ("3.5", "03-05"),
        ("3月5", "03-05"),
        ("农历三月廿一", "农历03-21"),
        ("阴历8月15", "农历08-15"),
        ("腊月二十三", "农历12-23"),
        ("1998年农历三月初五", "农历1998-03-05"),
        ("公历1998年3月5日", "1998-03-05"),
        ("1998 年 3 月 5 日", "1998-03-05"),
        ("1998 3 5", "1998-03-05"),
        ("1998　3　5", "1998-03-05"),
        ("1998年元月5日", "1998-01-05"),
        ("壹玖玖捌年拾贰月伍日", "1998-12-05"),
        ("1998年3月", "1998-03"),
        ("1998", "1998"),
        ("1998年**月", "1998年**月"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("1998-03-05", True),
        ("03-05", True),
        ("02-29", True),
        ("1998-03", True),
        ("农历1998-02-30", True),
        ("1999-02-29", False),
        ("1998-13-05", False),
        ("13-05", False),
        ("农历03-31", False),
        ("2999-01-01", False),
        ("1998", False),
        ("1998-**-05", None),
    ],
)
def test_the_calendar_decides(value, verdict):
    assert valid(value) is verdict


@given(st.text() | st.text("农历正腊初廿十一二三九〇年月日号0123456789.-/ "))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
