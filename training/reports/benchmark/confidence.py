"""What a system's scores are worth: precision-recall curve and calibration."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from gaihe.training.export.scale import calibration_error

BINS = 10
CURVE_POINTS = 200


class Confidence:
    """Collects the score of every found span and whether it is exactly right; nine bytes a span."""

    def __init__(self) -> None:
        self._scores = array("d")
        self._right = array("b")

    def add(self, score: float | None, right: bool) -> None:
        """Take note of a found span; one without a score is left out."""
        if score is not None:
            self._scores.append(score)
            self._right.append(right)

    def curve(self, gold: int) -> list[dict[str, float]]:
        """Precision and recall of the spans at or above a score, from the highest score down.

        Args:
            gold: the number of gold spans.

        Returns:
            At most about `CURVE_POINTS` points, each of a score that some span has.
        """
        scores, right = np.array(self._scores), np.array(self._right, dtype=np.int64)
        if not len(scores) or not gold:
            return []
        order = np.argsort(-scores, kind="stable")
        scores, hits = scores[order], right[order].cumsum()
        last = np.flatnonzero(np.append(scores[1:] < scores[:-1], True))
        chosen = last[np.unique(np.linspace(0, len(last) - 1, min(CURVE_POINTS, len(last))).round().astype(int))]
        return [
            {"score": float(scores[i]), "precision": float(hits[i] / (i + 1)), "recall": float(hits[i] / gold)}
            for i in chosen
        ]

    def calibration(self) -> dict[str, Any] | None:
        """A reliability table of `BINS` equal bins, and the expected calibration error."""
        scores, right = np.array(self._scores), np.array(self._right, dtype=np.float64)
        if not len(scores):
            return None
        bins = np.minimum((scores * BINS).astype(int), BINS - 1)
        rows = []
        for number in range(BINS):
            inside = bins == number
            if inside.any():
                rows.append(
                    {
                        "from": number / BINS,
                        "to": (number + 1) / BINS,
                        "spans": int(inside.sum()),
                        "score": float(scores[inside].mean()),
                        "right": float(right[inside].mean()),
                    }
                )
        return {"bins": rows, "error": calibration_error(scores, right > 0, BINS)}
