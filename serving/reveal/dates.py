"""Reading disguised dates of birth, numeric (1998.3.5), written with 年, 月 and 日, or in English."""

from __future__ import annotations

import re
from functools import cache

from gaihe.serving.core.schema import NoiseKind
from gaihe.serving.reveal.folding import simplify
from gaihe.serving.reveal.numbers import reveal_number
from gaihe.serving.reveal.plans import DatePlan
from gaihe.serving.reveal.tables import homophone_digits, lookalike_digits, numeral_digits

_WRITTEN = re.compile("[年月]")
_CALENDAR = re.compile(r"^(?:农历|阴历|旧历|公历|阳历|新历)\s*")
_MASKS = "*＊xX×●■□?？_#✘✖"
_MASK = re.compile(rf"(?<![{_MASKS}某])[{_MASKS}某]++(?=\s*[年月日号])|(?<=\d)[{_MASKS}]++(?=\d)")
_UNDISGUISED = re.compile(
    r"(?:(?:\d{4}|\d{2})年)?\d{1,2}月(?:\d{1,2}[日号]?)?|(?:(?:\d{4}|\d{2})[-/. ])?\d{1,2}[-/. ]\d{1,2}"
    r"|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{4}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}",
    re.ASCII,
)
MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
"""English names of months and their abbreviations, in small letters."""
_IN_ENGLISH = re.compile(rf"(?<![a-z])(?:{MONTH})(?![a-z])", re.IGNORECASE)
_BETWEEN = re.compile(r"([^\w*|○]+|_+)")
_EVERYDAY = frozenset("-/. ")
_RUN = r"[\d〇零○一二三四五六七八九oOОοlI|]"
_LIKE_DIGITS = re.compile(rf"(?<!{_RUN})(?=[oOОοlI|]*+[\d〇零○一二三四五六七八九]){_RUN}++(?=[年月日号])")
"""Digits before 年, 月 or 日, with letters among them that look like 0 and 1."""
_LETTER = re.compile("[oOОοlI|]")
_POINT_FOR_YEAR = re.compile(r"^(\d{4}|\d{2})[-./](\d{1,2}月)", re.ASCII)
_POINT_FOR_MONTH = re.compile(r"(年\d{1,2})[-./](\d{1,2}[日号]?)$", re.ASCII)
_SPLIT = re.compile(r"(?<=\d)[^\w\s*○]+(?=\d)|(?<=\d) (?=\d)|(?<=\d)\n(?=\d)")


def undisguised_date(text: str) -> bool:
    """Whether a date is at a glance written as everyone writes it; ``False`` says nothing."""
    return _UNDISGUISED.fullmatch(text) is not None


def reveal_date(text: str, plan: DatePlan, kinds: set[NoiseKind]) -> str:
    """The date behind a folded surface; numerals on their own (三月初五) and English months are everyday writing."""
    plain = simplify(text, kinds)
    if _WRITTEN.search(plain):
        return _written(plain, kinds)
    if _IN_ENGLISH.search(plain):
        return plain
    number = _CALENDAR.sub("", plain)
    return plain[: len(plain) - len(number)] + reveal_number(_pointed(number, kinds), plan, kinds)


def points_written(date: str) -> str:
    """A date with 年 and 月 for the point that stands beside one of them: 1998.3月5日, 1998年3.5."""
    return _POINT_FOR_MONTH.sub(r"\1月\2", _POINT_FOR_YEAR.sub(r"\1年\2", date))


def _pointed(number: str, kinds: set[NoiseKind]) -> str:
    """Year, month and day with points between them in place of odd signs, so that none runs into the next."""
    parts = _BETWEEN.split(number)
    lengths = [len(part) for part in parts[::2]]
    first, *others = lengths
    fits = len(lengths) in (2, 3) and all(length in (1, 2) for length in others)
    if not fits or first not in ((1, 2, 4) if len(others) == 1 else (2, 4)) or _EVERYDAY.issuperset(parts[1::2]):
        return number
    kinds.add(NoiseKind.SEPARATOR)
    return ".".join(parts[::2])


def _written(plain: str, kinds: set[NoiseKind]) -> str:
    """Fold what stands among digits: 1九9八年 becomes 1998年."""
    plain = points_written(plain)
    alike = _LIKE_DIGITS.sub(lambda run: _LETTER.sub(lambda sign: lookalike_digits()[sign[0]], run[0]), plain)
    if alike != plain:
        kinds.add(NoiseKind.LOOKALIKE)
    masked = _MASK.sub(lambda run: "*" * len(run[0]), alike)
    if "*" in masked:
        kinds.add(NoiseKind.MASKED)
    joined = _SPLIT.sub("", masked)
    if joined != masked:
        kinds.add(NoiseKind.SEPARATOR)
    return _mixed_run().sub(lambda run: _folded(run[0], kinds), joined)


@cache
def _mixed_run() -> re.Pattern[str]:
    signs = "".join((*numeral_digits(), *homophone_digits()))
    return re.compile(rf"(?<![{signs}])[{signs}]*+\d[\d{signs}]*", re.ASCII)


def _folded(run: str, kinds: set[NoiseKind]) -> str:
    numerals, homophones = numeral_digits(), homophone_digits()
    if any(sign in numerals for sign in run):
        kinds.add(NoiseKind.CHINESE_NUMERAL)
    if any(sign in homophones for sign in run):
        kinds.add(NoiseKind.HOMOPHONE_DIGIT)
    return "".join(numerals.get(sign) or homophones.get(sign) or sign for sign in run)
