"""What the document is made of, and how its tables are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.capacity.assumptions import Assumptions
from benchmarks.capacity.measured import Measured
from benchmarks.capacity.scenarios import Record


@dataclass(frozen=True)
class Plan:
    """All that the document is made of."""

    assumptions: Assumptions
    measured: Measured
    simulated: Record


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def percent(value: float) -> str:
    """A share of requests."""
    return "none" if not value else f"{value:.1%}" if value >= 0.001 else f"{value:.2%}"
