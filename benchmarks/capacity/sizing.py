"""How many nodes, and what they hold and cost: arithmetic without a queue."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from gaihe.serving.http.jobs import tokens_of
from gaihe.serving.http.settings import Limits

from benchmarks.capacity.assumptions import Assumptions, Prices
from benchmarks.capacity.load import Cost, hourly_rates, mean_characters
from benchmarks.capacity.measured import Measured, live_cost

HOURS_A_YEAR = 8_766
HOURS_A_MONTH = HOURS_A_YEAR / 12
MIB = 1 << 20


def seconds_a_post(assumptions: Assumptions, cost: Cost) -> float:
    """Mean seconds of a worker for a post that is a batch of its own, the dearest way."""
    tokens = mean_characters(assumptions.lengths.quantiles) + tokens_of("")
    return cost.call + float(cost.of(np.array(tokens)))


@dataclass(frozen=True)
class Need:
    """Nodes for a rate.

    Attributes:
        rate: posts a second.
        nodes: how many.
        spare: how many of them may be lost.
    """

    rate: float
    nodes: int
    spare: int


def node_rate(assumptions: Assumptions, measured: Measured) -> float:
    """Posts a second of a node whose workers are always busy, each post a batch of its own."""
    fleet = assumptions.fleet
    workers = fleet.services_per_node * fleet.workers_per_service
    return workers / seconds_a_post(assumptions, live_cost(measured, fleet.way))


def front_rate(assumptions: Assumptions, measured: Measured) -> float:
    """Requests a second that the front processes of a node can take, one post each."""
    return assumptions.fleet.services_per_node / measured.service["front_seconds"]


def need_at_peak(assumptions: Assumptions, measured: Measured) -> Need:
    """Nodes for the evening peak, one of them lost."""
    rate = max(hourly_rates(assumptions))
    return Need(rate, math.ceil(rate / (assumptions.fleet.busy * node_rate(assumptions, measured))) + 1, 1)


def need_at_event(assumptions: Assumptions, measured: Measured) -> Need:
    """Nodes for an event at the evening peak, all of them there."""
    rate = assumptions.event.factor * max(hourly_rates(assumptions))
    return Need(rate, math.ceil(rate / (assumptions.fleet.event_busy * node_rate(assumptions, measured))), 0)


def node_memory_gib(assumptions: Assumptions, measured: Measured) -> tuple[float, float]:
    """Memory of a node's services, and while they reload, when there are twice as many workers."""
    fleet, service = assumptions.fleet, measured.service
    front = service["front_mib"] + Limits().bodies_bytes / MIB
    workers = fleet.workers_per_service * service["workers_mib"]
    once, twice = (fleet.services_per_node * (front + times * workers) / 1_024 for times in (1, 2))
    return once, twice


def cloud_price(prices: Prices, core_hours: float) -> float:
    """Dollars for rented cores."""
    return prices.cloud_core_hour * core_hours


def own_price(prices: Prices, core_hours: float) -> float:
    """Dollars for as many hours of cores of one's own, which are there all the time."""
    year = (
        prices.server / prices.server_years
        + prices.server_upkeep_year
        + prices.server_watts / 1_000 * HOURS_A_YEAR * prices.kilowatt_hour
    )
    return year / (prices.server_cores * HOURS_A_YEAR) * core_hours


def archive_posts(assumptions: Assumptions) -> float:
    """Posts of all the years."""
    return assumptions.archive.years * 365 * assumptions.archive.posts_per_day


def archive_core_hours(assumptions: Assumptions, measured: Measured, way: str) -> float:
    """Hours of one core for the whole archive, in large batches."""
    return archive_posts(assumptions) / (measured.posts_per_s[way] * assumptions.archive.busy) / 3_600


def archive_cores(assumptions: Assumptions, measured: Measured, way: str) -> int:
    """Cores that read the archive in time."""
    return math.ceil(archive_core_hours(assumptions, measured, way) / (24 * assumptions.archive.days))
