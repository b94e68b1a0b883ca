"""How found spans lie on gold spans: which boundaries and which types are confused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gaihe.serving.core.schema import Entity, EntityType


class Outcome(StrEnum):
    """What became of a span."""

    EXACT = "exact"
    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    SHIFTED = "shifted"
    SPLIT = "split"
    MERGED = "merged"
    WRONG_TYPE = "wrong type"
    SPURIOUS = "spurious"
    MISSED = "missed"


@dataclass(frozen=True)
class Match:
    """Gold and found spans that overlap each other, directly or through others; one side may be empty."""

    outcome: Outcome
    gold: tuple[Entity, ...]
    found: tuple[Entity, ...]

    @property
    def types(self) -> tuple[EntityType, ...]:
        """The types that take part."""
        return tuple(kind for kind in EntityType if any(e.type is kind for e in (*self.gold, *self.found)))


def _outcome(gold: Sequence[Entity], found: Sequence[Entity]) -> Outcome:
    if not found:
        return Outcome.MISSED
    if not gold:
        return Outcome.SPURIOUS
    if len(found) > len(gold):
        return Outcome.SPLIT
    if len(gold) > 1:
        return Outcome.MERGED
    left, right = gold[0], found[0]
    if left.type is not right.type:
        return Outcome.WRONG_TYPE
    if left.start <= right.start and right.end <= left.end:
        return Outcome.TOO_SHORT
    if right.start <= left.start and left.end <= right.end:
        return Outcome.TOO_LONG
    return Outcome.SHIFTED


def align(gold: Iterable[Entity], found: Iterable[Entity]) -> list[Match]:
    """Match found spans with gold spans, in text order.

    Spans that agree in start, end and type are exact. The others are taken together where they overlap: more found than
    gold spans in such a group is a split, several gold spans under as many found ones or fewer a merge; of one gold and
    one found span, another type comes before another boundary.
    """
    gold_spans, found_spans = ({(e.start, e.end, e.type): e for e in side} for side in (gold, found))
    both = gold_spans.keys() & found_spans.keys()
    matches = [Match(Outcome.EXACT, (gold_spans[span],), (found_spans[span],)) for span in both]
    rest = [(entity, True) for span, entity in gold_spans.items() if span not in both]
    rest += [(entity, False) for span, entity in found_spans.items() if span not in both]
    rest.sort(key=lambda item: (item[0].start, item[0].end))
    group: list[tuple[Entity, bool]] = []
    end = 0
    for item in rest:
        if group and item[0].start >= end:
            matches.append(_match(group))
            group = []
        end = max(end, item[0].end) if group else item[0].end
        group.append(item)
    if group:
        matches.append(_match(group))
    return sorted(matches, key=lambda match: min(entity.start for entity in (*match.gold, *match.found)))


def _match(group: Sequence[tuple[Entity, bool]]) -> Match:
    gold = tuple(entity for entity, is_gold in group if is_gold)
    found = tuple(entity for entity, is_gold in group if not is_gold)
    return Match(_outcome(gold, found), gold, found)


def confused_types(match: Match) -> list[tuple[EntityType | None, EntityType | None]]:
    """Pairs of gold type and found type: for each gold span the found one that covers most of it, or ``None``.

    A found span on no gold span is paired with ``None``.
    """
    if not match.gold:
        return [(None, entity.type) for entity in match.found]
    pairs: list[tuple[EntityType | None, EntityType | None]] = []
    for entity in match.gold:
        shared = {f: min(entity.end, f.end) - max(entity.start, f.start) for f in match.found}
        best = max(shared, key=lambda f: shared[f], default=None)
        pairs.append((entity.type, best.type if best is not None and shared[best] > 0 else None))
    return pairs
