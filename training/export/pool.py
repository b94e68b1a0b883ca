"""What a model finds in validation posts at any threshold, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from gaihe.serving.core.invisible import visible_post
from gaihe.serving.core.schema import EntityType, Post
from gaihe.serving.model.scores import ScoreScale
from gaihe.serving.recognition.candidates import best_spans, further_spans
from gaihe.serving.recognition.entities import Checked, checked
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.recognition.viterbi import Decoder
from numpy.typing import NDArray

UNIFORM_BIASES = (-8.0, 0.0, 4.0, 8.0, 12.0)
"""Biases on opening a span of any type, the plainest knob there is, to which operating points are held."""
Floats = NDArray[np.float64]


class Figures(NamedTuple):
    """Weighted spans and characters: a row of `Pool.at`, or a sum of rows."""

    right: float
    found: float
    gold: float
    leaked_characters: float
    characters: float

    @property
    def precision(self) -> float:
        """Share of the found spans that are right; 1 when none was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold spans that were found; 1 when there are none."""
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 1.0

    @property
    def leaked(self) -> float:
        """Share of the characters of gold spans that no found span covers; 0 when there are none."""
        return self.leaked_characters / self.characters if self.characters else 0.0


@dataclass(frozen=True)
class Pool:
    """Validation posts and the candidates in them; a post counts for the types that its annotation covers.

    Attributes:
        weight: what each post weighs, shape ``(posts,)``.
        group: the number of the set that it belongs to.
        gold: spans to be found in each post.
        characters: personal characters in each post.
        post: the post of each candidate, shape ``(candidates,)``.
        raw: raw score of each candidate, 0 to 1.
        best: whether it is on the best path.
        failed: whether its value fails its type's check.
        counts: whether the post is annotated for its type.
        right: whether it is a span to be found.
        covered: personal characters in it.
        uniform: right and found spans and leaked characters at each of `UNIFORM_BIASES`, weighted, ``(biases, 3)``.
    """

    weight: Floats
    group: NDArray[np.int64]
    gold: Floats
    characters: Floats
    post: NDArray[np.int64]
    raw: Floats
    best: NDArray[np.bool_]
    failed: NDArray[np.bool_]
    counts: NDArray[np.bool_]
    right: NDArray[np.bool_]
    covered: Floats
    uniform: Floats

    def scores(self, scale: ScoreScale) -> Floats:
        """The scores of the candidates, shape ``(candidates,)``."""
        return np.array(list(map(scale.of, self.raw.tolist(), self.best.tolist(), self.failed.tolist())), np.float64)

    def at(self, kept: NDArray[np.bool_]) -> Floats:
        """The `Figures` of every post where some candidates are found, shape ``(posts, 5)``."""
        posts = len(self.weight)

        def per_post(values: NDArray[np.generic]) -> Floats:
            return np.bincount(self.post, (values * kept).astype(np.float64), posts).astype(np.float64)

        leaked = self.characters - per_post(self.covered)
        rows = [per_post(self.right), per_post(self.counts), self.gold, leaked, self.characters]
        weighted: Floats = self.weight[:, None] * np.stack(rows, axis=1)
        return weighted


def _wanted(post: Post, types: Sequence[EntityType]) -> set[tuple[int, int, EntityType]]:
    """The spans to be found in a post: of the types that its annotation covers, or of the model's."""
    return {(entity.start, entity.end, entity.type) for entity in post.entities if entity.type in _covered(post, types)}


def _covered(post: Post, types: Sequence[EntityType]) -> Sequence[EntityType]:
    return types if post.types is None else post.types


@dataclass
class _Collector:
    """Collects posts one at a time."""

    recognizer: Recognizer
    posts: list[tuple[float, int, int, int]] = field(default_factory=list)
    rows: list[tuple[int, float, bool, bool, bool, bool, int]] = field(default_factory=list)
    uniform: Floats = field(default_factory=lambda: np.zeros((len(UNIFORM_BIASES), 3)))

    def add(self, post: Post, group: int, weight: float) -> None:
        types = self.recognizer.metadata.labels.types
        decoder, count = Decoder(len(types)), len(types)
        logs = self.recognizer.label_scores(post.text)
        covered = _covered(post, types)
        wanted = _wanted(post, types)
        personal = np.zeros(len(post.text), dtype=np.int64)
        for start, end, _ in wanted:
            personal[start:end] = 1
        characters = int(personal.sum())

        def row(found: Checked) -> tuple[int, float, bool, bool, bool, bool, int]:
            span, start, end, verified = found
            right = (start, end, verified.kind) in wanted
            inside = int(personal[start:end].sum())
            counts = verified.kind in covered
            return len(self.posts), span.raw, span.best, verified.valid is False, counts, right, inside

        for place, bias in enumerate(UNIFORM_BIASES):
            biased = logs.copy()
            biased[:, [*range(1, 1 + count), *range(1 + 3 * count, 1 + 4 * count)]] += np.float32(bias)
            path = decoder.decode(biased[None])[0].tolist()
            spans = best_spans(path, logs, count)
            found = [row(span) for span in checked(post.text, spans, logs, types)]
            leaked = characters - sum(span[6] for span in found)
            self.uniform[place] += weight * np.array([sum(s[5] for s in found), sum(s[4] for s in found), leaked])
            if not bias:
                every = sorted([*spans, *further_spans(path, logs, count)])
                self.rows += map(row, checked(post.text, every, logs, types))
        self.posts.append((weight, group, len(wanted), characters))


def pool_posts(recognizer: Recognizer, groups: Mapping[str, Sequence[Post]]) -> Pool:
    """Read groups of posts; each group with spans to be found weighs as much as the first, one without post by post."""
    collector = _Collector(recognizer)
    types = recognizer.metadata.labels.types
    spans = 0
    for group, posts in enumerate(groups.values()):
        shown = [post for post in map(visible_post, posts) if post.text]
        total = sum(len(_wanted(post, types)) for post in shown)
        spans = spans or total
        for post in shown:
            collector.add(post, group, spans / total if total else 1.0)
    weight, sets, gold, characters = np.array(collector.posts, np.float64).reshape(-1, 4).T
    columns = [np.array(column) for column in zip(*collector.rows, strict=True)] or [np.zeros(0)] * 7
    numbers, raw, best, failed, counts, right, covered = columns
    return Pool(
        weight,
        sets.astype(np.int64),
        gold,
        characters,
        post=numbers.astype(np.int64),
        raw=raw.astype(np.float64),
        best=best.astype(np.bool_),
        failed=failed.astype(np.bool_),
        counts=counts.astype(np.bool_),
        right=right.astype(np.bool_),
        covered=covered.astype(np.float64),
        uniform=collector.uniform,
    )
