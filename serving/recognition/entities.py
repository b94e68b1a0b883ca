"""The entities of a text at a threshold, from what the model says of its characters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.model.scores import ScoreScale
from gaihe.serving.recognition.candidates import Candidate, best_spans, further_spans
from gaihe.serving.recognition.verification import Verification, begin_of, end_of, verify, whole_end
from numpy.typing import NDArray


class Checked(NamedTuple):
    """A candidate, where it begins and ends once its edges are checked, and its verification."""

    candidate: Candidate
    start: int
    end: int
    verified: Verification


def checked(
    text: str, spans: Sequence[Candidate], scores: NDArray[np.float32], types: Sequence[EntityType]
) -> Iterator[Checked]:
    """Candidates with the edges and types that checks give them; one that begins in a lengthened span is left out.

    Args:
        text: the text.
        spans: in text order, those of the best path among them.
        scores: as for `entities`.
        types: the model's types.
    """
    begins = [*(span.start for span in spans if span.best), len(text)]
    covered = 0
    for span in spans:
        start, end, place, _, best = span
        if start < covered:
            continue
        if best:
            limit = begins[bisect_right(begins, start, hi=len(begins) - 1)]
            covered = end = whole_end(text, (start, end), limit, types[place], scores, types)
        start = begin_of(text, (start, end), types[place])
        end = start + end_of(text[start:end], types[place], scores[start:end], types)
        yield Checked(span, start, end, verify(text[start:end], types[place], scores[start:end], types))


def entities(
    text: str,
    path: Sequence[int],
    scores: NDArray[np.float32],
    types: Sequence[EntityType],
    scale: ScoreScale,
    threshold: float,
    offset: int = 0,
) -> list[Entity]:
    """The spans that score at least the threshold, verified, in text order.

    Args:
        text: the text.
        path: label ids of the best legal path, a label a character.
        scores: log-probabilities of the labels, shape ``(characters, labels)``; further characters do not count.
        types: the model's types.
        scale: what the raw scores of spans mean.
        threshold: the lowest score of an entity that is given, 0 to 1.
        offset: the position of the text's first character in the post.
    """
    spans = best_spans(path, scores, len(types))
    if threshold < scale.floor:
        further = further_spans(path, scores, len(types))
        spans = sorted([*spans, *(span for span in further if scale.of(span.raw, best=False) >= threshold)])
    found = []
    for span, start, end, verified in checked(text, spans, scores, types):
        score = scale.of(span.raw, span.best, failed=verified.valid is False)
        if score >= threshold:
            found.append(_entity(text[start:end], start + offset, verified, score))
    return found


def _entity(surface: str, start: int, found: Verification, score: float) -> Entity:
    return Entity(
        start,
        start + len(surface),
        found.kind,
        surface,
        found.value,
        score,
        found.valid,
        found.evasion,
    )
