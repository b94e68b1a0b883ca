"""What a model's raw span scores mean: the share of such spans that is right."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SMALLEST = 1e-6


@dataclass(frozen=True)
class ScoreScale:
    """A logistic scale fitted on validation posts (Platt 1999); the default leaves scores as they are.

    Attributes:
        slope: factor of the raw score's log-odds.
        offset: added to them.
    """

    slope: float = 1.0
    offset: float = 0.0

    @staticmethod
    def log_odds(scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The log-odds of raw scores from 0 to 1."""
        clipped = np.minimum(np.maximum(scores, _SMALLEST), 1 - _SMALLEST)
        odds: NDArray[np.float64] = np.log(clipped) - np.log1p(-clipped)
        return odds

    def of(self, score: float) -> float:
        """The calibrated score, from 0 to 1, of a raw one."""
        if self.slope == 1.0 and self.offset == 0.0:
            return score
        clipped = min(max(score, _SMALLEST), 1 - _SMALLEST)
        return 1 / (1 + math.exp(-(self.slope * (math.log(clipped) - math.log1p(-clipped)) + self.offset)))

    def apply(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated scores from 0 to 1, of the same shape ``(scores,)``."""
        return np.array([self.of(score) for score in scores.tolist()], dtype=np.float64)
