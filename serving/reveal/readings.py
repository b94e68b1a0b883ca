"""The readings of a disguised number: what each takes for a digit, and which of them is the likeliest.

A disguise can often be read in several ways: 妖 may be a one or part of a filler word, ``B`` an eight or a letter. All
readings are tried; the one wins that looks like a value of the type, leaves the least unexplained and assumes the
fewest disguises. Readings differ in whole classes of signs, so that each is two translations of the surface.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gaihe.serving.core.schema import NoiseKind
from gaihe.serving.reveal.plans import NumberPlan
from gaihe.serving.reveal.signs import (
    BAR,
    DOTS,
    DROPPED,
    IDEOGRAPH,
    UNEXPLAINED,
    Mode,
    ambiguous,
    ideographs,
    kind_of,
    letters_of,
    roles,
    tables_of,
)
from gaihe.serving.reveal.tables import DIGITS, emoji_digits

_Rank = tuple[bool, int, int, int, int]
_PERFECT = (False, 0, 0, 0)


class Reading(NamedTuple):
    """A value without separators, its parts with them, and what the reading assumes and leaves unexplained."""

    compact: str
    grouped: tuple[str, ...]
    kinds: frozenset[NoiseKind]
    unexplained: int


class _Outline(NamedTuple):
    """What all readings of a surface share.

    Attributes:
        core: the signs that are part of the value in some reading.
        last: the kept word at the end, which is not in the core.
        unexplained: how many signs have no place in such a value in any reading.
        bars: whether the first sign that some reading explains is a bar, and the last sign another one.
        numerals: whether there are some; likewise homophones and letters.
        emoji: how many there are; likewise masks.
        covered: whether all ideographs may be digits.
    """

    core: str
    last: str
    unexplained: int
    bars: tuple[bool, bool]
    numerals: bool
    homophones: bool
    letters: bool
    emoji: int
    masks: int
    covered: bool


def best_reading(pieces: list[str], plan: NumberPlan) -> Reading:
    """The reading of the lowest rank, the plainest of several.

    Nothing is tried after one that leaves nothing unexplained and, beside masks, assumes one disguise or none: what
    assumes none is tried first, or leaves ideographs unexplained. Rows of dots are the exception, which may be read as
    masks or dropped.
    """
    text = "".join(pieces)
    outline = _outline(text, plan)
    fewest = 0 if DOTS in text else 1 + ("*" in text)
    ranked: list[tuple[_Rank, int, Mode]] = []
    modes = list(enumerate(_modes(outline, plan)))
    if plan.letterless and outline.covered:
        modes.sort(key=lambda numbered: not _covers(numbered[1], outline))
    for number, mode in modes:
        rank = _rank(outline, pieces, plan, mode)
        if rank[:-1] == _PERFECT and rank[-1] <= fewest:
            return _read(pieces, plan, mode)
        ranked.append((rank, number, mode))
    return _read(pieces, plan, min(ranked)[2])


def _outline(text: str, plan: NumberPlan) -> _Outline:
    last = text[-1:] if text[-1:] and text[-1] in plan.kept_last else ""
    core = text.removesuffix(last).translate(roles(plan))
    unexplained = core.count(UNEXPLAINED)
    core = core.replace(UNEXPLAINED, "")
    signs = frozenset(core)
    start = _start(text, plan)
    numerals, homophones = (not signs.isdisjoint(table) for table in ideographs(plan))
    return _Outline(
        core,
        last,
        unexplained,
        (start < len(text) and text[start] == BAR, text[start + 1 :].endswith(BAR)),
        numerals,
        homophones,
        not signs.isdisjoint(letters_of(plan)),
        sum(map(core.count, signs & emoji_digits().keys())),
        core.count("*"),
        all(sign in ambiguous() or sign in plan.kept for sign in IDEOGRAPH.findall(text)),
    )


def _start(text: str, plan: NumberPlan) -> int:
    """Where the first sign stands that some reading explains."""
    role = roles(plan)
    return next((place for place, sign in enumerate(text) if role[ord(sign)] != UNEXPLAINED), len(text))


def _modes(outline: _Outline, plan: NumberPlan) -> Iterator[Mode]:
    """The readings worth trying, the plainest first; of those that do not differ on the surface only the first."""
    core = outline.core
    ideographs = [(False, False)]
    if outline.numerals:
        ideographs.append((True, False))
    if outline.homophones:
        ideographs.append((True, True))
    bars = BAR in core
    letters = [(False, False)]
    if bars:
        letters.append((True, True))
    if outline.letters:
        letters.append((True, False))
    masks = (True, False) if outline.masks or DOTS in core else (True,)
    points = (True, False) if plan.dotted else (True,)
    for emoji in (False, True) if outline.emoji else (False,):
        for numerals, homophones in ideographs:
            for letter, bar in letters:
                for inner in (True, False) if letter else (False,):
                    for mask in masks:
                        for point in points:
                            yield Mode(numerals, homophones, emoji, letter, bar, inner, mask, point)


def _covers(mode: Mode, outline: _Outline) -> bool:
    return mode.numerals >= outline.numerals and mode.homophones >= outline.homophones


def _rank(outline: _Outline, pieces: list[str], plan: NumberPlan, mode: Mode) -> _Rank:
    core = outline.core
    tables = tables_of(plan, mode)
    begin = tables.first.search(core)
    begun = len(core) if begin is None else begin.end()
    value = core[:begun].translate(tables.head) + core[begun:].translate(tables.body)
    unexplained = outline.unexplained + value.count(UNEXPLAINED)
    value = value.replace(UNEXPLAINED, "") + outline.last
    first, last = outline.bars
    unexplained += first and (mode.inner or not mode.bars)
    unexplained += last and not (mode.bars and (begin is not None or not mode.inner))
    if not mode.emoji:
        unexplained += outline.emoji
    if plan.ideographs:
        unexplained += sum(sign in ambiguous() for sign in value)
    if plan.could_be(value) or (plan.grouped and _fits_grouped(pieces, plan, mode)):
        fit = 0
    else:
        fit = 1 if plan.turned_round(value) else 2
    kinds = (
        (mode.numerals and outline.numerals)
        + (mode.homophones and outline.homophones)
        + (mode.emoji and outline.emoji > 0)
        + (mode.letters and _reads_letters(core[begun:] if mode.inner else core, plan, mode))
        + ("*" in value)
    )
    return fit == 2, unexplained, fit, 0 if mode.masks else outline.masks, kinds


def _reads_letters(core: str, plan: NumberPlan, mode: Mode) -> bool:
    return (mode.bars and BAR in core) or not letters_of(plan).isdisjoint(core)


def _fits_grouped(pieces: list[str], plan: NumberPlan, mode: Mode) -> bool:
    return len(pieces) == 1 and plan.is_everyday(_read(pieces, plan, mode).grouped[0])


def _read(pieces: list[str], plan: NumberPlan, mode: Mode) -> Reading:
    kinds: set[NoiseKind] = set()
    groups: list[str] = []
    compact = ""
    unexplained = 0
    begun = False
    tables, role = tables_of(plan, mode), roles(plan)
    last = len(pieces) - 1
    start = _start("".join(pieces), plan)
    place = -1
    for number, piece in enumerate(pieces):
        grouped = ""
        for index, sign in enumerate(piece):
            place += 1
            final = number == last and index == len(piece) - 1
            kept = final and sign in plan.kept_last
            value = sign if kept else (tables.body if begun else tables.head).get(ord(sign))
            if value is None:
                value = role[ord(sign)]
            if value == UNEXPLAINED:
                unexplained += 1
                continue
            unexplained += sign == BAR and not value and (final or place == start)
            unexplained += not value and sign in emoji_digits()
            unexplained += plan.ideographs and value == sign and sign in ambiguous()
            if value.isdecimal():
                begun = True
                if sign not in DIGITS:
                    kinds.add(kind_of(sign))
            grouped += value or (DROPPED if sign == "*" else sign)
            compact += value
        groups.append(grouped)
    if "*" in compact:
        kinds.add(NoiseKind.MASKED)
    return Reading(compact, tuple(groups), frozenset(kinds), unexplained)
