"""Two systems on the same posts and the types that both give."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from gaihe.training.reports.benchmark.resampling import ROUNDS, estimate, randomisation_test, resampled_totals
from gaihe.training.reports.benchmark.results import group_figures
from gaihe.training.reports.benchmark.run import Run
from gaihe.training.reports.benchmark.scores import rows_of, untyped_rows


def compare(left: Run, right: Run, resamples: int) -> dict[str, Any] | None:
    """Compare two runs over one set; ``None`` where they share no type.

    Returns:
        For each figure both values, their difference (left minus right) with a paired bootstrap interval, and the
        p-value of approximate randomisation.
    """
    types = tuple(kind for kind in left.types if kind in right.types)
    if not types:
        return None
    rows = [untyped_rows(rows_of(run.scorer.counts, types)) for run in (left, right)]
    values = [group_figures(side.sum(axis=0)) for side in rows]
    samples = [group_figures(resampled_totals(side, resamples)) for side in rows]
    tests = randomisation_test(rows[0], rows[1], group_figures)
    figures = {}
    for name, test in tests.items():
        a, b = float(values[0][name]), float(values[1][name])
        figures[name] = {
            "left": estimate(a, samples[0][name]),
            "right": estimate(b, samples[1][name]),
            "difference": estimate(a - b, samples[0][name] - samples[1][name]),
            "p": test["p"],
        }
    return {
        "set": left.set_name,
        "left": left.system,
        "right": right.system,
        "types": [kind.value for kind in types],
        "rounds": ROUNDS,
        "figures": figures,
    }


def compare_all(runs: Sequence[Run], resamples: int) -> list[dict[str, Any]]:
    """Every pair of runs over one set that share a type."""
    pairs = (compare(left, right, resamples) for left, right in combinations(runs, 2))
    return [pair for pair in pairs if pair is not None]
