"""The figures of a run, ready for the report."""

from __future__ import annotations

from typing import Any

from gaihe.serving.core.schema import EntityType, NoiseKind
from gaihe.training.evaluate.metrics import TYPES, Figure
from gaihe.training.reports.benchmark.alignment import Outcome
from gaihe.training.reports.benchmark.resampling import estimate, estimates, resampled_totals
from gaihe.training.reports.benchmark.run import Run
from gaihe.training.reports.benchmark.scores import (
    Floats,
    PostFigure,
    headline,
    ratio,
    rows_of,
    sums_of,
    type_scores,
    untyped_rows,
)
from gaihe.training.reports.benchmark.sets import PostSet

NOTHING = "nothing"
GROUP_FIGURES = ("precision", "recall", "f1", "overlap_f1", "leaked", "alarms_per_1000")


def group_figures(totals: Floats) -> dict[str, Floats]:
    """The figures that are given for parts of a set and for pairs of systems."""
    figures = headline(sums_of(totals))
    return {name: figures[name] for name in GROUP_FIGURES}


def _counts(figures: Floats) -> dict[str, int]:
    return {figure.name.lower(): int(figures[figure]) for figure in Figure if figure is not Figure.COVERED}


def _typed(run: Run, rows: Floats, samples: Floats) -> dict[str, dict[str, Any]]:
    sums, resampled = sums_of(rows.sum(axis=0)), type_scores(sums_of(samples))
    values = type_scores(sums)
    return {
        kind.value: _counts(sums.spans[:, column])
        | {name: estimate(float(values[name][column]), resampled[name][:, column]) for name in values}
        for column, kind in enumerate(run.types)
        if sums.spans[: Figure.EXACT, column].any()
    }


def _groups(posts: PostSet, rows: Floats, resamples: int) -> dict[str, list[dict[str, Any]]]:
    untyped = untyped_rows(rows)
    return {
        by: [
            {"label": label, "posts": int(mask.sum())}
            | _counts(sums_of(untyped[mask].sum(axis=0)).spans[:, 0])
            | estimates(untyped[mask], group_figures, resamples)
            for label, mask in groups
        ]
        for by, groups in posts.facts.groups().items()
    }


def _twin_recall(totals: Floats) -> dict[str, Floats]:
    disguised = ratio(totals[..., 1], totals[..., 0])
    plain = ratio(totals[..., 2], totals[..., 0])
    return {"disguised": disguised, "undisguised": plain, "difference": disguised - plain}


def _undisguised(run: Run, resamples: int) -> list[dict[str, Any]]:
    """Recall of the spans that have an undisguised twin, by the kinds of their own disguise."""
    parts = [("all kinds", run.twins.rows()), *((kind.value, run.twins.rows(kind)) for kind in NoiseKind)]
    return [
        {"label": label, "posts": len(rows), "spans": int(rows[:, 0].sum())} | estimates(rows, _twin_recall, resamples)
        for label, rows in parts
        if len(rows)
    ]


def _outcomes(run: Run) -> dict[str, Any]:
    by_type = {
        kind.value: {outcome.value: run.outcomes[kind, outcome] for outcome in Outcome}
        for kind in run.types
        if any(run.outcomes[kind, outcome] for outcome in Outcome)
    }
    total = {outcome.value: sum(row[outcome.value] for row in by_type.values()) for outcome in Outcome}
    return {"total": total, "by_type": by_type}


def _confusion(run: Run) -> dict[str, dict[str, int]]:
    def name(kind: EntityType | None) -> str:
        return NOTHING if kind is None else kind.value

    rows = [kind for kind in (*TYPES, None) if any(gold is kind for gold, _ in run.confusion)]
    return {
        name(gold): {name(found): run.confusion[gold, found] for found in (*TYPES, None) if run.confusion[gold, found]}
        for gold in rows
    }


def result_of(run: Run, posts: PostSet, resamples: int) -> dict[str, Any]:
    """All figures of a run, each ``{"value", "low", "high"}`` with a 95% interval by post.

    Args:
        run: the run.
        posts: its set.
        resamples: how many bootstrap samples to draw.
    """
    rows = rows_of(run.scorer.counts, run.types)
    totals, samples = rows.sum(axis=0), resampled_totals(rows, resamples)
    sums = sums_of(totals)
    values, resampled = headline(sums), headline(sums_of(samples))
    gold = int(sums.spans[Figure.GOLD].sum())
    return {
        "set": run.set_name,
        "system": run.system,
        "types_compared": [kind.value for kind in run.types],
        "posts": len(rows),
        "seconds": run.seconds,
        "overall": _counts(sums.spans.sum(axis=1))
        | {name.lower(): int(sums.posts[figure]) for name, figure in PostFigure.__members__.items()}
        | {name: estimate(float(values[name]), resampled[name]) for name in values},
        "types": _typed(run, rows, samples),
        "groups": _groups(posts, rows, resamples),
        "undisguised": _undisguised(run, resamples),
        "outcomes": _outcomes(run),
        "confusion": _confusion(run),
        "curve": run.confidence.curve(gold),
        "calibration": run.confidence.calibration(),
        "seqeval": run.seqeval,
        "errors": {"totals": dict(run.worst.totals), "shown": run.worst.records()},
    }
