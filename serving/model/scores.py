"""What a model's raw span scores mean: the share of such spans that is right."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, log1p

import numpy as np
from numpy.typing import NDArray

DIGITS = 4
"""Decimal places of scores and thresholds."""
STEP = 10.0**-DIGITS
DEFAULT_FLOOR = 0.3
_SMALLEST = 1e-6
_LARGEST = 1 - _SMALLEST


@dataclass(frozen=True)
class ScoreScale:
    """A logistic scale fitted on validation posts (Platt 1999), and a floor under the spans of the best path.

    A span of the best path scores at least the floor, any other less, so that the floor as threshold gives the best
    path. The default leaves all other scores as they are.

    Attributes:
        slope: factor of the raw score's log-odds, above 0.
        offset: added to them.
        failed: added for a span whose value fails its type's check, at most 0.
        floor: the lowest score of a span of the best path, a multiple of `STEP`.
    """

    slope: float = 1.0
    offset: float = 0.0
    failed: float = 0.0
    floor: float = DEFAULT_FLOOR

    @staticmethod
    def log_odds(scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The log-odds of raw scores from 0 to 1."""
        clipped = np.minimum(np.maximum(scores, _SMALLEST), _LARGEST)
        odds: NDArray[np.float64] = np.log(clipped) - np.log1p(-clipped)
        return odds

    def of(self, raw: float, best: bool = True, failed: bool = False) -> float:
        """The score of a span, from 0 to 1, rounded to `DIGITS`.

        Args:
            raw: geometric mean of the probabilities of its labels, 0 to 1.
            best: whether it is on the best path.
            failed: whether its value fails its type's check.
        """
        if raw < _SMALLEST:
            raw = _SMALLEST
        elif raw > _LARGEST:
            raw = _LARGEST
        odds = self.slope * (log(raw) - log1p(-raw)) + self.offset
        score = round(1 / (1 + exp(-(odds + self.failed if failed else odds))), DIGITS)
        if best:
            return score if score > self.floor else self.floor
        return min(score, round(self.floor - STEP, DIGITS))
