"""The layout of a post: its lines, blocks and rows, by which data of several people are told apart."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import groupby

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.text import any_of, words

_RULE = re.compile(r"[-=_—─*~#·•.\s]{3,}")
_NUMBERED = re.compile(
    r"\s{0,8}(?:\d{1,3}[.、)）:：](?!\d)|[①-⑳]|[（(【]\d{1,3}[】)）]|第?[一二三四五六七八九十]{1,3}[、.:：])"
)


ROLL = 5
"""Values one after the other, each with nothing beside it: of so many people, and not the numbers of one."""
OF_ONE_PERSON = (
    *(EntityType.PHONE, EntityType.ID_CARD, EntityType.PASSPORT, EntityType.MEMBER_ID, EntityType.BANK_CARD),
    *(EntityType.QQ, EntityType.WECHAT, EntityType.EMAIL, EntityType.PLATE),
)
_BESIDE_A_VALUE = re.compile(r"[\s\d.、,;:)。]{0,6}")


class Kind(Enum):
    """What a line is."""

    PLAIN = "plain"
    """Prose, or one field of a list."""
    ROW = "row"
    """A row of a table: all of it is said of the person whose name it holds."""
    NAMELESS_ROW = "nameless row"
    """A row of a table without names: all of it is said of one unnamed person."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a post.

    Attributes:
        start, end: offsets in the text, without the line break.
        opens: whether a block opens with it: after an empty line or a rule, or with a number.
        numbered: whether it begins with a number.
        kind: what it is.
    """

    start: int
    end: int
    opens: bool
    numbered: bool
    kind: Kind


class Layout:
    """The lines of a post.

    Args:
        text: the post, folded.
        entities: its entities in text order.
    """

    def __init__(self, text: str, entities: Sequence[Entity]) -> None:
        self.lines = _lines(text, entities)
        self._starts = [line.start for line in self.lines]

    def line(self, position: int) -> int:
        """The index of the line that holds a position."""
        return max(0, bisect_right(self._starts, position) - 1)


def _lines(text: str, entities: Sequence[Entity]) -> list[Line]:
    bounds: list[tuple[int, int]] = []
    start = 0
    for piece in text.split("\n"):
        bounds.append((start, start + len(piece)))
        start += len(piece) + 1
    held: list[list[Entity]] = [[] for _ in bounds]
    starts = [begin for begin, _ in bounds]
    for entity in entities:
        held[max(0, bisect_right(starts, entity.start) - 1)].append(entity)
    kinds = _kinds([text[begin:end] for begin, end in bounds], held)
    lines: list[Line] = []
    after_rule = True
    for (begin, end), kind in zip(bounds, kinds, strict=True):
        shown = text[begin:end]
        rule = not shown.strip() or _RULE.fullmatch(shown) is not None
        numbered = _NUMBERED.match(shown) is not None
        lines.append(Line(begin, end, (after_rule and not rule) or numbered, numbered, kind))
        after_rule = rule
    return lines


def _kinds(shown: Sequence[str], held: Sequence[Sequence[Entity]]) -> list[Kind]:
    """The kind of each line: two or more lines that follow one another and look alike are rows of a table."""
    kinds = [Kind.PLAIN] * len(shown)
    filled = [index for index, line in enumerate(shown) if line.strip()]
    for (names, values), group in groupby(filled, key=lambda index: _shape(shown[index], held[index])):
        run = list(group)
        if len(run) < 2 or not values:
            continue
        if names:
            for index in run:
                kinds[index] = Kind.ROW
        else:
            alike = {tuple(entity.type for entity in held[index]) for index in run}
            if len(alike) == 1 and (len(held[run[0]]) > 1 or _is_a_roll(shown, held, run)):
                for index in run:
                    kinds[index] = Kind.NAMELESS_ROW
    return kinds


def _is_a_roll(shown: Sequence[str], held: Sequence[Sequence[Entity]], run: Sequence[int]) -> bool:
    """Whether lines hold a value each that leads to somebody else than the next, and nothing beside it."""
    if len(run) < ROLL or held[run[0]][0].type not in OF_ONE_PERSON:
        return False
    return all(_BESIDE_A_VALUE.fullmatch(shown[index].replace(held[index][0].text, "", 1)) for index in run)


@cache
def _of_a_relative() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{any_of(words('relations'))})[:(\s]")


def _shape(line: str, entities: Sequence[Entity]) -> tuple[bool, bool]:
    """Whether a line holds one name, and whether it holds other data; neither of a form's field of a relative."""
    if _of_a_relative().match(line):
        return False, False
    names = sum(entity.type == EntityType.NAME for entity in entities)
    return names == 1, len(entities) > names
