"""Dates of birth in the many ways that people write them.

Source: the forms in ``gaihe.serving.types.birth_date``; their shares are judgements.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import PRESENT_YEAR, ValueProvider

_DIGITS = "零一二三四五六七八九"
_FIRST_SHORT_YEAR = 1940
"""The first year whose last two digits tell the century, as long as the present year is below 2040."""


def _spoken(number: int) -> str:
    """A number below one hundred as spoken: 5 → 五, 12 → 十二, 31 → 三十一."""
    tens, units = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[units] if units or not tens else "")


def _spelled(digits: str, zero: str) -> str:
    """Digits one by one: 1998 → 一九九八."""
    return "".join(_DIGITS[int(digit)] for digit in digits).replace("零", zero)


def _lunar_month(month: int) -> str:
    return {1: "正月", 11: "冬月", 12: "腊月"}.get(month, f"{_spoken(month)}月")


def _lunar_day(day: int) -> str:
    if day <= 10:
        return f"初{_spoken(day)}"
    return _spoken(day) if day <= 20 or day == 30 else f"廿{_DIGITS[day - 20]}"


Form = Callable[[date], str]
_SHORT: dict[Form, float] = {
    lambda d: f"{d.month}月{d.day}日": 26,
    lambda d: f"{d.month}月{d.day}号": 22,
    lambda d: f"{d.month}.{d.day}": 14,
    lambda d: f"{d:%m%d}": 10,
    lambda d: f"{d.month}月{d.day}": 5,
    lambda d: f"{_spoken(d.month)}月{_spoken(d.day)}号": 5,
    lambda d: f"{_spoken(d.month)}月{_spoken(d.day)}": 3,
    lambda d: f"{_spoken(d.month)}月{_spoken(d.day)}日": 3,
    lambda d: f"{d.month}-{d.day}": 3,
    lambda d: f"{d:%m-%d}": 3,
    lambda d: f"{d.month}/{d.day}": 3,
    lambda d: f"{d:%m.%d}": 2,
    lambda d: f"{d:%m月%d日}": 2,
}
_SHORT_LUNAR: dict[Form, float] = {
    lambda d: f"农历{d.month}月{_lunar_day(d.day)}": 2,
    lambda d: f"农历{_lunar_month(d.month)}{_lunar_day(d.day)}": 3,
    lambda d: f"{_lunar_month(d.month)}{_lunar_day(d.day)}": 2,
    lambda d: f"阴历{d.month}月{d.day}": 1,
    lambda d: f"农历{d.month}.{d.day}": 1,
}
_FULL: dict[Form, float] = {
    lambda d: f"{d.year}年{d.month}月{d.day}日": 24,
    lambda d: f"{d.year}年{d:%m月%d日}": 5,
    lambda d: f"{d.year}.{d.month}.{d.day}": 13,
    lambda d: f"{d:%Y.%m.%d}": 7,
    lambda d: f"{d:%Y-%m-%d}": 13,
    lambda d: f"{d.year}-{d.month}-{d.day}": 3,
    lambda d: f"{d:%Y%m%d}": 9,
    lambda d: f"{d.year}/{d.month}/{d.day}": 4,
    lambda d: f"{d:%Y/%m/%d}": 2,
    lambda d: f"{d.year}年{d.month}月{d.day}号": 5,
    lambda d: f"{d.year}年{d.month}月{d.day}": 1,
    lambda d: f"{d.year} 年 {d.month} 月 {d.day} 日": 1,
    lambda d: f"{_spelled(str(d.year), '〇')}年{_spoken(d.month)}月{_spoken(d.day)}日": 1,
    lambda d: f"{_spelled(str(d.year), '零')}年{_spoken(d.month)}月{_spoken(d.day)}号": 1,
}
_FULL_SHORT_YEAR: dict[Form, float] = {
    lambda d: f"{d:%y}年{d.month}月{d.day}号": 7,
    lambda d: f"{d:%y}年{d.month}月{d.day}日": 4,
    lambda d: f"{d:%y}.{d.month}.{d.day}": 4,
    lambda d: f"{d:%y%m%d}": 4,
    lambda d: f"{d:%y-%m-%d}": 1,
    lambda d: f"{d:%y/%m/%d}": 0.5,
    lambda d: f"{_spelled(f'{d:%y}', '零')}年{_spoken(d.month)}月{_spoken(d.day)}号": 1,
}
_FULL_LUNAR: dict[Form, float] = {
    lambda d: f"农历{d.year}年{d.month}月{_lunar_day(d.day)}": 1.5,
    lambda d: f"农历{d.year}年{_lunar_month(d.month)}{_lunar_day(d.day)}": 1.5,
    lambda d: f"{d.year}年{_lunar_month(d.month)}{_lunar_day(d.day)}": 1,
    lambda d: f"阴历{d.year}年{d.month}月{d.day}": 0.7,
    lambda d: f"农历{d.year}.{d.month}.{d.day}": 0.5,
    lambda d: f"{d:%Y年农历}{_lunar_month(d.month)}{_lunar_day(d.day)}": 0.8,
}
_SHORT_FORM = {False: Weighted(_SHORT), True: Weighted(_SHORT | _SHORT_LUNAR)}
_FULL_FORM = {
    (False, False): Weighted(_FULL),
    (False, True): Weighted(_FULL | _FULL_LUNAR),
    (True, False): Weighted(_FULL | _FULL_SHORT_YEAR),
    (True, True): Weighted(_FULL | _FULL_SHORT_YEAR | _FULL_LUNAR),
}
_LONGEST_LUNAR_MONTH = 30


class BirthDateProvider(ValueProvider):
    """Birthdays; now and then by the lunar calendar, with the same figures, as country registers once took them."""

    def birth_date(self, birth: date) -> str:
        """The date with its year: ``1998年3月5日``, ``98.3.5``, ``农历1998年三月初五``."""
        short_year = _FIRST_SHORT_YEAR <= birth.year <= PRESENT_YEAR
        return _FULL_FORM[short_year, birth.day <= _LONGEST_LUNAR_MONTH].pick(self.random)(birth)

    def birth_date_short(self, birth: date) -> str:
        """The date without its year: ``3月5日``, ``0305``, ``三月五号``."""
        return _SHORT_FORM[birth.day <= _LONGEST_LUNAR_MONTH].pick(self.random)(birth)
