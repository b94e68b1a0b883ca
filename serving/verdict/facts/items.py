"""What single spans, and those of one person together, say of the person, and of whom they are told last."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from gaihe.serving.core.schema import Entity, EntityType, NoiseKind
from gaihe.serving.verdict.facts.addresses import Precision, precision
from gaihe.serving.verdict.facts.rarity import hidden, value_of
from gaihe.serving.verdict.facts.severity import Reach, reach, sensitive

_OPEN_DISGUISES = frozenset({NoiseKind.MASKED, NoiseKind.TRADITIONAL, NoiseKind.PINYIN})
"""Ways of writing that hide nothing from a filter, or hide the value from everyone."""
_SPACED_NAME = re.compile("[\u3400-\u9fff][ \u3000][\u3400-\u9fff]")
"""A name of two characters that is spaced to the width of three, as lists and forms print it: 陈 明."""
SHARED = (EntityType.SCHOOL, EntityType.WORKPLACE, EntityType.ADDRESS)
"""Where many are, but for an address that leads to somebody."""
_LIVED_AT = (EntityType.SCHOOL, EntityType.ADDRESS)
_NUMBERS = (EntityType.ID_CARD, EntityType.PASSPORT, EntityType.BANK_CARD)

_BREAK = "\0"
_IN_PARTS = frozenset({EntityType.NAME, EntityType.ADDRESS, EntityType.SCHOOL, EntityType.WORKPLACE})
"""Types of which a post repeats a value in part."""


def is_sensitive(span: Entity) -> bool:
    """Whether a span is sensitive; an address is one to the building or the door."""
    if span.type == EntityType.ADDRESS:
        return precision(value_of(span)) >= Precision.BUILDING
    return sensitive(span.type)


def is_a_number(span: Entity) -> bool:
    """Whether a span is a contact, or a number of identity or of a card, and not masked."""
    return not hidden(span) and (reach_of(span) is Reach.REMOTE or span.type in _NUMBERS)


def reach_of(span: Entity) -> Reach:
    """How a span brings one to its bearer."""
    if span.type != EntityType.ADDRESS:
        return reach(span.type)
    how = precision(value_of(span))
    if how is Precision.DISTRICT:
        return Reach.NONE
    return Reach.DOOR if how is Precision.DOOR else Reach.PLACE


def is_disguised(span: Entity) -> bool:
    """Whether a value is written so as to slip past a filter; what leads to nobody has no need to."""
    if hidden(span):
        return False
    if span.type == EntityType.NAME and _SPACED_NAME.fullmatch(span.text):
        return False
    return not _OPEN_DISGUISES.issuperset(span.evasion)


def distinct(spans: Sequence[Entity]) -> list[Entity]:
    """The spans of one person that tell something, without those that another of the type repeats in full.

    A masked value tells nothing; 万春 tells nothing beside 李万春.
    """
    shown = [span for span in spans if not hidden(span)]
    values = {
        kind: _BREAK + _BREAK.join(value_of(span) for span in shown if span.type == kind) + _BREAK for kind in _IN_PARTS
    }
    return [span for span in shown if span.type not in _IN_PARTS or not _is_part(value_of(span), values[span.type])]


def is_located(spans: Sequence[Entity]) -> bool:
    """Whether what is told of one person leads to them at a place.

    A school, an employer or an estate is where many are: it leads to somebody only beside something else of theirs. A
    building does by itself.
    """
    places = [span for span in distinct(spans) if reach_of(span) is Reach.PLACE]
    return bool(places) and (len(distinct(spans)) > 1 or any(map(is_sensitive, places)))


def singles_out(span: Entity) -> bool:
    """Whether a span tells of somebody, and not of a place where many are."""
    return span.type not in SHARED or is_sensitive(span)


def beside_the_name(spans: Sequence[Entity]) -> bool:
    """Whether more than a name is told, which may be anybody's, or that of a figure of fiction."""
    return any(span.type != EntityType.NAME for span in spans)


def ties(spans: Sequence[Entity]) -> bool:
    """Whether of one person a school or an address is told, and beside it something that is no place."""
    types = {span.type for span in distinct(spans)}
    return not types.isdisjoint(_LIVED_AT) and not types.issubset(SHARED)


def is_homed(spans: Sequence[Entity]) -> bool:
    """Whether of one person an address that leads near them is told, and beside it something that is no address."""
    found = distinct(spans)
    lives = any(span.type == EntityType.ADDRESS and reach_of(span) is not Reach.NONE for span in found)
    return lives and any(span.type != EntityType.ADDRESS for span in found)


def told_of_before(people: Sequence[Sequence[Entity]], places: Iterable[int]) -> set[int]:
    """The persons, by number, of whom data are told last before some places; all where before one none are."""
    told = sorted((span.start, number) for number, spans in enumerate(people) for span in spans)
    starts = [start for start, _ in told]
    found: set[int] = set()
    for place in places:
        later = bisect_right(starts, place)
        first = bisect_left(starts, starts[later - 1]) if later else 0
        found.update(number for _, number in told[first : later or None])
    return found


def _is_part(value: str, values: str) -> bool:
    """Whether a value stands in a longer one of those between breaks."""
    at = values.find(value)
    if values[at - 1] == values[at + len(value)] == _BREAK:
        at = values.find(value, at + len(value))
    return bool(value) and at >= 0
