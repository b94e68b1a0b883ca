"""The errors of a system, their cost, and the worst of each kind, in context."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from typing import Any

from gaihe.serving.core.schema import Entity, EntityType, Post
from gaihe.serving.types import Severity, sheet_of
from gaihe.training.evaluate.systems.surrogates import without_surrogates
from gaihe.training.reports.benchmark.alignment import Match, Outcome

WEIGHTS: dict[EntityType, float] = {
    EntityType.ID_CARD: 5,
    EntityType.BANK_CARD: 5,
    EntityType.ADDRESS: 5,
    EntityType.PHONE: 4,
    EntityType.PASSPORT: 4,
    EntityType.WECHAT: 3,
    EntityType.QQ: 3,
    EntityType.EMAIL: 3,
    EntityType.PLATE: 3,
    EntityType.NAME: 3,
    EntityType.ACCOUNT: 2,
    EntityType.SCHOOL: 2,
    EntityType.WORKPLACE: 2,
    EntityType.BIRTH_DATE: 2,
    EntityType.MEMBER_ID: 2,
    EntityType.DEVICE_ID: 2,
}
"""What the leak of a whole value of a type weighs; a false alarm weighs `ALARM`."""
ALARM = 1.0
BOUNDARY = 0.25
CONTEXT = 32


def weight_of(kind: EntityType) -> float:
    """What the leak of a whole value weighs; of an installed type, by the severity on its sheet."""
    return WEIGHTS.get(kind) or (5 if sheet_of(kind).severity is Severity.SENSITIVE else 2)


def confidence_of(match: Match) -> float | None:
    """Mean score of the found spans; ``None`` where nothing was found or the system gives no scores."""
    scores = [entity.score for entity in match.found if entity.score is not None]
    return sum(scores) / len(scores) if scores else None


def leaked_characters(entity: Entity, found: Sequence[Entity]) -> int:
    """How many characters of a span no found span covers."""
    covered = {position for e in found for position in range(max(e.start, entity.start), min(e.end, entity.end))}
    return entity.end - entity.start - len(covered)


def cost_of(match: Match, predicted: Sequence[Entity]) -> float:
    """What a mistake costs.

    For every gold span the weight of its type times the share of its characters that leaks, and at least `BOUNDARY`
    of the weight; for a false alarm `ALARM`; all of it times the system's confidence, 1 where it stated none.
    """
    harm = ALARM if match.outcome is Outcome.SPURIOUS else 0.0
    for entity in match.gold:
        share = leaked_characters(entity, predicted) / (entity.end - entity.start)
        harm += weight_of(entity.type) * max(share, BOUNDARY)
    confidence = confidence_of(match)
    return harm * (1.0 if confidence is None else confidence)


def _inside(entities: Sequence[Entity], match: Match, start: int, end: int) -> list[dict[str, Any]]:
    marked = {*match.gold, *match.found}
    return [
        {
            "start": max(e.start, start) - start,
            "end": min(e.end, end) - start,
            "type": e.type.value,
            "score": e.score,
            "focus": e in marked,
        }
        for e in entities
        if e.start < end and start < e.end
    ]


def error_record(
    post: Post, match: Match, gold: Sequence[Entity], found: Sequence[Entity], predicted: Sequence[Entity]
) -> dict[str, Any]:
    """A mistake with the text around it.

    Args:
        post: the post.
        match: the mistake.
        gold: the post's gold spans of the compared types.
        found: the found spans of the compared types.
        predicted: the found spans of all types, none of whose characters leaks.

    Returns:
        ``text`` is the part of the post around the mistake, with lone surrogates replaced; the offsets of ``gold`` and
        ``found`` count from its start.
    """
    spans = (*match.gold, *match.found)
    start = max(0, min(e.start for e in spans) - CONTEXT)
    end = min(len(post.text), max(e.end for e in spans) + CONTEXT)
    return {
        "post": post.id,
        "outcome": match.outcome.value,
        "types": [kind.value for kind in match.types],
        "cost": cost_of(match, predicted),
        "confidence": confidence_of(match),
        "leaked": sum(leaked_characters(entity, predicted) for entity in match.gold),
        "offset": start,
        "length": len(post.text),
        "text": without_surrogates(post.text[start:end]),
        "gold": _inside(gold, match, start, end),
        "found": _inside(found, match, start, end),
    }


class WorstErrors:
    """Keeps the costliest errors of each outcome; the others are only counted.

    Args:
        per_outcome: how many to keep.
    """

    def __init__(self, per_outcome: int) -> None:
        self._per_outcome = per_outcome
        self._heaps: dict[str, list[tuple[float, float, int, dict[str, Any]]]] = {}
        self._number = 0
        self.totals: Counter[str] = Counter()

    def add(self, record: dict[str, Any]) -> None:
        """Take an error in."""
        outcome = record["outcome"]
        self.totals[outcome] += 1
        self._number += 1
        heap = self._heaps.setdefault(outcome, [])
        item = (record["cost"], record["confidence"] or 0.0, -self._number, record)
        if len(heap) < self._per_outcome:
            heapq.heappush(heap, item)
        elif heap and item > heap[0]:
            heapq.heapreplace(heap, item)

    def records(self) -> list[dict[str, Any]]:
        """The kept errors, costliest first; of equal cost the most confident first."""
        items = [item for heap in self._heaps.values() for item in heap]
        return [record for _, _, _, record in sorted(items, key=lambda item: item[:3], reverse=True)]
