"""Undoing disguised numbers: telephone, identity, card, plate and other values of digits and letters."""

from __future__ import annotations

import re
from functools import cache

from gaihe.serving.core.schema import EntityType, NoiseKind
from gaihe.serving.reveal.folding import simplify
from gaihe.serving.reveal.plans import LETTERLESS, everyday, turned_round
from gaihe.serving.reveal.readings import Reading, best_reading
from gaihe.serving.reveal.signs import DOTS, DROPPED
from gaihe.serving.reveal.tables import EMOTES, FILLERS, TIMES

_MASK_RUN = re.compile(r"[*＊﹡✱⁎]|[●■□█▇◆✘✖✗×某口•·]{2,}|([#_?？])\1+|[●■█✘✖✗×某]")
_CROSS_RUN = re.compile("[xX]{2,}")
_CROSS = re.compile("[xX]")
_CROSSED = LETTERLESS | {EntityType.ID_CARD}
_CHUNKED = LETTERLESS | {EntityType.ID_CARD, EntityType.MEMBER_ID}
_OFFICER = re.compile("([\u4e00-\u9fff]{1,2}字第?)(.+?)(号?)")
_EMOTE = re.compile(rf"\[(?:{'|'.join(EMOTES)})\]")
_SEPARATED = re.compile(r"[^\W_][^A-Za-z0-9*\u3400-\u9fff]+[^\W_*]|\*[^A-Za-z0-9*]+[\w*]")
_DOT_RUN = re.compile(r"\.{2,}|…+")
_BESIDE_FILLERS = r"[\s,，、;；:：（(）)+＋…~～—.。！!→\-]"
_DOT_WORD = re.compile(r"(?:(?<!\s)\s+)?(?:[\[(（【]\s*(?:\.|点|dot)\s*[\])）】]|点|。|．|、|,|，|\s\.\s)\s*")


def reveal_number(text: str, kind: EntityType, kinds: set[NoiseKind]) -> str:
    """The value behind a folded surface of a number-like type; adds what was undone to ``kinds``.

    Separators that everyone uses stay where they are; others, and filler words, are dropped.
    """
    if text.isascii() and text.isdecimal():
        return _turned(text, kind, kinds)
    plain = simplify(text, kinds)
    if kind is EntityType.PASSPORT and (officer := _OFFICER.fullmatch(plain)):
        return officer[1] + reveal_number(officer[2], EntityType.MEMBER_ID, kinds) + officer[3]
    plain = _EMOTE.sub(DROPPED, plain.replace("转分机", "转"))
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
    best = best_reading(pieces, kind)
    kinds |= best.kinds
    if len(pieces) > 1 or best.unexplained:
        kinds.add(NoiseKind.CHUNKED)
    return _assemble(best, kind, kinds)


def _unmasked(text: str, kind: EntityType) -> str:
    """Masks as ``*``, rows of dots, which may as well separate, as `DOTS`."""
    masked = _MASK_RUN.sub(lambda run: "*" * len(run[0]), text)
    if kind is not EntityType.DEVICE_ID:
        masked = _DOT_RUN.sub(lambda run: DOTS * len(run[0]), masked)
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


def _turned(value: str, kind: EntityType, kinds: set[NoiseKind]) -> str:
    if turned_round(value, kind):
        kinds.add(NoiseKind.REVERSED)
        return value[::-1]
    return value


def _assemble(reading: Reading, kind: EntityType, kinds: set[NoiseKind]) -> str:
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
