"""How easily generated posts are told from real ones, and by what.

A linear classifier over character n-grams is trained to tell the two apart, on samples of the same length
histogram, cross-validated so that no carrier stands on both sides of a fold. An area under the ROC curve of 0.5
means that it cannot; two real sources are themselves told apart with 0.8 to 0.99, by their topics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

Scores: TypeAlias = NDArray[np.float64]

FOLDS = 5
LONGEST_NGRAM = 4
RESAMPLES = 200
_LENGTH_STEPS_PER_DOUBLING = 4


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, and what it is made of.

    Attributes:
        text: the post.
        group: what the post has in common with others of its side: a scene or a source.
        carriers: the carriers that the post is made from; none for a real post.
    """

    text: str
    group: str
    carriers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TellingNgram:
    """An n-gram that gives one side away.

    Attributes:
        ngram: the characters.
        weight: what it adds to the difference between the sides' mean scores; above 0 it speaks for generated.
        generated: share of the generated posts that hold it.
        real: share of the real posts that hold it.
        carriers: distinct carriers whose posts hold it.
    """

    ngram: str
    weight: float
    generated: float
    real: float
    carriers: int


@dataclass(frozen=True, slots=True)
class Realism:
    """The outcome of the comparison.

    Attributes:
        auc: area under the ROC curve; 0.5 is chance, 1 is certainty.
        interval: 95% bootstrap interval of it, resampled by carrier.
        count: posts on each side.
        groups: per group of generated posts, its area against all real posts and its number of posts.
        ngrams: telling n-grams, the most telling first.
        scores: the held-out score of each post, generated ones first; above 0 it looks generated.
    """

    auc: float
    interval: tuple[float, float]
    count: int
    groups: dict[str, tuple[float, int]]
    ngrams: tuple[TellingNgram, ...]
    scores: Scores


def _length_bin(text: str) -> int:
    return round(_LENGTH_STEPS_PER_DOUBLING * float(np.log2(max(len(text), 1))))


def match_lengths(
    generated: Sequence[Sample], real: Sequence[Sample], limit: int, seed: int = 0
) -> tuple[list[Sample], list[Sample]]:
    """Draw samples of the same length histogram, bins of a quarter of a doubling.

    Args:
        generated: posts of the generator.
        real: posts of people.
        limit: most posts on each side.
        seed: any whole number.
    """
    random = Random(seed)
    bins: dict[int, tuple[list[Sample], list[Sample]]] = {}
    for side, samples in enumerate((generated, real)):
        for sample in random.sample(samples, len(samples)):
            bins.setdefault(_length_bin(sample.text), ([], []))[side].append(sample)
    sizes = {length: min(map(len, sides)) for length, sides in bins.items()}
    share = min(1.0, limit / max(sum(sizes.values()), 1))
    left: list[Sample] = []
    right: list[Sample] = []
    for length in sorted(bins):
        size = round(sizes[length] * share)
        left += bins[length][0][:size]
        right += bins[length][1][:size]
    return left, right


def _fold(key: str) -> int:
    return crc32(key.encode("utf-8", "surrogatepass")) % FOLDS


def _folds(sample: Sample) -> frozenset[int]:
    """The folds that a post may not be trained on for: all that its carriers fall into; the first is its own."""
    return frozenset(_fold(carrier) for carrier in sample.carriers or (sample.text,))


def _classifier() -> LogisticRegression:
    return LogisticRegression(C=4.0, solver="liblinear", max_iter=200)


def _held_out_scores(matrix: csr_matrix, labels: NDArray[np.int64], samples: Sequence[Sample]) -> Scores:
    """Each post's score by a classifier that saw none of its carriers; folds are standardised to be comparable."""
    own = np.array([_fold((sample.carriers or (sample.text,))[0]) for sample in samples])
    touched = np.array([[fold in _folds(sample) for fold in range(FOLDS)] for sample in samples])
    scores = np.zeros(len(samples))
    for fold in range(FOLDS):
        held = own == fold
        if not held.any():
            continue
        train = ~touched[:, fold]
        scores[held] = _classifier().fit(matrix[train], labels[train]).decision_function(matrix[held])
    return scores


