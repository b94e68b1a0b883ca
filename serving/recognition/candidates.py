"""The spans that a text may hold, whatever the threshold: those of the best path, and further ones beside them.

A further span is not on the best path, because outside it is more probable than in it. The margin by which it loses
is the bias on opening spans at which it would appear. Beside the spans of the best path the one with the smallest
margin is taken, then the next one that overlaps none taken, and so on. No threshold takes part in the choice, so that
a lower one can only add spans to those of a higher one. Where outside is certain nothing is searched: a span of a
small margin lies where the characters' own leads, summed up, lose no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp
from typing import NamedTuple

import numpy as np
from gaihe.serving.core.labels import path_spans
from gaihe.serving.recognition.stretches import largest_sum_across, runs
from gaihe.serving.recognition.verification import type_score
from numpy.typing import NDArray

LARGEST_MARGIN = 14.0
"""Log-odds against outside up to which a span is a candidate; further ones are a hundred times rarer than right."""
LONGEST_STRETCH = 256
"""Characters that are searched together, so that the time grows as the text does."""


class Candidate(NamedTuple):
    """A span that a text may hold.

    Attributes:
        start: its first character.
        end: the character after its last.
        place: its type's place among the model's types.
        raw: geometric mean of the probabilities of its labels, 0 to 1.
        best: whether it is on the best path.
    """

    start: int
    end: int
    place: int
    raw: float
    best: bool


def best_spans(path: Sequence[int], scores: NDArray[np.float32], count: int) -> list[Candidate]:
    """The spans of the best path, in text order.

    Args:
        path: label ids of the best legal path, a label a character.
        scores: log-probabilities of the labels, shape ``(characters, labels)``; further characters do not count.
        count: the number of types.
    """
    spans = []
    for start, end, place in path_spans(path, count):
        whole = sum(map(scores.item, range(start, end), path[start:end]))
        spans.append(Candidate(start, end, place, exp(whole / (end - start)), True))
    return spans


def further_spans(path: Sequence[int], scores: NDArray[np.float32], count: int) -> list[Candidate]:
    """Spans beside those of the best path that lose at most `LARGEST_MARGIN` against outside, in any order.

    Args:
        path: as for `best_spans`.
        scores: as for `best_spans`.
        count: the number of types.
    """
    leads = (scores[: len(path), 1:] - scores[: len(path), :1]).astype(np.float64)
    spans = []
    for first, last in _stretches(np.asarray(path) == 0, leads.max(axis=1, initial=-np.inf)):
        waiting = [(first, last)]
        while waiting:
            low, high = waiting.pop()
            margin, start, end, place = _nearest(leads[low:high], count)
            if margin >= -LARGEST_MARGIN:
                start, end = low + start, low + end
                raw = exp(type_score(scores[start:end], place))
                spans.append(Candidate(start, end, place, raw, False))
                waiting += [side for side in ((low, start), (end, high)) if side[0] < side[1]]
    return spans


def _stretches(outside: NDArray[np.bool_], lead: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Where candidates may lie among characters outside the best path's spans, in pieces of bounded length."""
    for first, last in runs(outside):
        near = largest_sum_across(lead[first:last]) >= -LARGEST_MARGIN
        for start, end in runs(near):
            for piece in range(first + start, first + end, LONGEST_STRETCH):
                yield piece, min(piece + LONGEST_STRETCH, first + end)


def _nearest(leads: NDArray[np.float64], count: int) -> tuple[float, int, int, int]:
    """The span with the smallest margin: minus the margin, its start and end, and its type's place.

    Args:
        leads: log-odds of the labels but ``O`` against ``O``, shape ``(characters, labels - 1)``.
        count: the number of types.
    """
    begin, inside, end, single = (leads[:, prefix * count : (prefix + 1) * count] for prefix in range(4))
    alone = int(single.argmax())
    position, place = divmod(alone, count)
    nearest = (float(single[position, place]), position, position + 1, place)
    if len(leads) == 1:
        return nearest
    through = inside.cumsum(axis=0)
    opened = begin - through
    whole = end[1:] + through[:-1] + np.maximum.accumulate(opened[:-1], axis=0)
    last, place = divmod(int(whole.argmax()), count)
    if whole[last, place] <= nearest[0]:
        return nearest
    return float(whole[last, place]), int(opened[: last + 1, place].argmax()), last + 2, place
