"""Reading disguised numbers: telephone, identity, card, plate and other values of digits and letters.

A disguise can often be read in several ways: 妖 may be a one or part of a filler word, ``B`` an eight or a letter. All
readings are tried; the one wins that looks like a value of the type, leaves the least unexplained and assumes the
fewest disguises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from gaihe.serving.core.schema import NoiseKind
from gaihe.serving.reveal.folding import simplify
from gaihe.serving.reveal.plans import Letters, NumberPlan
from gaihe.serving.reveal.tables import (
    DIGITS,
    EMOTES,
    FILLERS,
    TIMES,
    emoji_digits,
    homophone_digits,
    lookalike_digits,
    numeral_digits,
)

_HAN = re.compile("[\u3400-\u9fff〇○]")
_MASK_RUN = re.compile(r"[*＊﹡✱⁎]|[●■□█▇◆✘✖✗×某口•·]{2,}|([#_?？])\1+|[●■█✘✖✗×某]")
_CROSS_RUN = re.compile("[xX]{2,}")
_CROSS = re.compile("[xX]")
_EMOTE = re.compile(rf"\[(?:{'|'.join(EMOTES)})\]")
_SEPARATED = re.compile(r"[^\W_][^A-Za-z0-9*\u3400-\u9fff]+[^\W_*]|\*[^A-Za-z0-9*]+[\w*]")
_DOT_RUN = re.compile(r"\.{2,}|…+")
_DOTS = "\1"
_DROPPED = "\0"
_BESIDE_FILLERS = r"[\s,，、;；:：（(）)+＋…~～—.。！!→\-]"
_DOT_WORD = re.compile(r"(?:(?<!\s)\s+)?(?:[\[(（【]\s*(?:\.|点|dot)\s*[\])）】]|点|。|．|、|,|，|\s\.\s)\s*")


_Rank = tuple[bool, int, int, int, int]
_PERFECT = (False, 0, 0, 0)
_NO_LETTERS: tuple[tuple[Mapping[str, str], bool], ...] = (({}, False),)


class _Mode(NamedTuple):
    """What a reading takes for a digit, and what it takes for a separator."""

    han: Mapping[str, str]
    letters: Mapping[str, str]
    inner: bool
    masks: bool
    points: str


class _Reading(NamedTuple):
    compact: str
    grouped: tuple[str, ...]
    kinds: frozenset[NoiseKind]
    unexplained: int
    dropped_masks: int


def reveal_number(text: str, plan: NumberPlan, kinds: set[NoiseKind]) -> str:
    """The value behind a folded surface of a number; adds what was undone to ``kinds``.

    Separators that everyone uses stay where they are; others, and filler words, are dropped.
    """
    if text.isascii() and text.isdecimal():
        return _turned(text, plan, kinds)
    plain = simplify(text, kinds)
    if plan.framed and plan.inner and (framed := plan.framed.fullmatch(plain)):
        return framed[1] + reveal_number(framed[2], plan.inner, kinds) + framed[3]
    plain = _EMOTE.sub(_DROPPED, plain.replace("转分机", "转"))
    if plan.dotted:
        dotted = _DOT_WORD.sub(".", plain)
        if dotted != plain:
            kinds.add(NoiseKind.SEPARATOR)
        plain = dotted
    if plan.chunked:
        counted = _counted().sub(lambda said: said[2] * TIMES[said[1]], plain)
        if counted != plain:
            kinds.add(NoiseKind.CHUNKED)
        plain = counted
    pieces = _fillers().split(plain) if plan.chunked else [plain]
    pieces = [_unmasked(piece, plan) for piece in pieces if piece]
    best = _best_reading(pieces, plan)
    kinds |= best.kinds
    if len(pieces) > 1 or best.unexplained:
        kinds.add(NoiseKind.CHUNKED)
    return _assemble(best, plan, kinds)


def _best_reading(pieces: list[str], plan: NumberPlan) -> _Reading:
    """The reading of the lowest rank, the plainest of several.

    Nothing is tried after one that leaves nothing unexplained and, beside masks, assumes one disguise or none: what
    assumes none is tried first, or leaves ideographs unexplained. Rows of dots are the exception, which may be read as
    masks or dropped.
    """
    text = "".join(pieces)
    fewest = 0 if _DOTS in text else 1 + ("*" in text)
    ranked: list[tuple[_Rank, int, _Reading]] = []
    modes: Iterable[tuple[int, _Mode]] = enumerate(_modes(text, plan))
    if plan.letterless and (han := set(_HAN.findall(text)).difference(plan.kept)):
        modes = sorted(modes, key=lambda numbered: not han <= numbered[1].han.keys())
    for number, mode in modes:
        reading = _read(pieces, plan, mode)
        rank = _rank(reading, plan)
        if rank[:-1] == _PERFECT and rank[-1] <= fewest:
            return reading
        ranked.append((rank, number, reading))
    return min(ranked)[2]


def _unmasked(text: str, plan: NumberPlan) -> str:
    """Masks as ``*``, rows of dots, which may as well separate, as ``_DOTS``."""
    masked = _MASK_RUN.sub(lambda run: "*" * len(run[0]), text)
    if not plan.dotted:
        masked = _DOT_RUN.sub(lambda run: _DOTS * len(run[0]), masked)
    if plan.letters is Letters.MANY:
        return masked
    pattern = _CROSS if plan.letterless else _CROSS_RUN
    return pattern.sub(lambda run: "*" * len(run[0]), masked)


@cache
def _fillers() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, FILLERS), key=len, reverse=True))
    firsts = "".join(sorted({word[0] for word in FILLERS}))
    return re.compile(rf"(?:(?<!{_BESIDE_FILLERS}){_BESIDE_FILLERS}+)?(?=[{firsts}])(?:{words}){_BESIDE_FILLERS}*")


@cache
def _counted() -> re.Pattern[str]:
    return re.compile(f"([{''.join(TIMES)}])个([0-9零])")


@cache
def _lookalikes(letters: Letters) -> Mapping[str, str]:
    table = lookalike_digits()
    if letters is Letters.MANY:
        return {sign: digit for sign, digit in table.items() if digit in "01" and sign != "|"}
    return table


@cache
def _alphabets(letters: Letters) -> tuple[tuple[Mapping[str, str], bool], ...]:
    table = _lookalikes(letters)
    barless = {sign: digit for sign, digit in table.items() if sign != "|"}
    return (*_NO_LETTERS, (table, True), (table, False), (barless, True), (barless, False))


@cache
def _vocabularies(han: bool, emoji: bool) -> tuple[Mapping[str, str], ...]:
    words: tuple[Mapping[str, str], ...] = ({},)
    if han:
        words += (numeral_digits(), {**numeral_digits(), **homophone_digits()})
    return (*words, *({**emoji_digits(), **vocabulary} for vocabulary in words)) if emoji else words


def _modes(text: str, plan: NumberPlan) -> Iterator[_Mode]:
    """The readings worth trying, the plainest first."""
    signs = frozenset(text)
    alphabets = _NO_LETTERS if signs.isdisjoint(_lookalikes(plan.letters)) else _alphabets(plan.letters)
    for han in _vocabularies(_HAN.search(text) is not None, not signs.isdisjoint(emoji_digits())):
        for letters, inner in alphabets:
            for masks in (True, False) if "*" in signs or _DOTS in signs else (True,):
                for points in (".:-", "") if plan.dotted else ("+",):
                    yield _Mode(han, letters, inner, masks, points)


def _read(pieces: list[str], plan: NumberPlan, mode: _Mode) -> _Reading:
    kinds: set[NoiseKind] = set()
    groups: list[str] = []
    compact = ""
    unexplained = dropped = 0
    begun = False
    last = len(pieces) - 1
    for number, piece in enumerate(pieces):
        grouped = ""
        for index, sign in enumerate(piece):
            if sign in DIGITS:
                grouped += sign
                compact += sign
                begun = True
                continue
            final = number == last and index == len(piece) - 1
            value = _value(sign, plan, mode, kinds, begun, final)
            if value is None:
                unexplained += 1
                continue
            unexplained += sign == "|" and not value and (final or not (compact or grouped))
            unexplained += not value and sign in emoji_digits()
            unexplained += plan.ideographs and value == sign and sign in _ambiguous()
            dropped += sign == "*" and not value
            grouped += value or (_DROPPED if sign == "*" else sign)
            compact += value
            begun = begun or value.isdecimal()
        groups.append(grouped)
    if "*" in compact:
        kinds.add(NoiseKind.MASKED)
    return _Reading(compact, tuple(groups), frozenset(kinds), unexplained, dropped)


def _value(sign: str, plan: NumberPlan, mode: _Mode, kinds: set[NoiseKind], begun: bool, final: bool) -> str | None:
    """What a sign adds to the value: nothing if it is a separator, ``None`` if it has no place in such a value."""
    if sign in DIGITS or (sign in mode.points and (begun or sign != ".")) or _kept(sign, plan, final):
        return "" if sign == "+" and begun else sign
    if sign in ("*", _DOTS):
        return "*" if mode.masks else ""
    if sign in mode.han:
        kinds.add(_kind_of(sign))
        return mode.han[sign]
    if sign in mode.letters and (begun or not mode.inner):
        kinds.add(NoiseKind.LOOKALIKE)
        return mode.letters[sign]
    if not (sign.isascii() and sign.isalpha()) and not _HAN.fullmatch(sign) and sign not in "ОοΟ":
        return ""
    fits = not plan.letterless and (sign.isascii() or plan.ideographs)
    return sign if fits else None


def _kind_of(sign: str) -> NoiseKind:
    if sign in emoji_digits():
        return NoiseKind.UNICODE_DIGIT
    return NoiseKind.CHINESE_NUMERAL if sign in numeral_digits() else NoiseKind.HOMOPHONE_DIGIT


@cache
def _ambiguous() -> frozenset[str]:
    return frozenset((*numeral_digits(), *homophone_digits()))


def _kept(sign: str, plan: NumberPlan, final: bool) -> bool:
    return sign in plan.kept or (final and sign in plan.kept_last)


def _rank(reading: _Reading, plan: NumberPlan) -> _Rank:
    value = reading.compact
    fit = 0 if plan.could_be(value) or _fits_grouped(reading, plan) else 1 if plan.turned_round(value) else 2
    return fit == 2, reading.unexplained, fit, reading.dropped_masks, len(reading.kinds)


def _fits_grouped(reading: _Reading, plan: NumberPlan) -> bool:
    return plan.grouped and len(reading.grouped) == 1 and plan.is_everyday(reading.grouped[0])


def _turned(value: str, plan: NumberPlan, kinds: set[NoiseKind]) -> str:
    if plan.turned_round(value):
        kinds.add(NoiseKind.REVERSED)
        return value[::-1]
    return value


def _assemble(reading: _Reading, plan: NumberPlan, kinds: set[NoiseKind]) -> str:
    compact = _turned(reading.compact, plan, kinds)
    if len(reading.grouped) == 1:
        grouped = reading.grouped[0] if compact == reading.compact else reading.grouped[0][::-1]
        if plan.is_everyday(grouped):
            return grouped
    if any(_SEPARATED.search(group) and not plan.is_grouped(group) for group in reading.grouped):
        kinds.add(NoiseKind.SEPARATOR)
    return compact
