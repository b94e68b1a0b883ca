"""How likely the annotation of a place is right, by the model's scores of the paths through it.

Where annotated spans and those of the best path overlap they are one place. Its margin is what the annotation's labels
lose there against the best path's, in log-odds: if one of the two is right, it is the annotation with a probability of
1 / (1 + exp(margin)). Where they agree the margin is negative: the log-odds of the span's labels. A model that learned
from the annotation believes it; one that did not sees more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np
from gaihe.serving.audit.decisions import spans_at
from gaihe.serving.core.invisible import visible, visible_post
from gaihe.serving.core.posts import entity_to_record
from gaihe.serving.core.schema import Entity, Post
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.recognition.viterbi import Decoder
from numpy.typing import NDArray

_LEAST = 1e-12


@dataclass(frozen=True)
class Suspect:
    """A place of a post, and what may be wrong there.

    Attributes:
        post: the post's id.
        start: its first character.
        end: the character after its last.
        margin: how much better the model likes its own spans, in log-odds; negative where it likes the annotation.
        annotated: the spans of the annotation; empty where one may be missing.
        proposed: the spans of the model; empty where the annotation may be none.
    """

    post: str
    start: int
    end: int
    margin: float
    annotated: tuple[Entity, ...]
    proposed: tuple[Entity, ...]

    @property
    def score(self) -> float:
        """How likely the annotation is right, 0 to 1."""
        return 1 / (1 + exp(min(self.margin, 700.0)))

    def record(self) -> dict[str, object]:
        """The place as a JSON object."""
        return {
            "id": self.post,
            "start": self.start,
            "end": self.end,
            "score": round(self.score, 6),
            "annotated": [entity_to_record(entity) for entity in self.annotated],
            "proposed": [entity_to_record(entity) for entity in self.proposed],
        }


def ranked(posts: Iterable[Post], recognizer: Recognizer) -> list[Suspect]:
    """The places of annotated posts, those that are the likeliest to be wrong first."""
    auditor = Auditor(recognizer)
    return sorted((place for post in posts for place in auditor.places(post)), key=lambda place: -place.margin)


class Auditor:
    """Reads annotated posts with a model.

    Args:
        recognizer: the model; its threshold plays no part.
    """

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._labels = recognizer.metadata.labels
        self._decoder = Decoder(len(self._labels.types))

    def places(self, post: Post) -> Iterator[Suspect]:
        """The places of a post where a span is annotated or found, of the types that its annotation covers.

        A place with a span of a type that the model does not know is left out: it cannot say what is right there.
        """
        shown = visible_post(post)
        if not shown.text:
            return
        scores = self._recognizer.label_scores(shown.text)
        types = [kind for kind in self._labels.types if post.types is None or kind in post.types]
        found = [
            Entity(start, end, kind, shown.text[start:end])
            for start, end, kind in self._labels.spans(self._decoder.decode(scores[None])[0].tolist())
            if kind in types
        ]
        where = visible(post.text)[1] or range(len(post.text))
        for start, end in _united([*shown.entities, *found]):
            begin, after = where[start], where[end - 1] + 1
            annotated = spans_at(post, begin, after)
            if any(entity.type not in types for entity in annotated):
                continue
            ours, theirs = (_within(spans, start, end) for spans in (found, shown.entities))
            margin = self._margin(scores[start:end], _from(theirs, start), _from(ours, start))
            proposed = tuple(_placed(entity, post.text, where) for entity in ours)
            yield Suspect(post.id, begin, after, margin, annotated, proposed)

    def _margin(self, scores: NDArray[np.float32], annotated: list[Entity], found: list[Entity]) -> float:
        """What the annotation's labels lose against those of the model.

        Args:
            scores: of the place, shape ``(characters, labels)``.
            annotated: the annotation's spans, from the place's start.
            found: the model's.
        """
        theirs, ours = (
            float(scores[np.arange(len(scores)), self._labels.encode(len(scores), spans)].sum(dtype=np.float64))
            for spans in (annotated, found)
        )
        if _places(annotated) != _places(found):
            return ours - theirs
        share = max(-theirs, _LEAST)
        return min(0.0, log(max(-np.expm1(-share), _LEAST)) + share) if share < 700 else 0.0


def _united(spans: list[Entity]) -> list[tuple[int, int]]:
    """Where the spans are, as one place where they overlap, in text order."""
    united: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if united and span.start < united[-1][1]:
            united[-1] = united[-1][0], max(span.end, united[-1][1])
        else:
            united.append((span.start, span.end))
    return united


def _within(spans: Sequence[Entity], start: int, end: int) -> list[Entity]:
    return [span for span in spans if start <= span.start < end]


def _from(spans: list[Entity], start: int) -> list[Entity]:
    return [replace(span, start=span.start - start, end=span.end - start) for span in spans]


def _places(spans: list[Entity]) -> list[tuple[int, int, str]]:
    return [(span.start, span.end, span.type) for span in spans]


def _placed(span: Entity, text: str, where: list[int] | range) -> Entity:
    start, end = where[span.start], where[span.end - 1] + 1
    return replace(span, start=start, end=end, text=text[start:end])
