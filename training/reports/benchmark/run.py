"""One system over one set of posts: predictions to a file, everything that is counted into a `Run`."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from gaihe.serving.core.atomic_files import open_output
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.posts import json_line
from gaihe.serving.core.progress import followed
from gaihe.serving.core.schema import Entity, EntityType, NoiseKind, Post
from gaihe.serving.recognition.detection import detection_line
from gaihe.training.evaluate.metrics import SEQEVAL_POSTS, SpanScorer, seqeval_report
from gaihe.training.evaluate.systems import System, detect_posts
from gaihe.training.reports.benchmark.alignment import Outcome, align, confused_types
from gaihe.training.reports.benchmark.confidence import Confidence
from gaihe.training.reports.benchmark.errors import WorstErrors, error_record
from gaihe.training.reports.benchmark.scores import Floats
from gaihe.training.reports.benchmark.sets import PostSet
from gaihe.training.reports.benchmark.undisguised import Twin, undisguised


@dataclass
class TwinTally:
    """Whether disguised spans, and the same spans undisguised, are found; one entry a span, post after post."""

    posts: list[int] = field(default_factory=list)
    kinds: list[tuple[NoiseKind, ...]] = field(default_factory=list)
    disguised: list[bool] = field(default_factory=list)
    undisguised: list[bool] = field(default_factory=list)

    def add(self, number: int, twin: Twin, found: Sequence[Entity]) -> None:
        """Count the disguised spans of a post.

        Args:
            number: the post's position in its set.
            twin: its undisguised form, with the compared types alone.
            found: what was found in the post.
        """
        self.posts += [number] * len(twin.pairs)
        self.kinds += [original.evasion for original, _ in twin.pairs]
        self.disguised += _hits([original for original, _ in twin.pairs], found)

    def add_undisguised(self, twin: Twin, found: Sequence[Entity]) -> None:
        """Count the same spans in the twin, in the order in which the posts were added."""
        self.undisguised += _hits([plain for _, plain in twin.pairs], found)

    def rows(self, kind: NoiseKind | None = None) -> Floats:
        """Sums of the spans by post, those of one kind of disguise or all.

        Args:
            kind: of the spans' own disguise, in which a span may have several.

        Returns:
            Shape ``(posts with such a span, 3)``: spans, hits in disguise, hits without.
        """
        chosen = np.array([kind is None or kind in kinds for kinds in self.kinds], dtype=bool)
        _, post = np.unique(np.array(self.posts, dtype=np.int64)[chosen], return_inverse=True)
        columns = [np.ones(len(chosen)), np.array(self.disguised, float), np.array(self.undisguised, float)]
        return np.stack([np.bincount(post, column[chosen]) for column in columns], axis=-1)


def _hits(gold: Sequence[Entity], found: Sequence[Entity]) -> list[bool]:
    spans = {(e.start, e.end, e.type) for e in found}
    return [(e.start, e.end, e.type) in spans for e in gold]


@dataclass
class Run:
    """What a system did on a set.

    Attributes:
        set_name: the set.
        system: the system's name.
        types: the compared types: those that the system gives and the annotation covers.
        scorer: counts of every post.
        outcomes: spans by type and outcome; of a group of spans the first gold one counts, or else the found one.
        confusion: gold type and found type, ``None`` for nothing.
        confidence: scores of the found spans.
        worst: the costliest errors.
        twins: recall against undisguised twins.
        seqeval: seqeval's report on the first `SEQEVAL_POSTS` posts.
        seconds: time that reading and detection took, twins not counted.
    """

    set_name: str
    system: str
    types: tuple[EntityType, ...]
    worst: WorstErrors
    scorer: SpanScorer = field(default_factory=SpanScorer)
    outcomes: Counter[tuple[EntityType, Outcome]] = field(default_factory=Counter)
    confusion: Counter[tuple[EntityType | None, EntityType | None]] = field(default_factory=Counter)
    confidence: Confidence = field(default_factory=Confidence)
    twins: TwinTally = field(default_factory=TwinTally)
    seqeval: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, post: Post, found: Sequence[Entity]) -> list[dict[str, Any]]:
        """Count a post; returns its errors."""
        self.scorer.add(post, found)
        gold, mine = ([e for e in side if self._compared(e, post)] for side in (post.entities, found))
        spans = {(e.start, e.end, e.type) for e in gold}
        for entity in mine:
            self.confidence.add(entity.score, (entity.start, entity.end, entity.type) in spans)
        errors = []
        for match in align(gold, mine):
            self.confusion.update(confused_types(match))
            self.outcomes[(match.gold or match.found)[0].type, match.outcome] += 1
            if match.outcome is not Outcome.EXACT:
                errors.append(error_record(post, match, gold, mine, found))
                self.worst.add(errors[-1])
        return errors

    def twin(self, post: Post) -> Twin | None:
        """The post's undisguised twin with the pairs of compared types alone."""
        twin = undisguised(post)
        if twin is None:
            return None
        pairs = tuple(pair for pair in twin.pairs if self._compared(pair[0], post))
        return Twin(twin.post, pairs) if pairs else None

    def _compared(self, entity: Entity, post: Post) -> bool:
        return entity.type in self.types and (post.types is None or entity.type in post.types)


def compared_types(system: System, posts: PostSet) -> tuple[EntityType, ...]:
    """The types that a system gives and a set's annotation covers."""
    return tuple(kind for kind in posts.types if kind in system.types)


def run_system(system: System, posts: PostSet, predictions: Path, errors: Path, errors_kept: int) -> Run:
    """Detect in every post of a set, with progress on standard error.

    Args:
        system: what finds the spans.
        posts: the set.
        predictions: a file for what was found, as JSON lines.
        errors: a file for every error, as JSON lines.
        errors_kept: how many errors of each outcome the report shows.
    """
    run = Run(posts.name, system.name, compared_types(system, posts), WorstErrors(errors_kept))
    kept: list[tuple[Post, list[Entity]]] = []
    detected = followed(
        _timed(detect_posts(system, posts.read()), run), f"{posts.name}, {system.name}", len(posts.facts.lengths)
    )
    with open_output(predictions) as prediction_lines, open_output(errors) as error_lines:
        for number, (post, found) in enumerate(detected):
            error_lines.writelines(json_line(record) for record in run.add(post, found))
            prediction_lines.write(detection_line(post, found))
            if (twin := run.twin(post)) is not None:
                run.twins.add(number, twin, found)
            if number < SEQEVAL_POSTS:
                kept.append((post, [e for e in found if e.type in run.types]))
    run.seqeval = seqeval_report(LabelSet(run.types), [post for post, _ in kept], [entities for _, entities in kept])
    _run_twins(system, posts, run)
    return run


def _run_twins(system: System, posts: PostSet, run: Run) -> None:
    asked: deque[Twin] = deque()

    def twins() -> Iterator[Post]:
        for post in posts.read():
            if (twin := run.twin(post)) is not None:
                asked.append(twin)
                yield twin.post

    if run.twins.posts:
        label = f"{posts.name} undisguised, {system.name}"
        for _, found in followed(detect_posts(system, twins()), label, len(set(run.twins.posts))):
            run.twins.add_undisguised(asked.popleft(), found)


def _timed(stream: Iterator[tuple[Post, list[Entity]]], run: Run) -> Iterator[tuple[Post, list[Entity]]]:
    while True:
        begun = time.perf_counter()
        item = next(stream, None)
        run.seconds += time.perf_counter() - begun
        if item is None:
            return
        yield item
