"""Operating points: thresholds found on validation posts, and held to their word on posts left out.

``balanced`` is the threshold with the best F1, or the lowest one that loses next to nothing against it: a lower one
leaks less. ``high_recall`` is the highest at which no more than half as much leaks in every set of the posts, and
surely so in large ones. ``high_precision`` is the lowest at which enough of the found spans are right. What a threshold
promises is asked of posts that neither it nor the scale of the scores was found on; where these do not keep it, the
promise is made stricter where the threshold is found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from gaihe.serving.core.operating_points import DEFAULT_OPERATING_POINT
from gaihe.serving.core.schema import Post
from gaihe.serving.model.scores import ScoreScale
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.training.export.pool import Figures, Floats, Pool, pool_posts
from gaihe.training.export.scale import calibration_error, fit_scale
from numpy.typing import NDArray

HIGH_RECALL, HIGH_PRECISION = "high_recall", "high_precision"
LEAK_SHARE = 0.5
"""What may leak at ``high_recall``, as a share of what leaks at ``balanced``."""
CHARACTERS = 1000
"""Personal characters of a set that ``high_recall`` is held to by itself, and not only with the others."""
SURE = 1.645
"""Standard errors over posts by which a large set must leak less than that: of other such posts 19 in 20 draws do."""
SURE_CHARACTERS = 10_000
"""Personal characters of a large set; to be sure of a small one would cost most of the precision."""
PRECISION = 0.97
"""Share of the found spans that is right at ``high_precision``."""
NEGLIGIBLE = 0.01
"""F1 that ``balanced`` may lose against the best one, for what a higher threshold would leak."""
STRICTNESS = (1.0, 0.98, 0.96, 0.94, 0.92, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)
"""Shares of the errors that a promise allows; the first that keeps the promise on posts left out is taken."""
FOLDS = 8
"""Parts of the validation posts that are left out, one after another."""
RESAMPLES = 1000
_INTERVAL = (2.5, 97.5)


@dataclass(frozen=True)
class _Leaks:
    """What leaks of each post, and what of it each candidate holds, the highest score first.

    Attributes:
        characters: weighted personal characters of each post, shape ``(posts,)``.
        scores, post, covered: of each candidate its score, its post and the weighted personal characters in it.
    """

    characters: Floats
    scores: Floats
    post: NDArray[np.int64]
    covered: Floats

    @classmethod
    def of(cls, pool: Pool, scores: Floats, posts: NDArray[np.bool_]) -> _Leaks:
        used = np.flatnonzero(posts[pool.post])
        order = used[np.argsort(-scores[used], kind="stable")]
        post = pool.post[order]
        return cls(pool.weight * pool.characters * posts, scores[order], post, pool.weight[post] * pool.covered[order])

    def halves(self, balanced: float) -> float | None:
        """The highest threshold at which `LEAK_SHARE` of what ``balanced`` leaks is `SURE` standard errors beyond."""
        above = self.scores >= balanced
        leaked = self.characters - np.bincount(self.post[above], self.covered[above], len(self.characters))
        post, covered, scores = self.post[~above], self.covered[~above], self.scores[~above]
        excess = (1 - LEAK_SHARE) * leaked
        whole = excess.sum() - np.cumsum(covered)
        after = excess[post] - _sum_so_far(post, covered)
        squares = np.square(excess).sum() + np.cumsum(np.square(after) - np.square(after + covered))
        enough = scores[whole + SURE * np.sqrt(np.maximum(squares, 0.0)) <= 0]
        return float(enough[0]) if len(enough) else None


def _sum_so_far(group: NDArray[np.int64], values: Floats) -> Floats:
    """For each value the sum of those of its group up to it."""
    if not len(group):
        return values
    order = np.argsort(group, kind="stable")
    sums = np.cumsum(values[order])
    first = np.flatnonzero(np.append(True, group[order][1:] != group[order][:-1]))
    before = np.repeat(sums[first] - values[order][first], np.diff(np.append(first, len(order))))
    result = np.empty_like(sums)
    result[order] = sums - before
    return result


@dataclass(frozen=True)
class _Sweep:
    """The weighted sums over some posts at every threshold that changes them, from the highest down."""

    thresholds: Floats
    figures: list[Figures]
    _large: _Leaks | None

    @classmethod
    def of(cls, pool: Pool, scores: Floats, posts: NDArray[np.bool_]) -> _Sweep:
        used = np.flatnonzero(posts[pool.post])
        order = used[np.argsort(-scores[used], kind="stable")]
        weight = pool.weight[pool.post[order]]
        right, found, covered = (np.cumsum(weight * kind[order]) for kind in (pool.right, pool.counts, pool.covered))
        gold, characters = (float((pool.weight * values)[posts].sum()) for values in (pool.gold, pool.characters))
        ranked = scores[order]
        last = np.flatnonzero(np.append(ranked[1:] < ranked[:-1], len(ranked) > 0))
        figures = [
            Figures(float(right[i]), float(found[i]), gold, characters - float(covered[i]), characters) for i in last
        ]
        large = pool.characters[posts].sum() >= SURE_CHARACTERS
        return cls(ranked[last], figures, _Leaks.of(pool, scores, posts) if large else None)

    def balanced(self, floor: float) -> float:
        """The lowest threshold, not below the floor, whose F1 is within `NEGLIGIBLE` of the best."""
        rows = [(row.f1, at) for row, at in zip(self.figures, self.thresholds.tolist(), strict=True) if at >= floor]
        best = max(rows, default=(0.0, floor))[0]
        lowest = min((at for f1, at in rows if f1 >= best - NEGLIGIBLE), default=floor)
        return floor if rows and lowest == rows[-1][1] else lowest

    def at(self, threshold: float) -> Figures:
        """The sums at a threshold."""
        place = int((self.thresholds >= threshold).sum())
        gold, characters = (self.figures[0].gold, self.figures[0].characters) if self.figures else (0.0, 0.0)
        return self.figures[place - 1] if place else Figures(0.0, 0.0, gold, characters, characters)

    def high_recall(self, leaked: float) -> float:
        """The highest threshold at which no more than a share of the personal characters leaks, 0 where none does."""
        enough = [at for row, at in zip(self.figures, self.thresholds.tolist(), strict=True) if row.leaked <= leaked]
        return max(enough, default=0.0)

    def halves(self, balanced: float) -> float | None:
        """The highest threshold at which half as much leaks as at ``balanced``, surely so where the set is large.

        Where none is sure, one at which half as much leaks of these posts; nothing where there is none either.
        """
        sure = self._large.halves(balanced) if self._large else None
        return self.high_recall(LEAK_SHARE * self.at(balanced).leaked) or None if sure is None else sure

    def high_precision(self, precision: float, balanced: float) -> float:
        """The lowest threshold from ``balanced`` up at which a share of the spans is right, or the surest there is."""
        rows = [(row, at) for row, at in zip(self.figures, self.thresholds.tolist(), strict=True) if at >= balanced]
        enough = [at for row, at in rows if row.precision >= precision]
        surest = max(rows, key=lambda pair: (pair[0].precision, -pair[1]), default=(None, balanced))[1]
        return min(enough, default=surest)


@dataclass(frozen=True)
class _Part:
    """Some posts, shape ``(posts,)``, with what the others say: the scores of all candidates, and the sweeps.

    ``sets`` are those of the sets with enough `CHARACTERS`.
    """

    posts: NDArray[np.bool_]
    scores: Floats
    floor: float
    sweep: _Sweep
    sets: Sequence[_Sweep]

    @classmethod
    def of(cls, pool: Pool, posts: NDArray[np.bool_], known: NDArray[np.bool_]) -> _Part:
        scale = fit_scale(pool, known)
        scores = pool.scores(scale)
        groups = [known & (pool.group == group) for group in np.unique(pool.group)]
        sets = [_Sweep.of(pool, scores, group) for group in groups if pool.characters[group].sum() >= CHARACTERS]
        return cls(posts, scores, scale.floor, _Sweep.of(pool, scores, known), sets)

    def thresholds(self, strictness: Mapping[str, float]) -> dict[str, float]:
        """The three thresholds, where a promise is as strict as said."""
        balanced = self.sweep.balanced(self.floor)
        leaked = LEAK_SHARE * self.sweep.at(balanced).leaked * strictness[HIGH_RECALL]
        precision = 1 - (1 - PRECISION) * strictness[HIGH_PRECISION]
        halved = [threshold for each in self.sets if (threshold := each.halves(balanced)) is not None]
        return {
            DEFAULT_OPERATING_POINT: balanced,
            HIGH_RECALL: min([self.sweep.high_recall(leaked), *halved]),
            HIGH_PRECISION: self.sweep.high_precision(precision, balanced),
        }


def _left_out(pool: Pool, parts: Sequence[_Part], strictness: Mapping[str, float]) -> dict[str, Floats]:
    """The figures of every post at the thresholds that the other posts give, shape ``(posts, 5)`` each."""
    rows: dict[str, Floats] = {}
    for part in parts:
        for name, threshold in part.thresholds(strictness).items():
            at = rows.setdefault(name, np.zeros((len(pool.weight), len(Figures._fields))))
            at[part.posts] = pool.at(part.scores >= threshold)[part.posts]
    return rows


def _strict_enough(pool: Pool) -> tuple[dict[str, float], dict[str, Floats], dict[str, bool]]:
    """How strict each promise has to be made, the figures of the posts left out, and which promises they keep."""
    folds = np.arange(len(pool.weight)) % FOLDS
    parts = [_Part.of(pool, folds == fold, folds != fold) for fold in range(FOLDS)]
    strictness: dict[str, float] = {}
    rows: dict[str, Floats] = {}
    kept: dict[str, bool] = {}
    for share in STRICTNESS:
        tried = _left_out(pool, parts, {HIGH_RECALL: share, HIGH_PRECISION: share})
        sums = {name: Figures(*figures.sum(axis=0).tolist()) for name, figures in tried.items()}
        holds = {
            DEFAULT_OPERATING_POINT: True,
            HIGH_RECALL: sums[HIGH_RECALL].leaked <= LEAK_SHARE * sums[DEFAULT_OPERATING_POINT].leaked,
            HIGH_PRECISION: sums[HIGH_PRECISION].precision >= PRECISION,
        }
        for name, figures in tried.items():
            if not kept.get(name, False):
                strictness[name], rows[name], kept[name] = share, figures, holds[name]
        if all(kept.values()):
            break
    return strictness, rows, kept


def _intervals(rows: Floats) -> dict[str, list[float]]:
    """95% bootstrap intervals over posts of what `Figures` derives."""
    generator = np.random.default_rng(7)
    drawn = generator.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), RESAMPLES) @ rows
    samples = [Figures(*sums) for sums in drawn.tolist()]
    return {
        name: np.percentile([getattr(sample, name) for sample in samples], _INTERVAL).tolist()
        for name in ("precision", "recall", "f1", "leaked")
    }


def _uniform_leak(pool: Pool, precision: float) -> float | None:
    """What leaks where one bias on opening any span gives a precision; nothing where none of those tried does."""
    characters = float((pool.weight * pool.characters).sum())
    right, found, leaked = pool.uniform.T
    reached = right / np.maximum(found, 1e-9)
    order = np.argsort(reached)
    if not characters or not reached[order[0]] <= precision <= reached[order[-1]]:
        return None
    return float(np.interp(precision, reached[order], leaked[order] / characters))


def operating_points(pool: Pool) -> tuple[dict[str, float], dict[str, Any]]:
    """Find ``balanced``, ``high_recall`` and ``high_precision``.

    Returns:
        The thresholds, and for the record of each: its threshold; precision, recall, F1 and the share of personal
        characters that leaks, on posts left out, with bootstrap intervals; what is promised, and whether the posts
        left out keep it; what leaks at a uniform bias of equal precision, and at the point, on all posts.
    """
    strictness, rows, kept = _strict_enough(pool)
    everything = np.ones(len(pool.weight), dtype=np.bool_)
    whole_pool = _Part.of(pool, everything, everything)
    points = whole_pool.thresholds(strictness)
    sums = {name: Figures(*figures.sum(axis=0).tolist()) for name, figures in rows.items()}
    promises = {
        DEFAULT_OPERATING_POINT: None,
        HIGH_RECALL: {"leaked": LEAK_SHARE * sums[DEFAULT_OPERATING_POINT].leaked},
        HIGH_PRECISION: {"precision": PRECISION},
    }
    record: dict[str, Any] = {}
    for name, threshold in points.items():
        found, whole = sums[name], Figures(*pool.at(whole_pool.scores >= threshold).sum(axis=0).tolist())
        record[name] = {
            "threshold": threshold,
            **{key: getattr(found, key) for key in ("precision", "recall", "f1", "leaked")},
            "intervals": _intervals(rows[name]),
            "promise": promises[name],
            "kept": kept[name],
            "all_posts": {
                "precision": whole.precision,
                "leaked": whole.leaked,
                "leaked_at_uniform_bias": _uniform_leak(pool, whole.precision),
            },
        }
    return points, record


def calibrate(
    path: Path, gold: Sequence[Post], others: Mapping[str, Sequence[Post]]
) -> tuple[dict[str, float], ScoreScale, dict[str, Any]]:
    """Find a model's operating points and the scale of its scores.

    Args:
        path: the exported model.
        gold: gold posts of the validation part.
        others: further validation posts, as `pool_posts` takes them.

    Returns:
        The points, the scale, and the figures for the record.
    """
    pool = pool_posts(Recognizer.load(path), {"gold": gold, **others})
    points, record = operating_points(pool)
    scale = fit_scale(pool)
    first = pool.best & (pool.post < sum(1 for post in gold if post.text))
    figures = {
        "operating_points": record,
        "calibration_error": {
            "raw": calibration_error(pool.raw[first], pool.right[first]),
            "scaled": calibration_error(pool.scores(scale)[first], pool.right[first]),
        },
    }
    return points, scale, figures
