"""Bootstrap intervals by post, and paired approximate randomisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from gaihe.training.reports.benchmark.scores import Floats

RESAMPLES = 1000
ROUNDS = 10_000
SEED = 20
_CELLS = 1 << 22
Statistics = Callable[[Floats], Mapping[str, Floats]]


def resampled_totals(rows: Floats, resamples: int = RESAMPLES) -> Floats:
    """Column totals of samples of posts drawn with replacement, as many as there are posts.

    The weights of a sample's posts are multinomial; the same posts are drawn for every system.

    Args:
        rows: one row a post, shape ``(posts, columns)``.
        resamples: how many samples.

    Returns:
        Shape ``(resamples, columns)``.
    """
    random = np.random.default_rng(SEED)
    count = len(rows)
    totals = np.empty((resamples, rows.shape[1]))
    at_a_time = max(1, _CELLS // max(1, count))
    for start in range(0, resamples, at_a_time):
        block = range(start, min(start + at_a_time, resamples))
        weights = np.stack([np.bincount(random.integers(0, count, count), minlength=count) for _ in block])
        totals[block.start : block.stop] = weights.astype(np.float64) @ rows
    return totals


def estimate(value: float, samples: Floats) -> dict[str, float | None]:
    """A figure with its 95% percentile interval; nulls where it is not defined.

    An interval is not defined either where all samples agree, as they do for a figure of few spans or posts.
    """
    defined = samples[~np.isnan(samples)]
    if np.isnan(value) or not len(defined) or not np.ptp(defined):
        return {"value": None if np.isnan(value) else float(value), "low": None, "high": None}
    low, high = np.quantile(defined, (0.025, 0.975))
    return {"value": float(value), "low": float(low), "high": float(high)}


def estimates(rows: Floats, statistics: Statistics, resamples: int = RESAMPLES) -> dict[str, Any]:
    """Figures of a sample of posts, each with its interval.

    Args:
        rows: the summands, one row a post.
        statistics: figures from totals; vectorised over leading dimensions.
        resamples: how many samples to draw.
    """
    values = statistics(rows.sum(axis=0))
    samples = statistics(resampled_totals(rows, resamples))
    return {name: estimate(float(values[name]), samples[name]) for name in values}


def randomisation_test(
    left: Floats, right: Floats, statistics: Statistics, rounds: int = ROUNDS, seed: int = SEED
) -> dict[str, dict[str, float | None]]:
    """Paired approximate randomisation of two systems on the same posts (Yeh 2000, doi:10.3115/992730.992783).

    A round swaps the two systems' results on every post with probability one half. The p-value is the share of rounds,
    the observed one included, in which a figure differs at least as much as observed; two-sided. A round in which the
    figure is not defined counts among them.

    Args:
        left: the summands of one system, shape ``(posts, columns)``.
        right: those of the other, on the same posts in the same order.
        statistics: figures from totals.
        rounds: how often to swap.
        seed: of the generator.

    Returns:
        For each figure the observed ``difference`` (left minus right) and ``p``; nulls where it is not defined.
    """
    random = np.random.default_rng(seed)
    changed = (left != right).any(axis=1)
    moves = (right - left)[changed]
    first, second = left.sum(axis=0), right.sum(axis=0)
    values, others = statistics(first), statistics(second)
    observed = {name: float(values[name] - others[name]) for name in values}
    reached = dict.fromkeys(values, 1)
    at_a_time = max(1, _CELLS // max(1, len(moves)))
    for start in range(0, rounds, at_a_time):
        count = min(at_a_time, rounds - start)
        swaps = random.integers(0, 2, (count, len(moves)), dtype=np.int8)
        moved = swaps.astype(np.float64) @ moves
        a, b = statistics(first + moved), statistics(second - moved)
        for name, difference in observed.items():
            differences = np.abs(a[name] - b[name])
            reached[name] += int((np.isnan(differences) | (differences >= abs(difference) - 1e-12)).sum())
    return {
        name: {
            "difference": None if np.isnan(difference) else difference,
            "p": None if np.isnan(difference) else reached[name] / (rounds + 1),
        }
        for name, difference in observed.items()
    }
