"""Figures of a report from sums of counts, vectorised over resamples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from gaihe.serving.core.schema import EntityType
from gaihe.training.evaluate.metrics import TYPES, Figure
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class PostFigure(IntEnum):
    """What is counted once a post."""

    WITH_DATA = 0
    """Posts with a gold span of the compared types."""
    LEAKING = 1
    """Posts of which a personal character is left uncovered."""
    CLEAN = 2
    """Posts that are annotated for a compared type and have no gold span of any."""
    ALARMS = 3
    """Found spans in clean posts."""
    ALARMED = 4
    """Clean posts with a found span."""


@dataclass(frozen=True)
class Sums:
    """Sums over posts, of one sample or of many.

    Attributes:
        spans: shape ``(…, figures, types)``.
        posts: shape ``(…, post figures)``.
    """

    spans: Floats
    posts: Floats


def rows_of(counts: NDArray[np.int32], types: Sequence[EntityType]) -> Floats:
    """The summands of a sample, one row a post.

    Args:
        counts: of all types, shape ``(posts, figures, types)``.
        types: the compared types.

    Returns:
        Shape ``(posts, figures * compared types + post figures)``.
    """
    compared = counts[:, :, [TYPES.index(kind) for kind in types]]
    clean = compared[:, Figure.COVERED].any(axis=1) & ~counts[:, Figure.GOLD].any(axis=1)
    found = compared[:, Figure.FOUND].sum(axis=1)
    posts = np.zeros((len(counts), len(PostFigure)))
    posts[:, PostFigure.WITH_DATA] = compared[:, Figure.GOLD].any(axis=1)
    posts[:, PostFigure.LEAKING] = compared[:, Figure.LEAKED].any(axis=1)
    posts[:, PostFigure.CLEAN] = clean
    posts[:, PostFigure.ALARMS] = found * clean
    posts[:, PostFigure.ALARMED] = (found > 0) & clean
    return np.concatenate([compared.reshape(len(counts), len(Figure) * len(types)), posts], axis=1)


def untyped_rows(rows: Floats) -> Floats:
    """Rows in which the compared types are added up to one."""
    spans, posts = rows[:, : -len(PostFigure)], rows[:, -len(PostFigure) :]
    together = spans.reshape(len(rows), len(Figure), -1).sum(axis=2)
    return np.concatenate([together, posts], axis=1)


def sums_of(totals: Floats) -> Sums:
    """Take totals of `rows_of` apart; shape ``(…, columns)``."""
    spans = totals[..., : -len(PostFigure)]
    return Sums(spans.reshape(*spans.shape[:-1], len(Figure), -1), totals[..., -len(PostFigure) :])


def ratio(part: Floats, whole: Floats) -> Floats:
    """Part by whole; not a number where the whole is 0."""
    result: Floats = np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=np.asarray(whole) > 0)
    return result


def span_scores(spans: Floats) -> dict[str, Floats]:
    """Precision, recall and F1 of exact and of overlapping spans, and the share of leaked characters.

    Precision is not defined where nothing was found, recall and F1 where nothing is to be found.

    Args:
        spans: shape ``(figures, …)``.
    """
    gold, found, exact = spans[Figure.GOLD], spans[Figure.FOUND], spans[Figure.EXACT]
    precision, recall = ratio(spans[Figure.TOUCHING], found), ratio(spans[Figure.TOUCHED], gold)
    harmonic = np.nan_to_num(ratio(2 * precision * recall, precision + recall))
    return {
        "precision": ratio(exact, found),
        "recall": ratio(exact, gold),
        "f1": np.where(gold > 0, ratio(2 * exact, gold + found), np.nan),
        "overlap_precision": precision,
        "overlap_recall": recall,
        "overlap_f1": np.where(gold > 0, harmonic, np.nan),
        "leaked": ratio(spans[Figure.LEAKED], spans[Figure.CHARACTERS]),
    }


def type_scores(sums: Sums) -> dict[str, Floats]:
    """`span_scores` of each type, arrays of shape ``(…, types)``."""
    return span_scores(np.moveaxis(sums.spans, -2, 0))


def headline(sums: Sums) -> dict[str, Floats]:
    """The figures over all types, arrays of shape ``(…,)``.

    Micro figures add up the spans of all types; macro figures are means over the types that have gold spans, and a
    type of which nothing was found counts there with precision 0.
    """
    scores = span_scores(np.moveaxis(sums.spans.sum(axis=-1), -1, 0))
    by_type = type_scores(sums)
    present = sums.spans[..., Figure.GOLD, :] > 0
    for name in ("precision", "recall", "f1"):
        total = np.where(present, np.nan_to_num(by_type[name]), 0.0).sum(axis=-1)
        scores[f"macro_{name}"] = ratio(total, present.sum(axis=-1).astype(float))
    posts = np.moveaxis(sums.posts, -1, 0)
    scores["posts_leaking"] = ratio(posts[PostFigure.LEAKING], posts[PostFigure.WITH_DATA])
    scores["alarms_per_1000"] = 1000 * ratio(posts[PostFigure.ALARMS], posts[PostFigure.CLEAN])
    scores["posts_alarmed"] = ratio(posts[PostFigure.ALARMED], posts[PostFigure.CLEAN])
    return scores
