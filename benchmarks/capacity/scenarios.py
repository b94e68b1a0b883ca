"""What is simulated: steady loads on fleets of several sizes, a lost node, an update node by node, an event.

Services behind a balancer that chooses at random get random shares of the posts (Poisson), so that one of them stands
for all. All results are plain records for JSON.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from gaihe.serving.http.jobs import BATCH_TOKENS
from gaihe.serving.http.settings import Limits
from numpy.typing import NDArray

from benchmarks.capacity import queueing
from benchmarks.capacity.assumptions import Assumptions
from benchmarks.capacity.load import event_factor, hourly_rates, requests
from benchmarks.capacity.measured import Measured, live_cost
from benchmarks.capacity.simulation import Floats, Outcome, Requests, ServiceModel, simulate
from benchmarks.capacity.sizing import need_at_event, need_at_peak

Record = dict[str, Any]
SHARES = (0.5, 0.99, 0.999)
BEFORE, EVENT_SECONDS = 15, 25
"""Seconds that are simulated before something happens, and of an event that has risen and filled the queues."""
SETTLED_SECONDS = 5
"""After which an event that has risen fills the queues no further; and after those that count, as queues run dry."""
LOSS_SECONDS = 18
"""After the balancer has noticed a lost node."""
CHECKED = 200_000
"""Requests against which a closed form is held."""


class Fleet:
    """Services on nodes, of which one is simulated."""

    def __init__(self, assumptions: Assumptions, measured: Measured) -> None:
        fleet = assumptions.fleet
        self._assumptions = assumptions
        self.services_per_node = fleet.services_per_node
        self._cost = live_cost(measured, fleet.way)
        self._model = ServiceModel(fleet.workers_per_service, measured.service["front_seconds"], self._cost.call)

    def run(self, rates: Sequence[float], seed: int = 0) -> Outcome:
        """Posts a second of the one service, second by second."""
        lengths = self._assumptions.lengths.quantiles
        return simulate(self._model, requests(rates, lengths, self._cost, self._assumptions.simulation.seed + seed))

    def steady(self, nodes: int, rate: float, seed: int = 0) -> Record:
        """A fleet at one rate."""
        simulated = self._assumptions.simulation
        warm = simulated.warm_seconds
        outcome = self.run([rate / (nodes * self.services_per_node)] * round(warm + simulated.seconds), seed)
        return {"nodes": nodes, "rate": round(rate, 1), **summary(outcome, outcome.times >= warm)}


def summary(outcome: Outcome, kept: NDArray[np.bool_]) -> Record:
    """Quantiles in milliseconds of those requests that are kept, and the share refused."""
    good = kept & ~outcome.refused
    record: Record = {
        "requests": int(kept.sum()),
        "refused": round(float(outcome.refused[kept].mean()), 5),
        "busy": round(outcome.busy, 4),
    }
    for name, seconds in (("waited", outcome.waited), ("answered", outcome.answered)):
        values = np.quantile(seconds[good], SHARES) if good.any() else [float("nan")] * len(SHARES)
        record[f"{name}_ms"] = [round(1_000 * float(value), 2) for value in values]
    return record


def by_second(outcome: Outcome, count: int) -> Record:
    """The first seconds, one by one: the 99th percentile in milliseconds of what is answered, and the share refused."""
    seconds = outcome.times.astype(int)
    p99, refused = list[float | None](), list[float]()
    for second in range(count):
        here = seconds == second
        good = here & ~outcome.refused
        p99.append(round(1_000 * float(np.quantile(outcome.answered[good], 0.99)), 1) if good.any() else None)
        refused.append(round(float(outcome.refused[here].mean()), 4) if here.any() else 0.0)
    return {"p99_ms": p99, "refused": refused}


def simulated(assumptions: Assumptions, measured: Measured) -> Record:
    """All scenarios, with the digest of what they were made of."""
    fleet = Fleet(assumptions, measured)
    peak, event = need_at_peak(assumptions, measured), need_at_event(assumptions, measured)
    calm = range(max(1, peak.nodes - 3), peak.nodes + 2)
    sizes = sorted({*calm, max(1, event.nodes - 1), event.nodes, event.nodes + 1})
    return {
        "digest": digest(assumptions, measured),
        "closed_forms": closed_forms(assumptions.simulation.seed, CHECKED),
        "open_load": against_the_service(assumptions, measured),
        "at_peak": [fleet.steady(nodes, peak.rate, nodes) for nodes in sizes],
        "at_event": [fleet.steady(nodes, event.rate, 100 + nodes) for nodes in sizes],
        "lost_node": lost_node(fleet, assumptions, peak.nodes),
        "update": update(fleet, assumptions, peak.nodes),
        "event": [hot_event(fleet, assumptions, nodes) for nodes in (peak.nodes, event.nodes)],
    }


def lost_node(fleet: Fleet, assumptions: Assumptions, nodes: int) -> Record:
    """A node dies at the evening peak: what the others answer, until it is made up for.

    Requests that went to it, until the balancer notices, are asked again after the caller's time to retry.
    """
    rate, balancer = max(hourly_rates(assumptions)), assumptions.balancer
    services = nodes * fleet.services_per_node
    less = services - fleet.services_per_node
    died = BEFORE + balancer.retry_seconds
    end = math.ceil(died + balancer.notice_seconds) + LOSS_SECONDS
    rates = [rate / services if second < died else rate / less for second in range(end)]
    outcome = fleet.run(rates, 1)
    again = (outcome.times >= died) & (outcome.times < died + balancer.notice_seconds)
    drawn = np.random.default_rng(assumptions.simulation.seed).random(len(again)) < 1 / nodes
    answered = outcome.answered + np.where(again & drawn, balancer.retry_seconds, 0.0)
    outcome = replace(outcome, answered=answered)
    usual, after = outcome.times < BEFORE, outcome.times >= died + balancer.notice_seconds
    noticing = (outcome.times >= BEFORE) & ~after
    open_requests = rate / services * float(outcome.answered[usual].mean()) * fleet.services_per_node
    return {
        "nodes": nodes,
        "before": summary(outcome, usual),
        "noticing": summary(outcome, noticing),
        "after": summary(outcome, after),
        "lost_requests": round(open_requests, 1),
        "asked_again": round(rate / nodes * balancer.notice_seconds),
        "by_second": by_second(outcome, end),
    }


def update(fleet: Fleet, assumptions: Assumptions, nodes: int) -> Record:
    """Nodes are updated one after another at the evening peak: each is drained, changed and started."""
    node = assumptions.node
    return {
        "nodes": nodes,
        "minutes": round(nodes * (node.drain_seconds + node.start_seconds) / 60, 1),
        "during": fleet.steady(nodes - 1, max(hourly_rates(assumptions)), 2),
    }


def hot_event(fleet: Fleet, assumptions: Assumptions, nodes: int) -> Record:
    """An event at the evening peak: its first seconds, and how long what was refused takes to be made up for."""
    rate, event = max(hourly_rates(assumptions)), assumptions.event
    services = nodes * fleet.services_per_node
    end = BEFORE + round(event.rise_seconds) + SETTLED_SECONDS + EVENT_SECONDS
    factors = [event_factor(event, second - BEFORE) for second in range(end + SETTLED_SECONDS)]
    outcome = fleet.run([rate * factor / services for factor in factors], 3)
    risen = BEFORE + event.rise_seconds + SETTLED_SECONDS
    up = (outcome.times >= risen) & (outcome.times < end)
    steady = summary(outcome, up)
    carried = rate * event.factor * (1 - steady["refused"])
    rising = float(outcome.refused[outcome.times < risen].sum()) * services
    missing = rising + rate * event.factor * steady["refused"] * (event.hold_seconds - SETTLED_SECONDS)
    return {
        "nodes": nodes,
        "up": steady,
        "carried": round(carried),
        "missing": round(missing),
        "minutes_to_make_up": minutes_to_make_up(missing, carried - rate),
        "by_second": by_second(outcome, end),
    }


def minutes_to_make_up(missing: float, spare: float) -> float | None:
    """How long posts that were refused take beside the usual ones; ``None`` where nothing is left for them.

    Args:
        missing: those posts.
        spare: posts a second that can be answered beside the usual ones.
    """
    if not missing:
        return 0.0
    return round(missing / spare / 60, 1) if spare > 0 else None


def against_the_service(assumptions: Assumptions, measured: Measured) -> Record:
    """The simulation at the rate at which the real service was asked, with one worker and detection."""
    cost = live_cost(measured, "detect")
    load_of = measured.open_load
    model = ServiceModel(1, measured.service["front_seconds"], cost.call)
    rates = [load_of["posts_per_s"]] * 60
    outcome = simulate(model, requests(rates, assumptions.lengths.quantiles, cost, assumptions.simulation.seed))
    return summary(outcome, outcome.times >= 1)


def closed_forms(seed: int, count: int) -> list[Record]:
    """Mean seconds of waiting, simulated and by formula, with the standard error of the simulated mean."""
    draw = np.random.default_rng(seed)
    rows = []
    for servers, busy in ((1, 0.7), (4, 0.8), (12, 0.9)):
        times, seconds = draw.exponential(1 / (servers * busy), count).cumsum(), draw.exponential(1.0, count)
        mean, error = waiting(ServiceModel(servers, **PLAIN), times, seconds)
        exact = queueing.mean_wait_of_many(servers, servers * busy, 1.0)
        rows.append({"queue": f"M/M/{servers}", "busy": busy, "simulated": mean, "error": error, "exact": exact})
    times, seconds = draw.exponential(1 / 0.7, count).cumsum(), draw.lognormal(-0.5, 1.0, count)
    mean, error = waiting(ServiceModel(1, **PLAIN), times, seconds)
    exact = queueing.mean_wait_of_one(0.7, 1.0, float(np.e))
    rows.append({"queue": "M/G/1, log-normal", "busy": 0.7, "simulated": mean, "error": error, "exact": exact})
    return [{key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()} for row in rows]


PLAIN: dict[str, Any] = {"batch_tokens": 1, "waiting_tokens": None, "connections": None}
"""A queue of the books: no batches, no bound."""
_PARTS = 20


def waiting(model: ServiceModel, times: Floats, seconds: Floats) -> tuple[float, float]:
    """Mean seconds of waiting and its standard error, from the means of parts in a row, as neighbours wait alike."""
    outcome = simulate(model, Requests(times, np.ones(len(times), dtype=np.int64), seconds))
    means = [float(part.mean()) for part in np.array_split(outcome.waited, _PARTS)]
    return float(np.mean(means)), float(np.std(means, ddof=1) / np.sqrt(_PARTS))


def digest(assumptions: Assumptions, measured: Measured) -> str:
    """Tells scenarios of other figures, of other limits of the service, or of another simulation."""
    figures = {way: asdict(cost) for way, cost in measured.costs.items()}
    code = [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("simulation.py", "load.py")]
    limits = [asdict(Limits()), BATCH_TOKENS]
    said = [asdict(assumptions), figures, measured.service, measured.open_load, *limits]
    said += [hashlib.sha256(text.encode()).hexdigest() for text in code]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
