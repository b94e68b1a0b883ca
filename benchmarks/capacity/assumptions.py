"""What the plan assumes, read from YAML; every key is checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import yaml

_Part = TypeVar("_Part")


class AssumptionError(ValueError):
    """A file of assumptions that cannot be used; the message says what is wrong in it."""


@dataclass(frozen=True)
class Event:
    """A hot event: traffic rises evenly to `factor` times as much, and stays there."""

    factor: float
    rise_seconds: float
    hold_seconds: float


@dataclass(frozen=True)
class Lengths:
    """Characters of a post, as quantiles by their shares; between them lengths are spread evenly."""

    source: str
    quantiles: Mapping[float, float]


@dataclass(frozen=True)
class Fleet:
    """How a node is filled, and how busy its workers may be."""

    way: str
    cores_per_node: int
    services_per_node: int
    workers_per_service: int
    busy: float
    event_busy: float


@dataclass(frozen=True)
class Balancer:
    """What stands in front of the nodes."""

    notice_seconds: float
    retry_seconds: float


@dataclass(frozen=True)
class Node:
    """How long a node takes to come and to go."""

    replace_seconds: float
    drain_seconds: float
    start_seconds: float


@dataclass(frozen=True)
class Archive:
    """The posts of the years before, and the time to read them."""

    years: float
    posts_per_day: float
    days: float
    busy: float


@dataclass(frozen=True)
class Prices:
    """US dollars."""

    cloud_core_hour: float
    server: float
    server_cores: int
    server_years: float
    server_watts: float
    kilowatt_hour: float
    server_upkeep_year: float


@dataclass(frozen=True)
class Storage:
    """What is kept of an answer."""

    kept_share: float
    id_bytes: float


@dataclass(frozen=True)
class Simulation:
    """How long is simulated, and from which seed."""

    seed: int
    seconds: float
    warm_seconds: float


@dataclass(frozen=True)
class Assumptions:
    """All of them; `hours` are the posts of each hour relative to each other."""

    posts_per_day: float
    hours: tuple[float, ...]
    event: Event
    lengths: Lengths
    fleet: Fleet
    balancer: Balancer
    node: Node
    archive: Archive
    prices: Prices
    storage: Storage
    simulation: Simulation


_PARTS: Mapping[str, type[Any]] = {
    "event": Event,
    "lengths": Lengths,
    "fleet": Fleet,
    "balancer": Balancer,
    "node": Node,
    "archive": Archive,
    "prices": Prices,
    "storage": Storage,
    "simulation": Simulation,
}
_WANTED = {int: "a whole number is", float: "a number is", str: "a text is"}
WAYS = ("detect", "judge", "redact")


def load_assumptions(path: Path) -> Assumptions:
    """Read a file of assumptions.

    Raises:
        AssumptionError: it is no YAML, has a wrong or missing key, or values that cannot be.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise AssumptionError(f"{path.name} is no YAML: {error}") from None
    if not isinstance(content, dict):
        raise AssumptionError(f"{path.name}: keys with values are needed")
    parts = {name: _part(kind, content.get(name), name) for name, kind in _PARTS.items()}
    found = _part(Assumptions, {**content, **parts}, path.name)
    if len(found.hours) != 24 or min(found.hours) < 0 or not sum(found.hours):
        raise AssumptionError("hours: 24 numbers are needed, none below 0 and not all 0")
    shares = list(found.lengths.quantiles)
    if shares != sorted(shares) or shares[:1] != [0] or shares[-1:] != [1]:
        raise AssumptionError("lengths.quantiles: shares must rise from 0 to 1")
    fleet = found.fleet
    if fleet.way not in WAYS:
        raise AssumptionError(f"fleet.way: {', '.join(WAYS)} are known, not {fleet.way}")
    if fleet.services_per_node * (1 + fleet.workers_per_service) > fleet.cores_per_node:
        raise AssumptionError("fleet: a front process and its workers need a core each, and a node has fewer")
    if found.event.rise_seconds <= 0:
        raise AssumptionError("event.rise_seconds: it must be above 0")
    if found.balancer.notice_seconds <= 0:
        raise AssumptionError("balancer.notice_seconds: it must be above 0")
    return found


def _part(kind: type[_Part], content: object, name: str) -> _Part:
    if not isinstance(content, dict):
        raise AssumptionError(f"{name}: keys with values are needed")
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if wrong := known ^ content.keys():
        raise AssumptionError(f"{name}: unknown or missing: {', '.join(sorted(wrong))}")
    hints = get_type_hints(kind)
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in content.items()}
    for key, value in values.items():
        if not _fits(value, hints[key]):
            raise AssumptionError(f"{name}, {key}: {_WANTED.get(hints[key], 'numbers are')} needed")
    return kind(**values)


def _fits(value: object, kind: Any) -> bool:  # noqa: ANN401
    """Whether a value of YAML is of a field's type."""
    of = get_args(kind)
    if kind is float:
        return _fits(value, int) or (isinstance(value, float) and math.isfinite(value))
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(_fits(one, of[0]) for one in value)
    if of:
        return isinstance(value, dict) and all(
            _fits(one, part) for pair in value.items() for one, part in zip(pair, of, strict=True)
        )
    return isinstance(value, kind)
