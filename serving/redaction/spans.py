"""What was put where: the spans of a redacted text, and how those of two steps become one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gaihe.serving.core.schema import EntityType
from gaihe.serving.redaction.operators import Operator


@dataclass(frozen=True, slots=True)
class RedactedSpan:
    """A place where something was put; it says nothing of what stood there.

    Attributes:
        start, end: offsets in the new text, in code points, half-open.
        type: of what stood there.
        operator: what was put there.
        source_start, source_end: offsets in the old text.
    """

    start: int
    end: int
    type: EntityType
    operator: Operator
    source_start: int
    source_end: int

    def to_record(self) -> dict[str, Any]:
        """The span as a JSON object."""
        return {
            "start": self.start,
            "end": self.end,
            "type": self.type.value,
            "operator": self.operator.value,
            "source_start": self.source_start,
            "source_end": self.source_end,
        }


def composed(first: Sequence[RedactedSpan], second: Sequence[RedactedSpan]) -> list[RedactedSpan]:
    """The spans from the first text to the third, of those from first to second and from second to third.

    A span of the second step that touches spans of the first takes them in.

    Args:
        first: spans of the first step, in text order.
        second: spans of the second step, in text order; their source is the text of the first step.
    """
    found: list[RedactedSpan] = []
    back = _Places(first)
    shift = place = stop = 0
    for later in second:
        start, end = later.source_start, later.source_end
        while place < len(first) and first[place].end <= start:
            found.append(_moved(first[place], shift))
            place += 1
        touched = first[place].start if place < len(first) else end
        within = start < stop
        begin = min(start, touched)
        new_start = found[-1].start if within else later.start - (start - begin)
        source_start = found[-1].source_start if within else back.after(begin)
        stop = max(stop, end) if within else end
        while place < len(first) and first[place].start < end:
            stop = max(stop, first[place].end)
            place += 1
        made = RedactedSpan(
            new_start, later.end + stop - end, later.type, later.operator, source_start, back.before(stop)
        )
        found[len(found) - within :] = [made]
        shift = later.end - end
    return found + [_moved(span, shift) for span in first[place:]]


class _Places:
    """Where the places of a redacted text were in its source; none of them inside a span."""

    def __init__(self, spans: Sequence[RedactedSpan]) -> None:
        self._spans = spans
        self._starts, self._ends = [span.start for span in spans], [span.end for span in spans]

    def after(self, place: int) -> int:
        """The source's place of one at which text begins."""
        return self._source(bisect_right(self._ends, place), place)

    def before(self, place: int) -> int:
        """The source's place of one at which text ends."""
        return self._source(bisect_left(self._starts, place), place)

    def _source(self, passed: int, place: int) -> int:
        if passed == 0:
            return place
        last = self._spans[passed - 1]
        return last.source_end + place - last.end


def _moved(span: RedactedSpan, by: int) -> RedactedSpan:
    return RedactedSpan(span.start + by, span.end + by, span.type, span.operator, span.source_start, span.source_end)
