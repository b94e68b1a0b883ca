"""Values and words that a policy lists, and whether a span is one of them or a text holds one, however written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gaihe.serving.core.invisible import without_invisible
from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.types import sheet_of
from gaihe.serving.verdict.text import DIGITS, number, plain

_PLACES = frozenset({EntityType.ADDRESS, EntityType.SCHOOL, EntityType.WORKPLACE})
_NUMERALS = re.compile(f"[十{''.join(DIGITS)}]+")
_DIGIT_OF = {ord(numeral): str(digit) for numeral, digit in DIGITS.items()}
_HAN = "[\u3400-\u9fff]"
_EDGE = "(?:(?<![a-z])|(?![a-z]))"
_BLANKS = re.compile(rf"(?<={_HAN})[^\S\n]+(?={_HAN})")


class ListedValues:
    """Values that hold in any writing of their type: a number with its country code or without, a date in words.

    Args:
        values: the values as the policy gives them.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._values = frozenset(values)
        self._writings: dict[EntityType, frozenset[str]] = {}

    def hold(self, span: Entity) -> bool:
        """Whether a span is one of the values."""
        if not self._values:
            return False
        if (writings := self._writings.get(span.type)) is None:
            writings = self._writings[span.type] = self._written_as(span.type)
        return not writings.isdisjoint(_bare(value, span.type) for value in (canonical_value(span), span.text))

    def _written_as(self, kind: EntityType) -> frozenset[str]:
        """What `bare` gives of the values, as they were given and as a type writes them."""
        sheet = sheet_of(kind)
        canonical = [value for value in map(sheet.value, self._values) if sheet.valid(value) is not False]
        return frozenset(filter(None, (_bare(value, kind) for value in (*self._values, *canonical))))


class ListedWords:
    """Words that a text holds in letters of either case, and with blanks between their Chinese characters.

    Args:
        words: the words as the policy gives them.
    """

    def __init__(self, words: Iterable[str]) -> None:
        written = [_joined(plain(without_invisible(word)[0])) for word in words]
        self._words = re.compile("|".join(map(_whole, filter(None, written)))) if any(written) else None

    def stand_in(self, text: str) -> bool:
        """Whether a folded text without invisible characters holds one of the words."""
        return self._words is not None and self._words.search(_joined(text)) is not None


def _joined(text: str) -> str:
    """The text in small letters, without blanks between Chinese characters."""
    return _BLANKS.sub("", text).casefold()


def _whole(word: str) -> str:
    """A pattern of a word that is no part of a longer one in letters: AI, and not in EMAIL."""
    return _EDGE + re.escape(word) + _EDGE


def _bare(value: str, kind: EntityType) -> str:
    """`bare` of a value of a type, the numbers of a place in digits: 桔园小区三栋 as 3栋."""
    written = bare(value)
    return _NUMERALS.sub(lambda run: _in_digits(run[0]), written) if kind in _PLACES else written


def _in_digits(numerals: str) -> str:
    counted = number(numerals)
    return numerals.translate(_DIGIT_OF) if counted is None else str(counted)


def bare(value: str) -> str:
    """A value without its ways of writing: its letters and digits, folded to half-width, simplified small ones."""
    return "".join(filter(str.isalnum, plain(value))).casefold()


def canonical_value(span: Entity) -> str:
    """The canonical value of a span, worked out where it has none."""
    return sheet_of(span.type).value(span.text) if span.value is None else span.value
