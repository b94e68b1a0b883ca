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

from gaihe.serving.core.schema import EntityType, NoiseKind
from gaihe.serving.reveal.folding import simplify
from gaihe.serving.reveal.plans import LETTERLESS, everyday, plausible, turned_round
from gaihe.serving.reveal.tables import (
    DIGITS,
    EMOTES,
    FILLERS,
    PROVINCES,
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
_CROSSED = LETTERLESS | {EntityType.ID_CARD}
_CHUNKED = LETTERLESS | {EntityType.ID_CARD, EntityType.MEMBER_ID}
_NARROW = frozenset({EntityType.PLATE, EntityType.DEVICE_ID, EntityType.MEMBER_ID, EntityType.PASSPORT})
_KEPT_WORDS = {EntityType.PHONE: "转", EntityType.PLATE: PROVINCES + "警学挂试超领使港澳"}
_OFFICER = re.compile("([\u4e00-\u9fff]{1,2}字第?)(.+?)(号?)")
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


def reveal_number(text: str, kind: EntityType, kinds: set[NoiseKind]) -> str:
    """The value behind a folded surface of a number-like type; adds what was undone to ``kinds``.

    Separators that everyone uses stay where they are; others, and filler words, are dropped.
    """
    if text.isascii() and text.isdecimal():
        return _turned(text, kind, kinds)
    plain = simplify(text, kinds)
    if kind is EntityType.PASSPORT and (officer := _OFFICER.fullmatch(plain)):
        return officer[1] + reveal_number(officer[2], EntityType.MEMBER_ID, kinds) + officer[3]
    plain = _EMOTE.sub(_DROPPED, plain.replace("转分机", "转"))
    if kind is EntityType.DEVICE_ID:
        dotted = _DOT_WORD.sub(".", plain)
        if dotted != plain:
            kinds.add(NoiseKind.SEPARATOR)
        plain = dotted
    if kind in _CHUNKED:
        counted = _counted().sub(lambda said: said[2] * TIMES[said[1]], plain)
        if counted != plain:
            kinds.add(NoiseKind.CHUNKED)
        plain = counted
    pieces = _fillers().split(plain) if kind in _CHUNKED else [plain]
    pieces = [_unmasked(piece, kind) for piece in pieces if piece]
    best = _best_reading(pieces, kind)
    kinds |= best.kinds
    if len(pieces) > 1 or best.unexplained:
        kinds.add(NoiseKind.CHUNKED)
    return _assemble(best, kind, kinds)


def _best_reading(pieces: list[str], kind: EntityType) -> _Reading:
    """The reading of the lowest rank, the plainest of several.

    Nothing is tried after one that leaves nothing unexplained and, beside masks, assumes one disguise or none: what
    assumes none is tried first, or leaves ideographs unexplained. Rows of dots are the exception, which may be read as
    masks or dropped.
    """
    text = "".join(pieces)
    fewest = 0 if _DOTS in text else 1 + ("*" in text)
    ranked: list[tuple[_Rank, int, _Reading]] = []
    modes: Iterable[tuple[int, _Mode]] = enumerate(_modes(text, kind))
    if kind in LETTERLESS and (han := set(_HAN.findall(text)).difference(_KEPT_WORDS.get(kind, ""))):
        modes = sorted(modes, key=lambda numbered: not han <= numbered[1].han.keys())
    for number, mode in modes:
        reading = _read(pieces, kind, mode)
        rank = _rank(reading, kind)
        if rank[:-1] == _PERFECT and rank[-1] <= fewest:
            return reading
        ranked.append((rank, number, reading))
    return min(ranked)[2]


def _unmasked(text: str, kind: EntityType) -> str:
    """Masks as ``*``, rows of dots, which may as well separate, as ``_DOTS``."""
    masked = _MASK_RUN.sub(lambda run: "*" * len(run[0]), text)
    if kind is not EntityType.DEVICE_ID:
        masked = _DOT_RUN.sub(lambda run: _DOTS * len(run[0]), masked)
    if kind not in _CROSSED:
        return masked
    pattern = _CROSS if kind in LETTERLESS else _CROSS_RUN
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
def _lookalikes(kind: EntityType) -> Mapping[str, str]:
    table = lookalike_digits()
    if kind in _NARROW:
        return {sign: digit for sign, digit in table.items() if digit in "01" and sign != "|"}
    return table


@cache
def _alphabets(kind: EntityType) -> tuple[tuple[Mapping[str, str], bool], ...]:
    table = _lookalikes(kind)
    letters = {sign: digit for sign, digit in table.items() if sign != "|"}
    return (*_NO_LETTERS, (table, True), (table, False), (letters, True), (letters, False))


@cache
def _vocabularies(han: bool, emoji: bool) -> tuple[Mapping[str, str], ...]:
    words: tuple[Mapping[str, str], ...] = ({},)
    if han:
        words += (numeral_digits(), {**numeral_digits(), **homophone_digits()})
    return (*words, *({**emoji_digits(), **vocabulary} for vocabulary in words)) if emoji else words


def _modes(text: str, kind: EntityType) -> Iterator[_Mode]:
    """The readings worth trying, the plainest first."""
    signs = frozenset(text)
    alphabets = _NO_LETTERS if signs.isdisjoint(_lookalikes(kind)) else _alphabets(kind)
    for han in _vocabularies(_HAN.search(text) is not None, not signs.isdisjoint(emoji_digits())):
        for letters, inner in alphabets:
            for masks in (True, False) if "*" in signs or _DOTS in signs else (True,):
                for points in (".:-", "") if kind is EntityType.DEVICE_ID else ("+",):
                    yield _Mode(han, letters, inner, masks, points)


def _read(pieces: list[str], kind: EntityType, mode: _Mode) -> _Reading:
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
            value = _value(sign, kind, mode, kinds, begun, final)
            if value is None:
                unexplained += 1
                continue
            unexplained += sign == "|" and not value and (final or not (compact or grouped))
            unexplained += not value and sign in emoji_digits()
            unexplained += kind is EntityType.MEMBER_ID and value == sign and sign in _ambiguous()
            dropped += sign == "*" and not value
            grouped += value or (_DROPPED if sign == "*" else sign)
            compact += value
            begun = begun or value.isdecimal()
        groups.append(grouped)
    if "*" in compact:
        kinds.add(NoiseKind.MASKED)
    return _Reading(compact, tuple(groups), frozenset(kinds), unexplained, dropped)


def _value(sign: str, kind: EntityType, mode: _Mode, kinds: set[NoiseKind], begun: bool, final: bool) -> str | None:
    """What a sign adds to the value: nothing if it is a separator, ``None`` if it has no place in such a value."""
    if sign in DIGITS or (sign in mode.points and (begun or sign != ".")) or _kept(sign, kind, final):
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
    fits = kind not in LETTERLESS and (sign.isascii() or kind is EntityType.MEMBER_ID)
    return sign if fits else None


def _kind_of(sign: str) -> NoiseKind:
    if sign in emoji_digits():
        return NoiseKind.UNICODE_DIGIT
    return NoiseKind.CHINESE_NUMERAL if sign in numeral_digits() else NoiseKind.HOMOPHONE_DIGIT


@cache
def _ambiguous() -> frozenset[str]:
    return frozenset((*numeral_digits(), *homophone_digits()))


def _kept(sign: str, kind: EntityType, final: bool) -> bool:
    return sign in _KEPT_WORDS.get(kind, "") and (sign != "领" or final)


def _rank(reading: _Reading, kind: EntityType) -> _Rank:
    value = reading.compact
    fit = 0 if plausible(value, kind) or _is_date(reading, kind) else 1 if turned_round(value, kind) else 2
    return fit == 2, reading.unexplained, fit, reading.dropped_masks, len(reading.kinds)


def _is_date(reading: _Reading, kind: EntityType) -> bool:
    return kind is EntityType.BIRTH_DATE and len(reading.grouped) == 1 and everyday(reading.grouped[0], kind)


def _turned(value: str, kind: EntityType, kinds: set[NoiseKind]) -> str:
    if turned_round(value, kind):
        kinds.add(NoiseKind.REVERSED)
        return value[::-1]
    return value


def _assemble(reading: _Reading, kind: EntityType, kinds: set[NoiseKind]) -> str:
    compact = _turned(reading.compact, kind, kinds)
    if len(reading.grouped) == 1:
        grouped = reading.grouped[0] if compact == reading.compact else reading.grouped[0][::-1]
        if everyday(grouped, kind):
            return grouped
    if any(
        _SEPARATED.search(group) and not (everyday(group, EntityType.QQ) or everyday(group, kind))
        for group in reading.grouped
    ):
        kinds.add(NoiseKind.SEPARATOR)
    return compact