def _interval(labels: NDArray[np.int64], scores: Scores, samples: Sequence[Sample], seed: int) -> tuple[float, float]:
    """95% bootstrap interval of the area: carriers are drawn, not posts, since posts of one are much alike."""
    clusters: dict[str, list[int]] = {}
    for index, sample in enumerate(samples):
        clusters.setdefault((sample.carriers or (sample.text,))[0], []).append(index)
    members = [np.array(indices) for indices in clusters.values()]
    source = np.random.default_rng(seed)
    areas = []
    for _ in range(RESAMPLES):
        drawn = np.concatenate([members[index] for index in source.integers(len(members), size=len(members))])
        if 0 < labels[drawn].sum() < len(drawn):
            areas.append(roc_auc_score(labels[drawn], scores[drawn]))
    low, high = np.quantile(areas, (0.025, 0.975))
    return float(low), float(high)


def _telling(
    matrix: csr_matrix, labels: NDArray[np.int64], samples: Sequence[Sample], names: Sequence[str], count: int
) -> tuple[TellingNgram, ...]:
    """The n-grams that part the sides' mean scores most; each side's ``count`` best."""
    weights = _classifier().fit(matrix, labels).coef_[0]
    generated, real = labels == 1, labels == 0
    means = [np.asarray(matrix[side].mean(axis=0)).ravel() for side in (generated, real)]
    shares = [np.asarray((matrix[side] > 0).mean(axis=0)).ravel() for side in (generated, real)]
    parted = weights * (means[0] - means[1])
    parted[weights < 0] *= -1
    order = np.argsort(parted)
    columns = matrix.tocsc()
    return tuple(
        TellingNgram(
            ngram=names[column],
            weight=float(parted[column]),
            generated=float(shares[0][column]),
            real=float(shares[1][column]),
            carriers=len({c for row in columns[:, column].indices for c in samples[row].carriers}),
        )
        for column in (*order[::-1][:count], *order[:count])
    )


def measure_realism(
    generated: Sequence[Sample], real: Sequence[Sample], *, limit: int = 6000, ngrams: int = 150, seed: int = 0
) -> Realism:
    """Train the classifier and say how well it does.

    Args:
        generated: posts without entities of the generator.
        real: posts of people.
        limit: most posts on each side, after matching lengths.
        ngrams: how many telling n-grams to report for each side.
        seed: of the draws.

    Raises:
        ValueError: fewer than 50 posts on a side once lengths are matched.
    """
    left, right = match_lengths(generated, real, limit, seed)
    if len(left) < 50:
        raise ValueError(f"only {len(left)} posts on each side have matching lengths; at least 50 are needed")
    samples = [*left, *right]
    labels = np.array([1] * len(left) + [0] * len(right))
    vectorizer = TfidfVectorizer(
        analyzer="char", ngram_range=(1, LONGEST_NGRAM), lowercase=False, min_df=3, sublinear_tf=True
    )
    matrix = csr_matrix(vectorizer.fit_transform(sample.text for sample in samples))
    scores = _held_out_scores(matrix, labels, samples)
    groups: dict[str, list[float]] = {}
    for sample, score in zip(left, scores, strict=False):
        groups.setdefault(sample.group, []).append(float(score))
    reals = scores[len(left) :]
    return Realism(
        auc=float(roc_auc_score(labels, scores)),
        interval=_interval(labels, scores, samples, seed),
        count=len(left),
        groups={group: (_area(np.array(held), reals), len(held)) for group, held in groups.items()},
        ngrams=_telling(matrix, labels, samples, vectorizer.get_feature_names_out(), ngrams),
        scores=scores,
    )


def _area(above: Scores, below: Scores) -> float:
    labels = np.concatenate((np.ones(len(above)), np.zeros(len(below))))
    return float(roc_auc_score(labels, np.concatenate((above, below))))
