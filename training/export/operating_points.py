"""Operating points and honest scores, found on validation posts alone.

One price decides a point: how many false alarms a found span is worth. At a price every type has the bias at which
``price × right - wrong`` is largest. ``balanced`` is at the price of the best F1, which is ``2 / F1 - 1``: a span is
worth finding where it is right with half the best F1 (Lipton et al. 2014). It has no biases unless they raise F1 on
posts that they were not found on. ``high_recall`` begins from the price at which enough gold spans are found, or most
of them, and moves one bias after another, also those of the inside of spans. ``high_precision`` leaves out spans with
low scores too: of all prices and least scores at which enough found spans are right, it takes those that find most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from gaihe.serving.core.invisible import visible_post
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import EntityType, Post
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.serving.core.windows import WINDOW
from gaihe.serving.model_file import OUTPUT, OperatingPoint, open_session
from gaihe.serving.scores import ScoreScale
from gaihe.serving.viterbi import Decoder
from numpy.typing import NDArray

BIASES = tuple(float(bias) for bias in np.arange(-6.0, 8.5, 0.5))
INSIDE = tuple(float(bias) for bias in np.arange(-3.0, 3.5, 0.5))
"""Biases for the inside of spans that are tried for ``high_recall``."""
PRICES = tuple(float(price) for price in np.geomspace(1 / 32, 64, 34))
HIGH_RECALL, HIGH_PRECISION = 0.97, 0.98
LEAST = tuple(float(least) for least in np.arange(0.0, 1.0, 0.02))
"""Least raw scores that are tried for ``high_precision``."""
STILLNESS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Spans that one unit of bias has to gain, so that few posts do not move it far: the first, or for ``balanced`` the
one with the best F1 on posts left out."""
FOLDS = 8
"""Parts of the validation posts that are left out, one after another."""
_REACH = BIASES[-1] + 2.0
_Curve = tuple[NDArray[Any], NDArray[Any]]


@dataclass(frozen=True)
class Scored:
    """A validation post of one window, its log-probabilities ``(characters, labels)``, and what it weighs."""

    post: Post
    logs: NDArray[np.float32]
    weight: float


def score_posts(path: Path, vocabulary: Vocabulary, posts: Sequence[Post], weight: float) -> list[Scored]:
    """Run an exported model over posts; those longer than a window are left out."""
    session, _ = open_session(path)
    special = vocabulary.special
    scored = []
    for post in map(visible_post, posts):
        if 0 < len(post.text) <= WINDOW:
            ids = np.array([[special.start, *vocabulary.encode(post.text), special.end]], dtype=np.int32)
            (logs,) = session.run([OUTPUT], {session.get_inputs()[0].name: ids})
            scored.append(Scored(post, logs[0, 1:-1], weight))
    return scored


@dataclass(frozen=True)
class Rates:
    """Weighted spans: found rightly, found, and to be found."""

    right: float
    found: float
    gold: float

    def __add__(self, other: Rates) -> Rates:
        """The spans of both."""
        return Rates(self.right + other.right, self.found + other.found, self.gold + other.gold)

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


def rates(scored: Sequence[Scored], labels: LabelSet, biases: NDArray[np.float32]) -> Rates:
    """Exact spans of posts decoded with biases for opening a span and for its inside, shape ``(2, types)``."""
    decoder = Decoder(*biases)
    right = found = gold = 0.0
    for item in scored:
        covered = labels.types if item.post.types is None else item.post.types
        spans = {span for span in labels.spans(decoder.decode(item.logs[None])[0].tolist()) if span[2] in covered}
        wanted = {(e.start, e.end, e.type) for e in item.post.entities if e.type in covered}
        right += item.weight * len(spans & wanted)
        found += item.weight * len(spans)
        gold += item.weight * len(wanted)
    return Rates(right, found, gold)


def _curve(scored: Sequence[Scored], labels: LabelSet, kind: EntityType) -> _Curve:
    """Weighted right and wrong spans of one type at each of `BIASES`, the other types without bias."""
    begin, count = labels.begin(kind), len(labels.types)
    columns = [begin, begin + 3 * count]
    near = [
        item
        for item in scored
        if (item.post.types is None or kind in item.post.types)
        and (item.logs[:, columns].max(axis=1) - item.logs[:, 0]).max() > -_REACH
    ]
    right, wrong = np.zeros(len(BIASES)), np.zeros(len(BIASES))
    for place, bias in enumerate(BIASES):
        enter = np.zeros(count, dtype=np.float32)
        enter[begin - 1] = bias
        decoder = Decoder(enter)
        for item in near:
            spans = {span[:2] for span in labels.spans(decoder.decode(item.logs[None])[0].tolist()) if span[2] is kind}
            wanted = {(e.start, e.end) for e in item.post.entities if e.type is kind}
            right[place] += item.weight * len(spans & wanted)
            wrong[place] += item.weight * len(spans - wanted)
    return right, wrong


