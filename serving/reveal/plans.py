"""How values of a type are written: just enough to choose between readings of a disguise.

A sheet of ``gaihe.serving.types`` holds a type's plan. Shapes know lengths and first characters only; the full checks,
with number plans and check digits, are the sheets' own. In a shape ``#`` is a digit or the mask ``*``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

GROUPS = r"#{3,}(?:[- ]#{3,})*"
"""Digits in one group, or in several of three and more."""
HIDDEN = r"(?>[\d*]*?\*\*)[\d*]*"
"""Digits and masks, two masks together among them; only the first two are looked for, which keeps the time linear."""
COUNTRY_CODE = re.compile(r"(?:[（(]?\+86[)）]?|0086|86[- ])[- ]?")
"""The mainland's country code before a telephone number."""


def shape(*alternatives: str) -> re.Pattern[str]:
    """A pattern of whole values, ``#`` being a digit or the mask ``*``."""
    return re.compile("|".join(alternatives).replace("#", r"[\d*]"), re.ASCII)


_GROUPED = shape(GROUPS)


class WrittenPlan:
    """Values of which nothing is known but their text: no disguise is undone."""


class NamePlan:
    """Names of people: split, dotted, hidden in part, in traditional characters, in Pinyin."""


class PlacePlan:
    """Places and bodies: hidden in part, in traditional characters, with separators between all characters."""


class AccountKind(Enum):
    """What the signs of an account may be: those of an address, of an id, or any that a user name has."""

    EMAIL = "email"
    ID = "id"
    USER_NAME = "user name"


@dataclass(frozen=True, eq=False, repr=False)
class AccountPlan:
    """E-mail addresses, ids and user names.

    Attributes:
        kind: what its signs may be.
        undisguised: what is at a glance written as everyone writes it; what does not fit may be as well.
        number: the plan of a user name that is a number.
    """

    kind: AccountKind
    undisguised: re.Pattern[str]
    number: NumberPlan | None = None


class Letters(Enum):
    """How many of a number's characters may be letters, which says what else a letter in it may be."""

    NONE = "none"
    """Each may be a disguised digit, and every x is a mask."""
    FEW = "few"
    """Each may be a disguised digit, and a row of x is a mask."""
    MANY = "many"
    """Only those like 0 and 1 may be disguised digits; three x and more are masks, fewer are an x each."""


@dataclass(frozen=True, eq=False, repr=False)
class NumberPlan:
    """Values that are a number, or letters and digits.

    Attributes:
        plausible: what a compact value, without separators, can be.
        everyday: how everyone groups one; ``138-0013-8000`` is such a way, ``1-3-8`` is not.
        reversible: what a compact value may be that is written from its end.
        letters: how many letters values have.
        chunked: people cut values into pieces by words.
        dotted: signs between digits belong to the value, and dots to nothing else.
        ideographs: values may hold Chinese characters of any kind.
        grouped: a value fits that has everyday groups, whatever its digits.
        kept: Chinese characters that belong to a value.
        kept_last: those that do so only as its last character.
        framed: a form with words before and after a number: three groups.
        inner: the plan of that number.
        cue: words that name the type before or after a value and could be read as part of it.
    """

    plausible: re.Pattern[str]
    everyday: re.Pattern[str]
    reversible: re.Pattern[str] | None = None
    letters: Letters = Letters.MANY
    chunked: bool = False
    dotted: bool = False
    ideographs: bool = False
    grouped: bool = False
    kept: str = ""
    kept_last: str = ""
    framed: re.Pattern[str] | None = None
    inner: NumberPlan | None = None
    cue: re.Pattern[str] | None = None

    @property
    def letterless(self) -> bool:
        """Whether no value has letters."""
        return self.letters is Letters.NONE

    def could_be(self, value: str) -> bool:
        """Whether a compact value, without separators, could be one of the plan."""
        return self.plausible.fullmatch(value) is not None

    def turned_round(self, value: str) -> bool:
        """Whether a compact value could be one of the plan only when it is read from its end."""
        shape = self.reversible
        return shape is not None and not self.could_be(value) and shape.fullmatch(value[::-1]) is not None

    def is_everyday(self, text: str) -> bool:
        """Whether digits and letters are grouped as everyone groups them."""
        return self.everyday.fullmatch(text) is not None

    def is_grouped(self, text: str) -> bool:
        """`is_everyday`, or digits in groups of three and more, which nobody finds odd."""
        return _GROUPED.fullmatch(text) is not None or self.is_everyday(text)


class DatePlan(NumberPlan):
    """Dates, in numbers or written with 年, 月 and 日."""


Plan = WrittenPlan | NamePlan | PlacePlan | AccountPlan | NumberPlan
