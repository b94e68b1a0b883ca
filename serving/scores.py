"""What a model's raw span scores mean: the share of such spans that is right."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, log1p

import numpy as np
from numpy.typing import NDArray

_SMALLEST = 1e-6
_LARGEST = 1 - _SMALLEST


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
        clipped = np.minimum(np.maximum(scores, _SMALLEST), _LARGEST)
        odds: NDArray[np.float64] = np.log(clipped) - np.log1p(-clipped)
        return odds

    def of(self, score: float) -> float:
        """The calibrated score, from 0 to 1, of a raw one."""
        if self.slope == 1.0 and self.offset == 0.0:
            return score
        if score < _SMALLEST:
            score = _SMALLEST
        elif score > _LARGEST:
            score = _LARGEST
        return 1 / (1 + exp(-(self.slope * (log(score) - log1p(-score)) + self.offset)))

    def apply(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated scores from 0 to 1, of the same shape ``(scores,)``."""
        return np.array([self.of(score) for score in scores.tolist()], dtype=np.float64)
