"""Undoing disguised numbers: telephone, identity, card, plate and other values of digits and letters."""

from __future__ import annotations

import re
from functools import cache

from gaihe.serving.core.schema import NoiseKind
from gaihe.serving.reveal.folding import simplify
from gaihe.serving.reveal.plans import Letters, NumberPlan
from gaihe.serving.reveal.readings import Reading, best_reading
from gaihe.serving.reveal.signs import DOTS, DROPPED
from gaihe.serving.reveal.tables import EMOTES, FILLERS, TIMES

_MASK_RUN = re.compile(r"[*＊﹡✱⁎]|[●■□█▇◆✘✖✗×某口•·]{2,}|([#_?？])\1+|[●■█✘✖✗×某]")
_CROSS_RUN = re.compile("[xX]{2,}")
_CROSS = re.compile("[xX]")
CROSS_ROW = re.compile("[xX]{3,}(?![A-Za-z])")
"""Letters x that are a mask also where values have letters of their own."""
_CROSS_FIELD = re.compile(r"(?<![0-9A-Za-z])[xX]+(?![0-9A-Za-z])|[xX]{3,}(?![A-Za-z])")
_EMOTE = re.compile(rf"\[(?:{'|'.join(EMOTES)})\]")
_SEPARATED = re.compile(r"[^\W_][^A-Za-z0-9*\u3400-\u9fff]+[^\W_*]|\*[^A-Za-z0-9*]+[\w*]")
_DOT_RUN = re.compile(r"\.{2,}|…+")
_EXTENSION = re.compile(
    r"(?:(?<![\s,，])[\s,，]+)?[（(]?(?:转?分机号?|ext\.?|(?<=\d{7})#)[\s:：]*+([\d零〇○一二三四五六七八九幺]{1,6})\s*+[)）]?$",
    re.IGNORECASE,
)
_BESIDE_FILLERS = r"[\s,，、;；:：（(）)+＋…~～—.。！!→\-]"
_DOT_WORD = re.compile(r"(?:(?<!\s)\s+)?(?:[\[(（【]\s*(?:\.|点|dot)\s*[\])）】]|点|。|．|、|,|，|\s\.\s)\s*")


def reveal_number(text: str, plan: NumberPlan, kinds: set[NoiseKind]) -> str:
    """The value behind a folded surface of a number; adds what was undone to ``kinds``.

    Separators that everyone uses stay where they are; others, and filler words, are dropped.
    """
    if text.isascii() and text.isdecimal():
        return _turned(text, plan, kinds)
    plain = simplify(text, kinds)
    if plan.framed and plan.inner and (framed := plan.framed.fullmatch(plain)):
        return framed[1] + reveal_number(framed[2], plan.inner, kinds) + framed[3]
    if plan.cue and (uncued := plan.cue.sub("", plain)) not in ("", plain):
        kinds.add(NoiseKind.CHUNKED)
        plain = uncued
    plain = _EMOTE.sub(DROPPED, _EXTENSION.sub(r"转\1", plain) if "转" in plan.kept else plain)
    if plan.dotted:
        plain = plain.replace("：", ":")
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
    best = best_reading(pieces, plan)
    kinds |= best.kinds
    if len(pieces) > 1 or best.unexplained:
        kinds.add(NoiseKind.CHUNKED)
    return _assemble(best, plan, kinds)


def _unmasked(text: str, plan: NumberPlan) -> str:
    """Masks as ``*``, rows of dots, which may as well separate, as ``DOTS``."""
    masked = _MASK_RUN.sub(lambda run: "*" * len(run[0]), text)
    if not plan.dotted:
        masked = _DOT_RUN.sub(lambda run: DOTS * len(run[0]), masked)
    if plan.letters is Letters.MANY:
        pattern = _CROSS_FIELD if plan.dotted else CROSS_ROW
    else:
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


def _turned(value: str, plan: NumberPlan, kinds: set[NoiseKind]) -> str:
    if plan.turned_round(value):
        kinds.add(NoiseKind.REVERSED)
        return value[::-1]
    return value


def _assemble(reading: Reading, plan: NumberPlan, kinds: set[NoiseKind]) -> str:
    compact = _turned(reading.compact, plan, kinds)
    if len(reading.grouped) == 1:
        grouped = reading.grouped[0] if compact == reading.compact else reading.grouped[0][::-1]
        if plan.is_everyday(grouped):
            return grouped
    if any(_SEPARATED.search(group) and not plan.is_grouped(group) for group in reading.grouped):
        kinds.add(NoiseKind.SEPARATOR)
    return compact