def _sum(curves: Sequence[Sequence[_Curve]]) -> list[_Curve]:
    """The curves of all types over several parts of the posts."""
    return [
        (np.sum([right for right, _ in parts], axis=0), np.sum([wrong for _, wrong in parts], axis=0))
        for parts in zip(*curves, strict=True)
    ]


def _at_price(curves: Sequence[_Curve], price: float, stillness: float = STILLNESS[0]) -> NDArray[np.float32]:
    """The biases of shape ``(2, types)`` at a price, from each type's `_curve`; those for the inside are zero."""
    still = min(price, 1.0) * stillness * np.abs(np.array(BIASES))
    enter = [BIASES[int((price * right - wrong - still).argmax())] for right, wrong in curves]
    return np.array([enter, np.zeros(len(enter))], dtype=np.float32)


def _best_f1(curves: Sequence[_Curve], gold: float, stillness: float) -> NDArray[np.float32]:
    """The biases at the price that belongs to the F1 they reach (Dinkelbach 1967); none where none is better.

    F1 is that of the curves: what a type's bias does to the others does not count.
    """

    def f1_of(biases: NDArray[np.float32]) -> float:
        places = np.searchsorted(BIASES, biases[0])
        right = sum(float(kind[place]) for (kind, _), place in zip(curves, places, strict=True))
        wrong = sum(float(kind[place]) for (_, kind), place in zip(curves, places, strict=True))
        return Rates(right, right + wrong, gold).f1

    best = np.zeros((2, len(curves)), dtype=np.float32)
    f1 = f1_of(best)
    while True:
        tried = _at_price(curves, 2.0 / f1 - 1.0 if f1 else PRICES[-1], stillness)
        reached = f1_of(tried)
        if reached <= f1:
            return best
        best, f1 = tried, reached


def _balanced(
    folds: Sequence[Sequence[Scored]], labels: LabelSet, curves: Sequence[Sequence[_Curve]]
) -> NDArray[np.float32]:
    """The biases with the best F1, if such biases raise the F1 of folds that they were not found on."""
    plain = np.zeros((2, len(labels.types)), dtype=np.float32)
    without = [rates(fold, labels, plain) for fold in folds]
    nothing = Rates(0.0, 0.0, 0.0)
    whole = sum(without, nothing)

    def left_out(stillness: float) -> float:
        total = nothing
        for place, fold in enumerate(folds):
            known = _sum([*curves[:place], *curves[place + 1 :]])
            found = _best_f1(known, whole.gold - without[place].gold, stillness)
            total += rates(fold, labels, found) if found.any() else without[place]
        return total.f1

    reached = {stillness: left_out(stillness) for stillness in STILLNESS}
    best = max(STILLNESS, key=lambda stillness: (reached[stillness], stillness))
    if reached[best] <= whole.f1:
        return plain
    found = _best_f1(_sum(curves), whole.gold, best)
    everything = [item for fold in folds for item in fold]
    return found if rates(everything, labels, found).f1 > whole.f1 else plain


def operating_points(
    gold: Sequence[Scored], others: Sequence[Scored], labels: LabelSet
) -> tuple[dict[str, OperatingPoint], dict[str, Any]]:
    """Find ``balanced``, ``high_recall`` and ``high_precision``.

    Args:
        gold: the gold posts, on which recall and precision are promised.
        others: further posts that take part in the search.
        labels: the label set.

    Returns:
        The points, whose least scores are raw ones, and for the record the precision, recall and F1 of each on the
        gold posts, and whether it keeps what its name promises.
    """
    everything = [*gold, *others]
    folds = [everything[place::FOLDS] for place in range(FOLDS)]
    curves = [[_curve(fold, labels, kind) for kind in labels.types] for fold in folds]
    total = _sum(curves)
    biases = [_at_price(total, price) for price in PRICES]
    on_gold = [rates(gold, labels, tried) for tried in biases]
    chosen = {"balanced": _balanced(folds, labels, curves)}
    enough = [place for place, found in enumerate(on_gold) if found.recall >= HIGH_RECALL]
    recalls = [found.recall for found in on_gold]
    nearest = max(enough, key=lambda place: on_gold[place].precision) if enough else int(np.argmax(recalls))
    chosen["high_recall"] = _raised(gold, labels, biases[nearest])
    chosen["high_precision"], least, surest = _surest(gold, labels, biases)
    kept = {
        "balanced": True,
        "high_recall": rates(gold, labels, chosen["high_recall"]).recall >= HIGH_RECALL,
        "high_precision": surest.precision >= HIGH_PRECISION,
    }
    record: dict[str, Any] = {}
    points: dict[str, OperatingPoint] = {}
    for name, point in chosen.items():
        found = surest if name == "high_precision" else rates(gold, labels, point)
        enter, inside = ({k: float(b) for k, b in zip(labels.types, row, strict=True) if b} for row in point)
        record[name] = {"precision": found.precision, "recall": found.recall, "f1": found.f1, "kept": kept[name]}
        points[name] = OperatingPoint(
            enter,
            rejects=name == "high_precision",
            least=least if name == "high_precision" else 0.0,
            inside=inside,
        )
    return points, record


