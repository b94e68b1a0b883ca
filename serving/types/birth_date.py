"""Dates of birth in the ways that Chinese writes them, and English among Chinese.

Sources: GB/T 7408 (ISO 8601) for numeric dates, GB/T 33661 for the lunar calendar (months of at most 30 days, 初 and 廿
days, 正, 冬 and 腊 months). Lunar dates are not converted. Day before year is read where a number above 12, or the name
of the month, says which is the day; 5/3/1998 stays as written.
"""

from __future__ import annotations

import re
from datetime import date

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.dates import MONTH, points_written
from gaihe.serving.reveal.plans import DatePlan, Letters, shape
from gaihe.serving.types.sheet import Severity, Sheet
from gaihe.serving.types.text import compact, fold, masked

_CALENDAR = re.compile(r"\(?(?:农历|阴历|旧历|古历|公历|阳历|新历|国历|農曆|陰曆|西历)\)?")
_LUNAR = re.compile(r"[农阴旧古農陰]|初|廿|正月|[冬腊]月|闰")
_NUMERAL = r"[\d〇零○一二三四五六七八九十廿卅两正冬腊初元]"
_LEAP = re.compile(rf"闰(?={_NUMERAL}{{1,3}}月|\d\d-)")
_REPUBLIC = re.compile(rf"(?:中[华華])?民[国國]({_NUMERAL}{{1,4}})年")
_REPUBLIC_FOUNDED = 1912
_FORMAL = str.maketrans("壹弌贰弍叁弎肆伍陆柒捌玖拾", "一一二二三三四五六七八九十")
_CHINESE = re.compile(rf"(?:({_NUMERAL}{{2,4}})年)?({_NUMERAL}{{1,3}})月(?:份|({_NUMERAL}{{1,4}})[日号號]?)?")
_SEPARATED = re.compile(r"(?:(\d{4}|\d{2})([-./]))?(\d{1,2})[-./](\d{1,2})[日号]?", re.ASCII)
_SPACED = re.compile(r"\d{4}\s+\d{1,2}|(?:(?:\d{4}|\d{2})\s+)?\d{1,2}\s+\d{1,2}|\d{1,2}\s+\d{1,2}\s+\d{4}", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_APART = r"[\s,./-]{0,3}"
_ENGLISH_DAY = r"(?P<day>[0-2]?\d|3[01])(?:st|nd|rd|th)?"
_ENGLISH = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"{_ENGLISH_DAY}{_APART}(?:of)?{_APART}(?P<month>{MONTH})(?:{_APART}'?(?P<year>\d{{4}}|\d{{2}}))?",
        rf"(?P<month>{MONTH}){_APART}(?P<year>\d{{4}})(?P<day>)",
        rf"(?P<month>{MONTH}){_APART}{_ENGLISH_DAY}(?:[\s,./-]{{1,3}}'?(?P<year>\d{{4}}|\d{{2}}))?",
        rf"(?P<year>\d{{4}}){_APART}(?P<month>{MONTH})(?:{_APART}{_ENGLISH_DAY})?",
    )
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_MONTH = re.compile(r"(\d{4}|3[2-9]|[4-9]\d)[-./](\d{1,2})()", re.ASCII)
"""A year of two digits is known by being more than a day of the month."""
_DIGITS = re.compile(r"(\d{4}|\d{2})?(\d{2})(\d{2})", re.ASCII)
_DIGITS_OF_A_MONTH = re.compile(r"((?:18|19|20)\d{2})(0[1-9]|1[0-2])", re.ASCII)
_VALUE = re.compile(r"(农历)?(?:(\d{4})-)?(?:(?(1)闰?)(\d{2})(?:-(\d{2}))?)", re.ASCII)

_DIGIT = {character: value for value, name in enumerate("〇一二三四五六七八九") for character in name}
_DIGIT |= {"零": 0, "○": 0, "两": 2} | {str(value): value for value in range(10)}
_NAMED = {"正": 1, "元": 1, "冬": 11, "腊": 12}
_EARLIEST = 1880
_MONTHS_A_YEAR, _LONGEST_MONTH = 12, 31


def canonical(text: str) -> str:
    """``1998-03-05``, ``03-05`` without year, ``1998-03`` without day; lunar dates as ``农历1998-03-05``.

    A leap month is ``农历1998-闰05-05``; years of the Republic (民国87年) are those of the common calendar. Years of
    two digits belong to this century unless that would be a year to come, else to the last. What may be two dates
    (5/3/1998) stays as written.
    """
    plain = compact(text)
    spaced = fold(text).strip()
    bare = ".".join(spaced.split()) if _SPACED.fullmatch(spaced) else _CALENDAR.sub("", plain).translate(_FORMAL)
    bare, leap = _LEAP.subn("", points_written(_REPUBLIC.sub(_common_year, bare)))
    parts = _chinese(bare) or _numeric(bare) or _english(spaced) or _english(plain)
    if parts is None:
        return plain
    year, month, day = parts
    written = "-".join(part for part in (year, "闰" * leap + month, day) if part)
    return f"农历{written}" if _LUNAR.search(plain) else written


