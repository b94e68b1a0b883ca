"""The names of all signs that a table's conditions may hold, and how much is told of a person."""

from __future__ import annotations

from enum import IntEnum

from gaihe.serving.core.schema import Intent, Stance
from gaihe.serving.verdict.facts.severity import Reach
from gaihe.serving.verdict.signs.matters import MATTERS


class What(IntEnum):
    """What is told of a person; a later one includes the earlier ones."""

    NOTHING = 0
    GENERAL = 1
    """One piece of personal data."""
    SEVERAL = 2
    """Several of one person."""
    SENSITIVE = 3
    """Sensitive data: a number of identity or of money, a precise address, whereabouts, any of a child under 14."""


WORD_SIGNS = ("health", "lodging", "money")
"""The signs of which words tell wherever they stand beside somebody's data."""
DOUBTFUL = "doubtful"
"""The sign of a post that is reviewed, but not for its likeliest labels."""
REVIEWED = "reviewed"
"""The sign of a post that is reviewed or blocked."""
_FACTS = (
    *("minor.under_14", "minor.under_18", "live", *WORD_SIGNS, "intimate"),
    *("contact", "identity_number", "bank_card", "precise_address", "door"),
    *("located", "many_persons", "others_too", "unique", "narrow", "public_role", "public_interest"),
    *("trade", "sought", "hunt", "disguised", "always", DOUBTFUL, REVIEWED),
    *("singled_out", "offered", "acquaintance", "service", "helps", "appalled", "lost_family", "honours", "notice"),
    *("tied", "homed", "alone", "numbered", "beside_the_name", "places_only", "dealing", *MATTERS),
)
SIGNS = frozenset(
    [
        *(f"intent.{intent.value}" for intent in Intent),
        *(f"stance.{stance.value}" for stance in Stance),
        *(f"what.{what.name.lower()}" for what in What),
        *(f"reach.{reach.name.lower()}" for reach in Reach),
        *_FACTS,
    ]
)
"""Every sign that a table's conditions may name."""
