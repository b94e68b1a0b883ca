"""The document: its prose is written by hand, its tables stand between marks and are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.capacity import input_tables, result_tables
from benchmarks.capacity.plan import Plan

DOCS = Path(__file__).parents[2] / "docs"
DOCUMENT = DOCS / "CAPACITY.md"
FILES = DOCS / "capacity"
TABLES: Mapping[str, Callable[[Plan], str]] = {
    "in short": result_tables.in_short,
    "reality": input_tables.reality,
    "machine": input_tables.machine,
    "throughput": input_tables.throughput,
    "service": input_tables.service,
    "lengths": input_tables.lengths,
    "checks": input_tables.checks,
    "real service": input_tables.real_service,
    "load": input_tables.load,
    "fleets": result_tables.fleets,
    "at the peak": result_tables.sizes("at_peak"),
    "at the event": result_tables.sizes("at_event"),
    "incidents": result_tables.incidents,
    "lost posts": result_tables.lost_posts,
    "event": result_tables.event,
    "archive": result_tables.archive,
    "traffic": result_tables.traffic,
}
_MADE = re.compile(r"(<!-- made: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(document: str, plan: Plan) -> str:
    """A document with its tables made anew.

    Raises:
        KeyError: a mark names a table that nobody makes.
    """
    return _MADE.sub(lambda found: f"{found[1]}\n{TABLES[found[2]](plan)}\n\n{found[3]}", document)


def named(document: str) -> list[str]:
    """The names of the tables that a document has, in order."""
    return [found[2] for found in _MADE.finditer(document)]
