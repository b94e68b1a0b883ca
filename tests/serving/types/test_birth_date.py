from datetime import date

import pytest
from gaihe.serving.types import birth_date
from gaihe.serving.types.birth_date import SHEET, canonical, valid
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
        ("98.12", "1998-12"),
        ("199803", "1998-03"),
        ("1998 03", "1998-03"),
        ("98年12月份", "1998-12"),
        ("1998年3.5", "1998-03-05"),
        ("98.3月5号", "1998-03-05"),
        ("1998.3月", "1998-03"),
        ("31.12", "31-12"),
        ("民国87年3月5日", "1998-03-05"),
        ("中華民國八十七年三月五日", "1998-03-05"),
        ("民国元年3月5日", "1912-03-05"),
        ("1998年闰五月初五", "农历1998-闰05-05"),
        ("闰四月初八", "农历闰04-08"),
        ("1998年3月5日（农历）", "农历1998-03-05"),
        ("1998", "1998"),
        ("1998年**月", "1998年**月"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("14 Nov 1992", "1992-11-14"),
        ("Nov. 14, 1992", "1992-11-14"),
        ("November 14th, 1992", "1992-11-14"),
        ("3rd of may 92", "1992-05-03"),
        ("1992-Nov-14", "1992-11-14"),
        ("Ｎｏｖ　１４， １９９２", "1992-11-14"),
        ("Nov 14", "11-14"),
        ("Sept 1992", "1992-09"),
        ("14.11.1992", "1992-11-14"),
        ("14 11 1992", "1992-11-14"),
        ("11/14/1992", "1992-11-14"),
        ("5/5/1998", "1998-05-05"),
        ("1998/5/3", "1998-05-03"),
        ("14.11.92", "1992-11-14"),
        ("92.11.14", "1992-11-14"),
        ("5/3/1998", "5/3/1998"),
        ("05/03/98", "05/03/98"),
        ("13/13/1998", "13/13/1998"),
        ("Nov 92", "Nov92"),
    ],
)
def test_day_and_month_are_told_apart_where_that_is_certain(surface, value):
    assert SHEET.value(surface) == value
    assert canonical(value) == value


def test_a_year_of_two_digits_is_not_to_come(monkeypatch):
    class Later(date):
        @classmethod
        def today(cls):
            return cls(2031, 6, 1)

    monkeypatch.setattr(birth_date, "date", Later)
    assert canonical("31.3.5") == "2031-03-05"
    assert canonical("32.3.5") == "1932-03-05"


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("1998-03-05", True),
        ("03-05", True),
        ("02-29", True),
        ("1998-03", True),
        ("农历1998-02-30", True),
        ("农历1998-闰05-05", True),
        ("1998-闰05-05", False),
        ("1999-02-29", False),
        ("1998-13-05", False),
        ("13-05", False),
        ("农历03-31", False),
        ("2999-01-01", False),
        ("1998", False),
        ("1998-**-05", None),
        ("5/3/1998", True),
        ("13/13/1998", False),
    ],
)
def test_the_calendar_decides(value, verdict):
    assert valid(value) is verdict


@given(
    st.text()
    | st.text("农历闰民国元正腊初廿十一二三九〇年月日号0123456789.-/ ")
    | st.lists(st.sampled_from(["Nov", "may", "of", "th", ",", ".", "-", "/", " ", "1", "3", "14", "92", "1992"])).map(
        "".join
    )
)
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
