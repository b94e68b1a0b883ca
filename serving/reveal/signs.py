"""What the signs of a disguised number mean: digits, masks, separators, or nothing that belongs there.

A reading takes whole classes of signs for digits; what it makes of a surface is two translations of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from string import ascii_letters
from typing import NamedTuple

from gaihe.serving.core.schema import NoiseKind
from gaihe.serving.reveal.plans import Letters, NumberPlan
from gaihe.serving.reveal.tables import (
    DIGITS,
    emoji_digits,
    homophone_digits,
    lookalike_digits,
    numeral_digits,
)

DOTS = "\1"
"""A dot of a row of dots, which may stand for masks or separate."""
DROPPED = "\0"
"""A mask that a reading leaves out, or an emote."""
UNEXPLAINED = "\2"
"""What a sign without a place in a value is translated to."""
FIRST_IDEOGRAPH, LAST_IDEOGRAPH = 0x3400, 0x9FFF
IDEOGRAPH = re.compile(f"[{chr(FIRST_IDEOGRAPH)}-{chr(LAST_IDEOGRAPH)}〇○]")
BAR = "|"
_FOREIGN_LETTERS = "ОοΟ"


class Mode(NamedTuple):
    """What a reading takes for digits, a class of signs each; ``inner`` letters and bars only after the first digit."""

    numerals: bool
    homophones: bool
    emoji: bool
    letters: bool
    bars: bool
    inner: bool
    masks: bool
    points: bool


class Tables(NamedTuple):
    """How a mode translates what stands before the first digit and that digit, and the rest."""

    first: re.Pattern[str]
    head: Mapping[int, str]
    body: Mapping[int, str]


def value_of(sign: str, plan: NumberPlan, mode: Mode, begun: bool) -> str:
    """What a sign adds to the value: nothing if it is a separator, a mark if it has no place in such a value."""
    if sign in DIGITS or _kept(sign, plan):
        return sign
    if mode.points and sign in _points(plan) and (begun or sign != "."):
        return "" if sign == "+" and begun else sign
    if sign in ("*", DOTS):
        return "*" if mode.masks else ""
    if (digit := _digit(sign, mode)) or (digit := _letter_digit(sign, plan, mode, begun)):
        return digit
    if not (sign.isascii() and sign.isalpha()) and not IDEOGRAPH.fullmatch(sign) and sign not in _FOREIGN_LETTERS:
        return ""
    fits = not plan.letterless and (sign.isascii() or plan.ideographs)
    return sign if fits else UNEXPLAINED


def _digit(sign: str, mode: Mode) -> str | None:
    if mode.numerals and sign in numeral_digits():
        return numeral_digits()[sign]
    if mode.homophones and sign in homophone_digits():
        return homophone_digits()[sign]
    return emoji_digits().get(sign) if mode.emoji else None


def _letter_digit(sign: str, plan: NumberPlan, mode: Mode, begun: bool) -> str | None:
    if mode.inner and not begun:
        return None
    if sign == BAR:
        return lookalike_digits()[sign] if mode.bars and plan.letters is not Letters.MANY else None
    return lookalike_digits()[sign] if mode.letters and sign in letters_of(plan) else None


def kind_of(sign: str) -> NoiseKind:
    """The disguise of a sign that stands for a digit."""
    if sign in emoji_digits():
        return NoiseKind.UNICODE_DIGIT
    if sign in numeral_digits():
        return NoiseKind.CHINESE_NUMERAL
    return NoiseKind.HOMOPHONE_DIGIT if sign in homophone_digits() else NoiseKind.LOOKALIKE


def _kept(sign: str, plan: NumberPlan) -> bool:
    return sign in plan.kept


def _points(plan: NumberPlan) -> str:
    return ".:-" if plan.dotted else "+"


@cache
def ambiguous() -> frozenset[str]:
    """All ideographs that may stand for a digit."""
    return frozenset((*numeral_digits(), *homophone_digits()))


@cache
def ideographs(plan: NumberPlan) -> tuple[frozenset[str], frozenset[str]]:
    """The numerals and the homophones that are not kept words of the plan."""
    return frozenset(numeral_digits()).difference(plan.kept), frozenset(homophone_digits()).difference(plan.kept)


@cache
def letters_of(plan: NumberPlan) -> frozenset[str]:
    """Letters that look like a digit: only like 0 and 1 where a value may hold letters of its own."""
    return frozenset(
        sign
        for sign, digit in lookalike_digits().items()
        if sign != BAR and (plan.letters is not Letters.MANY or digit in "01")
    )


class _Roles(dict[int, str]):
    """Signs that may be part of a value to themselves, those without a place in it to one mark, others to nothing.

    What no reading takes for a digit means the same in every mode.
    """

    def __init__(self, plan: NumberPlan) -> None:
        self._plan = plan
        core = {*DIGITS, *plan.kept, *_points(plan), "*", DOTS, *emoji_digits(), *letters_of(plan)}
        core |= ambiguous() | (frozenset() if plan.letters is Letters.MANY else {BAR})
        super().__init__((ord(sign), sign) for sign in core)
        self._ideographs_fit = plan.ideographs and not plan.letterless

    def __missing__(self, code: int) -> str:
        if FIRST_IDEOGRAPH <= code <= LAST_IDEOGRAPH:
            return chr(code) if self._ideographs_fit else UNEXPLAINED
        return value_of(chr(code), self._plan, _NOTHING, False)


_NOTHING = Mode(False, False, False, False, False, False, False, False)
roles = cache(_Roles)


@cache
def tables_of(plan: NumberPlan, mode: Mode) -> Tables:
    """The translations of a mode for values of a plan."""
    signs = [*map(chr, roles(plan)), *ascii_letters]
    head, body = ({ord(sign): value_of(sign, plan, mode, begun) for sign in signs} for begun in (False, True))
    digits = "".join(re.escape(sign) for sign in signs if head[ord(sign)].isdecimal())
    return Tables(re.compile(f"[{digits}]"), head, body)
