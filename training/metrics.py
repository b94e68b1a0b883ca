"""Scores of predicted spans against gold spans: exact spans, characters, alarms, kinds of noise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gaihe.serving.labels import LabelSet
from gaihe.serving.schema import Entity, EntityType, NoiseKind, Post
from seqeval.metrics import classification_report
from seqeval.scheme import IOBES


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

    def record(self) -> dict[str, float]:
        """The figures for a report."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "gold": self.right + self.missed,
            "found": self.right + self.wrong,
        }


Span = tuple[int, int, EntityType]


def spans_of(entities: Iterable[Entity], types: Sequence[EntityType] | None) -> set[Span]:
    """The spans of the types that an annotation covers."""
    return {(e.start, e.end, e.type) for e in entities if types is None or e.type in types}


@dataclass
class SpanScorer:
    """Collects posts and predictions, one at a time, and scores them.

    A post counts only for the entity types that its annotation covers.
    """

    posts: int = 0
    total: Counts = field(default_factory=Counts)
    by_type: dict[EntityType, Counts] = field(default_factory=dict)
    by_noise: dict[NoiseKind, Counts] = field(default_factory=dict)
    characters: int = 0
    leaked: int = 0
    clean_posts: int = 0
    alarms: Counter[EntityType] = field(default_factory=Counter)

    def add(self, post: Post, predicted: Iterable[Entity]) -> None:
        """Score one post."""
        gold, found = spans_of(post.entities, post.types), spans_of(predicted, post.types)
        self.posts += 1
        for span in gold | found:
            for counts in (self.total, self.by_type.setdefault(span[2], Counts())):
                counts.right += span in gold and span in found
                counts.wrong += span not in gold
                counts.missed += span not in found
        for kind in post.noise:
            counts = self.by_noise.setdefault(kind, Counts())
            counts.right += len(gold & found)
            counts.wrong += len(found - gold)
            counts.missed += len(gold - found)
        covered = {position for start, end, _ in found for position in range(start, end)}
        personal = {position for start, end, _ in gold for position in range(start, end)}
        self.characters += len(personal)
        self.leaked += len(personal - covered)
        if not gold:
            self.clean_posts += 1
            self.alarms.update(kind for _, _, kind in found)

    def report(self) -> dict[str, Any]:
        """All figures; shares from 0 to 1."""
        return {
            "posts": self.posts,
            "overall": self.total.record(),
            "types": {k.value: self.by_type[k].record() for k in EntityType if k in self.by_type},
            "noise": {k.value: self.by_noise[k].record() for k in NoiseKind if k in self.by_noise},
            "characters": self.characters,
            "leaked": self.leaked / self.characters if self.characters else 0.0,
            "clean_posts": self.clean_posts,
            "alarms_per_1000": 1000 * self.alarms.total() / self.clean_posts if self.clean_posts else 0.0,
            "alarms": {k.value: self.alarms[k] for k in EntityType if self.alarms[k]},
        }


def seqeval_report(labels: LabelSet, posts: Sequence[Post], predicted: Sequence[Sequence[Entity]]) -> dict[str, Any]:
    """Seqeval's strict IOBES report as a dictionary, over the types that each post's annotation covers."""
    gold_labels: list[list[str]] = []
    found_labels: list[list[str]] = []
    names = labels.names
    for post, found in zip(posts, predicted, strict=True):
        for target, entities in ((gold_labels, post.entities), (found_labels, found)):
            counted = [e for e in entities if post.types is None or e.type in post.types]
            target.append([names[label] for label in labels.encode(len(post.text), counted)])
    report: dict[str, Any] = classification_report(
        gold_labels, found_labels, mode="strict", scheme=IOBES, output_dict=True, zero_division=0
    )
    return report
