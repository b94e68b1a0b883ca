"""What checks decide: which of two number-like types a span is where the model wavers, what cannot be, where it ends.

The model finds; a check only chooses between types that the model itself holds possible. A number that passes the check
of another type, which few strings pass by chance, and not the check of its own, takes that type where the model's
scores of the two lie no further apart than `TIES`. The sources of the checks stand in `gaihe.serving.types`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
from gaihe.serving.core.schema import EntityType, NoiseKind
from gaihe.serving.reveal import LONGEST_SURFACE
from gaihe.serving.types import sheet_of
from numpy.typing import NDArray

BRACKETS = {"(": ")", "（": "）", "[": "]", "【": "】"}
_DIGITS = re.compile(r"[0-9]+")
_VERSION = re.compile(r"(?<=[Pp][Vv])[46][:： ]{1,3}")
"""The end of a label (IPv6：) that reads as the beginning of an address."""
TIES = 6.0
"""Largest difference of mean log-probability a character at which a check decides; chosen on validation posts."""


class Verification(NamedTuple):
    """A span's type, the kinds of its disguise, its canonical value, and whether that passes the type's check."""

    kind: EntityType
    evasion: tuple[NoiseKind, ...]
    value: str
    valid: bool | None


def verify_as(surface: str, kind: EntityType) -> Verification:
    """Undo a surface's disguise and check its value as a type; one longer than `LONGEST_SURFACE` is its own value."""
    if len(surface) > LONGEST_SURFACE:
        return unverified(surface, kind)
    sheet = sheet_of(kind)
    plain, evasion = sheet.reveal(surface)
    value = sheet.canonical(plain)
    return Verification(kind, evasion, value, sheet.valid(value))


def unverified(surface: str, kind: EntityType) -> Verification:
    """The verification of a surface of which nothing is known but its type."""
    return Verification(kind, (), surface, None)


def type_score(scores: NDArray[np.float32], place: int) -> float:
    """How probable a type is for a whole span: mean log-probability a character.

    Args:
        scores: log-probabilities of the labels of the span's characters, shape ``(characters, labels)``.
        place: the type's place among the labels of a prefix.
    """
    characters, count = len(scores), scores.shape[1] // 4
    begin, inside, end, single = range(1 + place, 1 + place + 4 * count, count)
    if characters == 1:
        whole = scores.item(0, single)
    else:
        whole = scores.item(0, begin) + scores.item(characters - 1, end)
        whole += sum(map(scores.item, range(1, characters - 1), repeat(inside)))
    return whole / characters


def settled(found: Verification) -> bool:
    """Whether no check could give a span another type: its own holds, or it is no number."""
    return found.valid is True or not sheet_of(found.kind).number_like


def settle(found: Verification, surface: str, scores: NDArray[np.float32], types: Sequence[EntityType]) -> Verification:
    """Verify a span anew as a type that its check knows better, where there is one.

    Args:
        found: of the span as the type that the model gave.
        surface: the span's text.
        scores: log-probabilities of the labels of the span's characters, shape ``(characters, labels)``.
        types: the model's types, in the order of its labels.
    """
    if settled(found):
        return found
    lowest = type_score(scores, types.index(found.kind)) - TIES
    by_type = {
        rival: type_score(scores, types.index(rival))
        for rival in types
        if rival is not found.kind and sheet_of(rival).telling
    }
    rivals = [rival for rival, score in by_type.items() if score >= lowest]
    for rival in sorted(rivals, key=by_type.__getitem__, reverse=True):
        other = verify_as(surface, rival)
        if other.valid:
            return other
    return found


def begin_of(text: str, span: tuple[int, int], kind: EntityType) -> int:
    """Where a span begins that the model begins with white space, or amid the label of a network address: behind it.

    Args:
        text: the text, as IPv6：240e:f7::3.
        span: begin and end of what the model found, as those of 6：240e:f7::3.
        kind: the type that the model gave.
    """
    start, end = span
    version = _VERSION.match(text, start, end) if kind == EntityType.DEVICE_ID else None
    begin = start if version is None else version.end()
    begin = end - len(text[begin:end].lstrip())
    return start if begin == end else begin


def whole_end(
    text: str,
    span: tuple[int, int],
    limit: int,
    kind: EntityType,
    scores: NDArray[np.float32],
    types: Sequence[EntityType],
) -> int:
    """Where a span ends that stops amid digits: after the last of them, where only all together are a number.

    Args:
        text: the text, as 电话13800138000.
        span: begin and end of what the model found, as those of 138001380.
        limit: where the next span begins, or the text ends.
        kind: the type that the model gave.
        scores: log-probabilities of the labels of the text's characters, shape ``(characters, labels)``.
        types: the model's types, in the order of its labels.

    Returns:
        The end of the span in the text.
    """
    start, end = span
    if not (sheet_of(kind).number_like and text[end : end + 1].isdecimal() and text[end - 1].isdecimal()):
        return end
    digits = _DIGITS.match(text, end, limit)
    if digits is None or digits.end() - start > LONGEST_SURFACE:
        return end
    if verify(text[start:end], kind, scores[start:end], types).valid:
        return end
    whole = verify(text[start : digits.end()], kind, scores[start : digits.end()], types)
    return digits.end() if whole.valid else end


def end_of(surface: str, kind: EntityType, scores: NDArray[np.float32], types: Sequence[EntityType]) -> int:
    """Where a span ends that opens a bracket which it does not close: before it, where only that much is a number.

    Args:
        surface: the span's text, as 13800138000（3 of 13800138000（3 likes）.
        kind: the type that the model gave.
        scores: log-probabilities of the labels of the span's characters, shape ``(characters, labels)``.
        types: the model's types, in the order of its labels.

    Returns:
        How many of its characters the span keeps.
    """
    opened = max(map(surface.rfind, BRACKETS))
    if opened < 1 or BRACKETS[surface[opened]] in surface[opened:]:
        return len(surface)
    if not sheet_of(kind).number_like or verify(surface, kind, scores, types).valid:
        return len(surface)
    kept = len(surface[:opened].rstrip())
    return kept if verify(surface[:kept], kind, scores[:kept], types).valid else len(surface)


def verify(surface: str, kind: EntityType, scores: NDArray[np.float32], types: Sequence[EntityType]) -> Verification:
    """Verify a span, and settle its type where a check knows it better.

    A span that cannot be verified is personal data all the same: nothing is said of it but its type.

    Args:
        surface: the span's text.
        kind: the type that the model gave.
        scores: log-probabilities of the labels of the span's characters, shape ``(characters, labels)``.
        types: the model's types, in the order of its labels.
    """
    try:
        found = verify_as(surface, kind)
        return found if settled(found) else settle(found, surface, scores, types)
    except Exception:  # values are worked out by many small rules from free text
        return unverified(surface, kind)
