"""What was measured, as it is kept in a JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.capacity.load import Cost


@dataclass(frozen=True)
class Measured:
    """The figures of one machine.

    Attributes:
        machine: processor, cores, load average, system and versions, by name.
        date: of the measurement.
        command: that measured.
        posts_per_s: one core on the mix of lengths, by way.
        costs: the cost fitted to batches of many sizes and lengths, by way.
        errors: mean relative error of the fit, by way.
        batches: the batches that were timed, by way.
        service: processor time and memory of the HTTP service's processes.
        bytes: of a request and of an answer, mean.
        open_load: what the real service answered at a rate of its own.
    """

    machine: Mapping[str, Any]
    date: str
    command: str
    posts_per_s: Mapping[str, float]
    costs: Mapping[str, Cost]
    errors: Mapping[str, float]
    batches: Mapping[str, Any]
    service: Mapping[str, float]
    bytes: Mapping[str, float]
    open_load: Mapping[str, float]


def load_measured(path: Path) -> Measured:
    """Read the figures."""
    record = json.loads(path.read_text(encoding="utf-8"))
    record["costs"] = {way: Cost(**cost) for way, cost in record["costs"].items()}
    return Measured(**record)


def live_cost(measured: Measured, way: str) -> Cost:
    """The cost of a post in a worker of the service: reading and writing messages comes on top of the library's."""
    cost = measured.costs[way]
    return Cost(cost.call, cost.post + measured.service["worker_extra_seconds"], cost.token, cost.spread)