def valid(value: str) -> bool | None:
    """Whether the calendar has the date, or one that it may be, and it is not in the future; ``None`` if masked."""
    if masked(value):
        return None
    if either := _YEAR_LAST.fullmatch(value):
        year, first, second = int(_full_year(either[4])), int(either[1]), int(either[3])
        return possible(year, first, second) or possible(year, second, first)
    match = _VALUE.fullmatch(value)
    if not match or (match[2] is None and match[4] is None):
        return False
    year, month, day = int(match[2] or 2000), int(match[3]), int(match[4] or 1)
    if match[1]:
        return 1 <= month <= 12 and 1 <= day <= 30 and _EARLIEST <= year <= date.today().year
    return possible(year, month, day)


def possible(year: int, month: int, day: int) -> bool:
    """Whether the calendar has a date, and somebody in a post may have been born on it."""
    try:
        return date(_EARLIEST, 1, 1) <= date(year, month, day) <= date.today()
    except ValueError:
        return False


def _chinese(text: str) -> tuple[str, str, str] | None:
    match = _CHINESE.fullmatch(text)
    if not match or not (match[1] or match[3]):
        return None
    numbers = [_number(word) if word else "" for word in match.groups()]
    if None in numbers:
        return None
    year, month, day = (number or "" for number in numbers)
    return (_full_year(year), *_padded(month, day)) if len(year) in (0, 2, 4) else None


def _numeric(text: str) -> tuple[str, str, str] | None:
    if (match := _YEAR_LAST.fullmatch(text)) and int(match[4]) > _LONGEST_MONTH:
        return _year_last(match[4], match[1], match[3])
    if match := _YEAR_MONTH.fullmatch(text):
        return _full_year(match[1]), *_padded(match[2], "")
    if match := _SEPARATED.fullmatch(text):
        return _full_year(match[1] or ""), *_padded(match[3], match[4])
    if (match := _DIGITS.fullmatch(text)) and 1 <= int(match[2]) <= 12 and 1 <= int(match[3]) <= 31:
        return _full_year(match[1] or ""), match[2], match[3]
    if match := _DIGITS_OF_A_MONTH.fullmatch(text):
        return match[1], match[2], ""
    return None


def _year_last(year: str, first: str, second: str) -> tuple[str, str, str] | None:
    """The date of a day and a month before their year, where a number above 12 says which is the day."""
    above = int(first) > _MONTHS_A_YEAR, int(second) > _MONTHS_A_YEAR
    if above == (True, False):
        return _full_year(year), *_padded(second, first)
    if above == (False, True) or int(first) == int(second) <= _MONTHS_A_YEAR:
        return _full_year(year), *_padded(first, second)
    return None


def _english(text: str) -> tuple[str, str, str] | None:
    """The date of a month's English name: 14 Nov 1992, Nov. 14, 1992."""
    lower = text.lower()
    match = next((found for form in _ENGLISH if (found := form.fullmatch(lower))), None)
    if match is None:
        return None
    month = str(1 + _MONTHS.index(match["month"][:3]))
    return _full_year(match["year"] or ""), *_padded(month, match["day"] or "")


def _common_year(match: re.Match[str]) -> str:
    """The year of the common calendar in place of one of the Republic; what is no year stays."""
    number = 1 if match[1] == "元" else int(_number(match[1]) or 0)
    return f"{_REPUBLIC_FOUNDED - 1 + number}年" if 1 <= number < 1000 else match[0]


def _number(word: str) -> str | None:
    """The decimal digits that a numeral stands for: 九八 → 98, 二十三 → 23, 初五 → 5, 腊 → 12."""
    if word in _NAMED:
        return str(_NAMED[word])
    word = word.removeprefix("初").replace("廿", "二十").replace("卅", "三十")
    tens, ten, units = word.partition("十")
    if any(character not in _DIGIT for character in tens + units) or not word:
        return None
    if not ten:
        return "".join(str(_DIGIT[character]) for character in word)
    if len(tens) > 1 or len(units) > 1:
        return None
    return str((_DIGIT[tens] if tens else 1) * 10 + (_DIGIT[units] if units else 0))


def _full_year(digits: str) -> str:
    if len(digits) != 2:
        return digits
    return f"20{digits}" if 2000 + int(digits) <= date.today().year else f"19{digits}"


def _padded(month: str, day: str) -> tuple[str, str]:
    return month.zfill(2), day.zfill(2) if day else ""


SHEET = Sheet(
    type=EntityType.BIRTH_DATE,
    english="a date of birth, or a birthday",
    chinese="出生日期",
    format="``1998-03-05``, ``03-05`` without year, ``1998-03`` without day; lunar dates as ``农历1998-03-05``",
    source="GB/T 7408 (ISO 8601), GB/T 33661 for the lunar calendar",
    severity=Severity.GENERAL,
    examples=("1998年3月5日", "98.3.5", "农历三月初五", "1九9八年3月5日", "Mar. 5, 1998"),
    canonical=canonical,
    valid=valid,
    plan=DatePlan(
        plausible=shape(r"(?:18|19|20|\*\*)#{2}(?:[01*]#[0-3*]#)?", r"#{2}[01*]#[0-3*]#", r"[01*]#[0-3*]#"),
        everyday=shape(
            r"(?:#{4}|#{2})[-/. ]#{1,2}(?:[-/. ]#{1,2})?",
            r"#{1,2}[-/. ]#{1,2}(?:[-/. ]#{4})?",
            r"#{4}(?:#{4})?|#{6}",
        ),
        letters=Letters.NONE,
        chunked=True,
        grouped=True,
    ),
)
