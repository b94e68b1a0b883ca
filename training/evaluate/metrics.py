"""Scores of predicted spans against gold spans: exact and overlapping spans, characters, alarms, kinds of noise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from gaihe.serving.core.labels import OUTSIDE, LabelSet
from gaihe.serving.core.schema import Entity, EntityType, NoiseKind, Post
from numpy.typing import NDArray
from seqeval.metrics import classification_report
from seqeval.scheme import IOBES

Span = tuple[int, int, EntityType]
TYPES = tuple(EntityType)
SEQEVAL_POSTS = 10_000
"""The posts of a set, its first ones, that `seqeval_report` is given."""
_POSITION = {kind: position for position, kind in enumerate(TYPES)}
_BLOCK = 4096


class Figure(IntEnum):
    """What is counted in a post, for every entity type."""

    GOLD = 0
    """Gold spans."""
    FOUND = 1
    """Found spans."""
    EXACT = 2
    """Spans that are gold and found, with the same start, end and type."""
    TOUCHED = 3
    """Gold spans that share a character with a found span of their type."""
    TOUCHING = 4
    """Found spans that share a character with a gold span of their type."""
    CHARACTERS = 5
    """Characters of gold spans."""
    LEAKED = 6
    """Characters of gold spans that no found span covers, of whatever type."""
    COVERED = 7
    """1 where the post's annotation covers the type."""


@dataclass
class Counts:
    """Spans found rightly, found wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of the found spans that are right; 0 when none was found."""
        return self.right / (self.right + self.wrong) if self.right else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold spans that were found; 0 when there are none."""
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 0.0

    @classmethod
    def of(cls, figures: NDArray[np.int64]) -> Counts:
        """The counts in a vector indexed by `Figure`."""
        gold, found, exact = (int(figures[f]) for f in (Figure.GOLD, Figure.FOUND, Figure.EXACT))
        return cls(exact, found - exact, gold - exact)

    def record(self) -> dict[str, float]:
        """The figures for a report."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "gold": self.right + self.missed,
            "found": self.right + self.wrong,
        }


def spans_of(entities: Iterable[Entity], types: Sequence[EntityType] | None) -> set[Span]:
    """The spans of the types that an annotation covers."""
    return {(e.start, e.end, e.type) for e in entities if types is None or e.type in types}


def _characters(spans: Iterable[Span]) -> dict[EntityType, set[int]]:
    covered: dict[EntityType, set[int]] = {}
    for start, end, kind in spans:
        covered.setdefault(kind, set()).update(range(start, end))
    return covered


def count_post(post: Post, predicted: Sequence[Entity]) -> NDArray[np.int32]:
    """Count a post's spans, shape ``(figures, types)``, for the types that its annotation covers."""
    counts = np.zeros((len(Figure), len(TYPES)), np.int32)
    types = TYPES if post.types is None else post.types
    counts[Figure.COVERED] = [kind in types for kind in TYPES]
    gold, found = spans_of(post.entities, types), spans_of(predicted, types)
    if not gold and not found:
        return counts
    gold_characters, found_characters = _characters(gold), _characters(found)
    covered = {position for entity in predicted for position in range(entity.start, entity.end)}
    nothing: set[int] = set()
    for start, end, kind in gold:
        column = counts[:, _POSITION[kind]]
        column[Figure.GOLD] += 1
        column[Figure.EXACT] += (start, end, kind) in found
        column[Figure.TOUCHED] += not found_characters.get(kind, nothing).isdisjoint(range(start, end))
        column[Figure.CHARACTERS] += end - start
        column[Figure.LEAKED] += sum(position not in covered for position in range(start, end))
    for start, end, kind in found:
        column = counts[:, _POSITION[kind]]
        column[Figure.FOUND] += 1
        column[Figure.TOUCHING] += not gold_characters.get(kind, nothing).isdisjoint(range(start, end))
    return counts


@dataclass
class SpanScorer:
    """Collects posts and predictions, one at a time, and scores them; holds about half a kilobyte a post.

    A post counts only for the entity types that its annotation covers.
    """

    noise: list[tuple[NoiseKind, ...]] = field(default_factory=list)
    _blocks: list[NDArray[np.int32]] = field(default_factory=list)
    _pending: list[NDArray[np.int32]] = field(default_factory=list)

    def add(self, post: Post, predicted: Iterable[Entity]) -> None:
        """Score one post."""
        self.noise.append(post.noise)
        self._pending.append(count_post(post, list(predicted)))
        if len(self._pending) == _BLOCK:
            self._blocks.append(np.stack(self._pending))
            self._pending.clear()

    @property
    def counts(self) -> NDArray[np.int32]:
        """The counts of all posts, shape ``(posts, figures, types)``."""
        rest = np.stack(self._pending) if self._pending else np.zeros((0, len(Figure), len(TYPES)), np.int32)
        return np.concatenate([*self._blocks, rest])

    @property
    def total(self) -> Counts:
        """The counts over all posts and types."""
        return Counts.of(self.counts.sum(axis=(0, 2)))

    def report(self) -> dict[str, Any]:
        """All figures; shares from 0 to 1."""
        counts = self.counts
        sums = counts.sum(axis=0)
        clean = counts[:, Figure.COVERED].any(axis=1) & ~counts[:, Figure.GOLD].any(axis=1)
        alarms = counts[clean, Figure.FOUND].sum(axis=0)
        characters = int(sums[Figure.CHARACTERS].sum())
        noise = {}
        for kind in NoiseKind:
            rows = [row for row, kinds in enumerate(self.noise) if kind in kinds]
            if rows:
                noise[kind.value] = Counts.of(counts[rows].sum(axis=(0, 2))).record()
        return {
            "posts": len(counts),
            "overall": Counts.of(sums.sum(axis=1)).record(),
            "types": {k.value: Counts.of(sums[:, i]).record() for i, k in enumerate(TYPES) if sums[:2, i].any()},
            "noise": noise,
            "characters": characters,
            "leaked": float(sums[Figure.LEAKED].sum()) / characters if characters else 0.0,
            "clean_posts": int(clean.sum()),
            "alarms_per_1000": 1000 * int(alarms.sum()) / int(clean.sum()) if clean.any() else 0.0,
            "alarms": {k.value: int(alarms[i]) for i, k in enumerate(TYPES) if alarms[i]},
        }


def seqeval_report(labels: LabelSet, posts: Sequence[Post], predicted: Sequence[Sequence[Entity]]) -> dict[str, Any]:
    """Seqeval's strict IOBES report as a dictionary, over the types that each post's annotation covers.

    Empty where no such span was annotated or found, which seqeval cannot take.
    """
    gold_labels: list[list[str]] = []
    found_labels: list[list[str]] = []
    names = labels.names
    for post, found in zip(posts, predicted, strict=True):
        for target, entities in ((gold_labels, post.entities), (found_labels, found)):
            counted = [e for e in entities if post.types is None or e.type in post.types]
            target.append([names[label] for label in labels.encode(len(post.text), counted)])
    if not any(label != names[OUTSIDE] for row in (*gold_labels, *found_labels) for label in row):
        return {}
    report: dict[str, dict[str, Any]] = classification_report(
        gold_labels, found_labels, mode="strict", scheme=IOBES, output_dict=True, zero_division=0
    )
    return {row: {key: float(value) for key, value in figures.items()} for row, figures in report.items()}
