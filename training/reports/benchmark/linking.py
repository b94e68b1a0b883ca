"""Measure which spans of a post the rules of the verdict join to one person: F1 of pairs of spans."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from gaihe.serving.core.schema import Post
from gaihe.serving.verdict.persons.person import persons
from gaihe.training.reports.benchmark.resampling import RESAMPLES, estimates
from gaihe.training.reports.benchmark.scores import Floats, ratio

Signs = Sequence[Collection[str]]
"""For each span of a post, in text order, the signs of those whom it is said of."""


def found_signs(post: Post) -> list[set[str]]:
    """The signs that the rules give the annotated spans of a post."""
    signs: list[set[str]] = [set() for _ in post.entities]
    places = {(span.start, span.end): place for place, span in enumerate(post.entities)}
    for number, person in enumerate(persons(post.text, post.entities)):
        for span in person.spans:
            signs[places[span.start, span.end]].add(str(number))
    return signs


def pairs_of(signs: Signs) -> set[tuple[int, int]]:
    """The pairs of spans that are said of one person."""
    return {(a, b) for a, b in combinations(range(len(signs)), 2) if set(signs[a]) & set(signs[b])}


def _figures(totals: Floats) -> dict[str, Floats]:
    gold, found, right = totals[..., 0], totals[..., 1], totals[..., 2]
    return {"precision": ratio(right, found), "recall": ratio(right, gold), "f1": ratio(2 * right, gold + found)}


def linking_report(posts: Sequence[Post], marks: Mapping[str, Signs], resamples: int = RESAMPLES) -> dict[str, Any]:
    """Pairwise precision, recall and F1, each with its 95% interval by post.

    Args:
        posts: annotated posts; those without marks are left out.
        marks: the signs of their spans, by id.
        resamples: bootstrap samples behind each interval.

    Returns:
        ``all`` of the marked posts and ``several_persons``, those that speak of more than one, where there are any; and
        ``wrong``, the ids of posts with a pair too many or too few.
    """
    marked = [post for post in posts if post.id in marks]
    rows = np.array([_row(marks[post.id], found_signs(post)) for post in marked], dtype=float).reshape(-1, 3)
    several = np.array([len(set().union(*marks[post.id])) > 1 for post in marked], dtype=bool)
    wrong = [post.id for post in marked if pairs_of(marks[post.id]) != pairs_of(found_signs(post))]
    parts = {"all": rows, "several_persons": rows[several]}
    return {
        name: {"posts": len(part), "pairs": int(part[:, 0].sum())} | estimates(part, _figures, resamples)
        for name, part in parts.items()
        if len(part)
    } | {"wrong": wrong}


def _row(gold: Signs, found: Signs) -> tuple[int, int, int]:
    ours, theirs = pairs_of(gold), pairs_of(found)
    return len(ours), len(theirs), len(ours & theirs)
