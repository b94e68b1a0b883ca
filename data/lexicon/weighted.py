"""Weighted choice without rebuilding the weights at each draw."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Values to draw from, each with its relative frequency."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self._values = tuple(weights)
        self._cumulative = tuple(accumulate(weights.values()))

    def pick(self, random: Random) -> T:
        """One value, by its weight."""
        return random.choices(self._values, cum_weights=self._cumulative)[0]
