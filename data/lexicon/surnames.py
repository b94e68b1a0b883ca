"""Surnames by how many people bear them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from gaihe.data.lexicon.tables import rows
from gaihe.data.lexicon.weighted import Weighted


@cache
def bearers() -> Mapping[str, float]:
    """Surname to its share of the people, in any unit."""
    return MappingProxyType({surname: float(weight) for surname, weight in rows("surnames")})


@cache
def by_bearers() -> Weighted[str]:
    """Surnames to draw from, each as often as people bear it."""
    return Weighted(bearers())