def _raised(gold: Sequence[Scored], labels: LabelSet, biases: NDArray[np.float32]) -> NDArray[np.float32]:
    """Biases with more recall, up to `HIGH_RECALL`, and then more precision: one after another is moved.

    First those for the inside, which decide where a span ends and of which of two types it is.
    """

    def worth(tried: NDArray[np.float32]) -> tuple[float, float]:
        found = rates(gold, labels, tried)
        return min(found.recall, HIGH_RECALL), found.precision

    places = [(row, place) for row in (1, 0) for place in range(len(labels.types))]
    best, moved = worth(biases), True
    while moved:
        moved = False
        for place in places:
            for bias in INSIDE if place[0] else BIASES:
                tried = biases.copy()
                tried[place] = bias
                if (found := worth(tried)) > best:
                    biases, best, moved = tried, found, True
    return biases


def _rates_from(scored: Sequence[Scored], labels: LabelSet, biases: NDArray[np.float32]) -> list[Rates]:
    """The rates of the spans whose raw score is at least each of `LEAST`."""
    scores, right = span_scores(scored, labels, biases)
    gold = rates(scored, labels, biases).gold
    return [Rates(float(right[scores >= least].sum()), float((scores >= least).sum()), gold) for least in LEAST]


def _surest(
    gold: Sequence[Scored], labels: LabelSet, biases: Sequence[NDArray[np.float32]]
) -> tuple[NDArray[np.float32], float, Rates]:
    """The biases and the least raw score with the best recall among those precise enough, and the rates there.

    Where none are, those with the best precision.
    """
    tried = [
        (found, enter, least)
        for enter in biases
        for least, found in zip(LEAST, _rates_from(gold, labels, enter), strict=True)
        if found.found
    ]
    sure = [row for row in tried if row[0].precision >= HIGH_PRECISION]
    if not tried:
        return biases[0], 0.0, rates(gold, labels, biases[0])
    if sure:
        found, enter, least = max(sure, key=lambda row: row[0].recall)
    else:
        found, enter, least = max(tried, key=lambda row: row[0].precision)
    return enter, least, found


def span_scores(
    scored: Sequence[Scored], labels: LabelSet, biases: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Raw scores of the spans found, and which of the spans are right; both of shape ``(spans,)``."""
    decoder = Decoder(*biases)
    scores: list[float] = []
    right: list[bool] = []
    for item in scored:
        path = decoder.decode(item.logs[None])[0]
        wanted = {(e.start, e.end, e.type) for e in item.post.entities}
        for start, end, kind in labels.spans(path.tolist()):
            if item.post.types is None or kind in item.post.types:
                scores.append(float(np.exp(item.logs[np.arange(start, end), path[start:end]].mean())))
                right.append((start, end, kind) in wanted)
    return np.array(scores), np.array(right, dtype=np.bool_)


def fit_scale(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> ScoreScale:
    """Logistic calibration (Platt 1999) of raw scores; left as they are where all spans are right, or all wrong."""
    from sklearn.linear_model import LogisticRegression

    if right.all() or not right.any():
        return ScoreScale()
    fitted = LogisticRegression(C=100.0).fit(ScoreScale.log_odds(scores)[:, None], right)
    return ScoreScale(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))


def calibration_error(scores: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over equally wide bins (Guo et al. 2017), from 0 to 1; 0 without spans."""
    if not len(scores):
        return 0.0
    places = np.minimum((scores * bins).astype(np.int64), bins - 1)
    return float(
        sum(
            abs(scores[places == place].mean() - right[places == place].mean()) * (places == place).mean()
            for place in np.unique(places)
        )
    )


def calibrate(
    path: Path, vocabulary: Vocabulary, labels: LabelSet, gold: Sequence[Post], others: Mapping[str, Sequence[Post]]
) -> tuple[dict[str, OperatingPoint], ScoreScale, dict[str, Any]]:
    """Find a model's operating points and the scale of its scores.

    Args:
        path: the exported model.
        vocabulary: its characters.
        labels: its labels.
        gold: gold posts of the validation part.
        others: further validation posts; a set with entities weighs as much as the gold posts, one without counts
            post by post.

    Returns:
        The points, the scale, and the figures for the record.
    """
    scored = score_posts(path, vocabulary, gold, 1.0)
    spans = sum(len(item.post.entities) for item in scored)
    further: list[Scored] = []
    for posts in others.values():
        total = sum(len(post.entities) for post in posts)
        further += score_posts(path, vocabulary, posts, spans / total if total else 1.0)
    points, record = operating_points(scored, further, labels)
    balanced = points["balanced"].biases(labels)
    scores, right = span_scores([*scored, *further], labels, balanced)
    scale = fit_scale(scores, right)
    sure = points["high_precision"]
    points["high_precision"] = replace(sure, least=scale.of(sure.least) if sure.least else 0.0)
    gold_scores, gold_right = span_scores(scored, labels, balanced)
    figures = {
        "operating_points": record,
        "calibration_error": {
            "raw": calibration_error(gold_scores, gold_right),
            "scaled": calibration_error(scale.apply(gold_scores), gold_right),
        },
    }
    return points, scale, figures
