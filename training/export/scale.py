"""Scores that say what share of such spans is right."""

from __future__ import annotations

import numpy as np
from gaihe.serving.model.model_file import LARGEST_SCALE
from gaihe.serving.model.scores import DIGITS, ScoreScale
from gaihe.training.export.pool import Pool
from numpy.typing import NDArray

DOUBTFUL = 0.05
"""Share of the best path's spans, those with the lowest scores, whose share that is right becomes the floor."""
FEWEST = 40
"""Spans of the best path below which the floor is not fitted."""
_FLOORS = (0.1, 0.9)


def fit_scale(pool: Pool, posts: NDArray[np.bool_] | None = None) -> ScoreScale:
    """Logistic calibration (Platt 1999) of raw scores and failed checks, and the floor.

    Args:
        pool: candidates of validation posts.
        posts: those to use, shape ``(posts,)``; all when left out.

    Returns:
        The scale; the default one where all spans are right, or all wrong, or higher raw scores are no better.
    """
    from sklearn.linear_model import LogisticRegression

    used = pool.counts if posts is None else pool.counts & posts[pool.post]
    right, weight = pool.right[used], pool.weight[pool.post[used]]
    if right.all() or not right.any():
        return ScoreScale()
    features = np.stack([ScoreScale.log_odds(pool.raw[used]), pool.failed[used]], axis=1)
    fitted = LogisticRegression(C=100.0).fit(features, right, sample_weight=weight)
    slope, failed = fitted.coef_[0]
    if slope <= 0:
        return ScoreScale()
    slope, offset, failed = (
        float(np.clip(value, -LARGEST_SCALE, LARGEST_SCALE)) for value in (slope, fitted.intercept_[0], min(failed, 0))
    )
    best = pool.best[used]
    if best.sum() < FEWEST:
        return ScoreScale(slope, offset, failed)
    odds = (features @ np.array([slope, failed]))[best]
    order = np.argsort(odds, kind="stable")
    share = np.cumsum(weight[best][order])
    lowest = order[: 1 + int((share <= DOUBTFUL * share[-1]).sum())]
    floor = np.average(right[best][lowest], weights=weight[best][lowest])
    return ScoreScale(slope, offset, failed, round(float(np.clip(floor, *_FLOORS)), DIGITS))


def calibration_error(scores: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over equally wide bins (Guo et al. 2017), from 0 to 1; 0 without spans."""
    if not len(scores):
        return 0.0
    places = np.minimum((scores * bins).astype(np.int64), bins - 1)
    return float(
        sum(
            abs(scores[places == place].mean() - right[places == place].mean()) * (places == place).mean()
            for place in np.unique(places)
        )
    )
