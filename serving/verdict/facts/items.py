"""What single spans, and those of one person together, say of the person."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gaihe.serving.core.schema import Entity, EntityType, NoiseKind
from gaihe.serving.verdict.facts.addresses import Precision, precision
from gaihe.serving.verdict.facts.rarity import hidden, value_of
from gaihe.serving.verdict.facts.severity import Reach, reach, sensitive

_OPEN_DISGUISES = frozenset({NoiseKind.MASKED, NoiseKind.TRADITIONAL, NoiseKind.PINYIN})
"""Ways of writing that hide nothing from a filter, or hide the value from everyone."""
_SPACED_NAME = re.compile("[\u3400-\u9fff][ \u3000][\u3400-\u9fff]")
"""A name of two characters that is spaced to the width of three, as lists and forms print it: 陈 明."""
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


def _is_part(value: str, values: str) -> bool:
    """Whether a value stands in a longer one of those between breaks."""
    at = values.find(value)
    if values[at - 1] == values[at + len(value)] == _BREAK:
        at = values.find(value, at + len(value))
    return bool(value) and at >= 0
