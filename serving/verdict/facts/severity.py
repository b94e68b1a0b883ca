"""How sensitive a type of personal data is, and how it brings one to its bearer."""

from __future__ import annotations

from enum import IntEnum

from gaihe.serving.core.schema import EntityType
from gaihe.serving.types import Severity, sheet_of


class Reach(IntEnum):
    """How the person concerned can be got at; a later one includes the earlier ones."""

    NONE = 0
    REMOTE = 1
    """From afar: a number to ring, an account to write to."""
    PLACE = 2
    """At a school, at work, at a building or estate."""
    DOOR = 3
    """At the door of the home, or where the person is right now."""


_REMOTE = frozenset({EntityType.PHONE, EntityType.QQ, EntityType.WECHAT, EntityType.EMAIL, EntityType.ACCOUNT})
_PLACE = frozenset({EntityType.SCHOOL, EntityType.WORKPLACE, EntityType.ADDRESS})
_GROUPS = frozenset(
    {EntityType.SCHOOL, EntityType.WORKPLACE, EntityType.ADDRESS, EntityType.NAME, EntityType.BIRTH_DATE}
)


def sensitive(kind: EntityType) -> bool:
    """Whether the type is sensitive by its sheet; of an address its precision says more."""
    return sheet_of(kind).severity is Severity.SENSITIVE


def reach(kind: EntityType) -> Reach:
    """How a value of the type, in full, brings one to its bearer; of an address its precision says more."""
    if kind in _PLACE:
        return Reach.PLACE
    return Reach.REMOTE if kind in _REMOTE else Reach.NONE


def belongs_to_one(kind: EntityType) -> bool:
    """Whether a value of the type has a single bearer, as a number has and a school has not."""
    return kind not in _GROUPS
