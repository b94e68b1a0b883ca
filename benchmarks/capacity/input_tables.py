"""Tables of what goes into the plan: what was measured, what is assumed, and how good the simulation is."""

from __future__ import annotations

import numpy as np
from gaihe.serving.http.jobs import tokens_of

from benchmarks.capacity import sizing
from benchmarks.capacity.assumptions import WAYS
from benchmarks.capacity.load import DAY, characters, hourly_rates, mean_characters
from benchmarks.capacity.measured import live_cost
from benchmarks.capacity.plan import Plan, table

BUSY = 1.5
"""Processes a core above which waiting in the real service is mostly waiting for a core."""
SHOWN_LENGTHS = (0.1, 0.5, 0.9, 0.99, 0.999)


def throughput(plan: Plan) -> str:
    """One core, by way."""
    measured = plan.measured
    rows = [
        (
            f"`{way}`",
            f"{measured.posts_per_s[way]:,.0f}",
            f"{1_000 / measured.posts_per_s[way]:.2f}",
            f"{1_000 * measured.costs[way].call:.2f}",
            f"{1_000 * measured.costs[way].post:.2f}",
            f"{1e6 * measured.costs[way].token:.1f}",
            f"{measured.errors[way]:.0%}",
        )
        for way in WAYS
    ]
    head = ("way", "posts/s", "ms a post", "fit: ms a batch", "ms a post", "µs a character", "mean error of the fit")
    return table(head, rows)


def service(plan: Plan) -> str:
    """What the service's processes take."""
    measured, figures = plan.measured, plan.measured.service
    return table(
        ("figure", "measured"),
        [
            ("front process, a request of one post", f"{1_000 * figures['front_seconds']:.2f} ms of a core"),
            (
                f"worker, a post of `/v1/detect`, {figures['posts_a_batch']:.0f} a batch",
                f"{1_000 * figures['worker_seconds']:.2f} ms of a core",
            ),
            ("of this, over the library alone", f"{1_000 * figures['worker_extra_seconds']:.2f} ms"),
            ("memory of a worker", f"{figures['workers_mib']:.0f} MiB"),
            ("memory of the front process", f"{figures['front_mib']:.0f} MiB"),
            ("start of a service with one worker", f"{figures['start_seconds']:.1f} s"),
            ("a request for a verdict, with its headers", f"{measured.bytes['request']:,.0f} bytes"),
            ("its answer, with its headers", f"{measured.bytes['answer']:,.0f} bytes"),
        ],
    )


def machine(plan: Plan) -> str:
    """Where, when and how it was measured."""
    measured = plan.measured
    told, versions = measured.machine, measured.machine["packages"]
    return (
        f"Measured on {measured.date} with `{measured.command}`: {told['processor']}, {told['cores']} virtual cores, "
        f"Python {told['python']}, onnxruntime {versions['onnxruntime']}, gaihe {versions['gaihe']}. "
        f"Load average {told['load_average']:g}: other work ran beside it."
    )


def lengths(plan: Plan) -> str:
    """Posts by length, and what one costs a worker of the service, alone in its batch."""
    quantiles = plan.assumptions.lengths.quantiles
    cost = live_cost(plan.measured, plan.assumptions.fleet.way)
    sizes = characters(quantiles, np.array(SHOWN_LENGTHS))
    mean = mean_characters(quantiles)
    each = cost.call + cost.of(np.array([*sizes, mean]) + tokens_of(""))
    head = ("", *(f"{share:.1%}".replace(".0%", "%") for share in SHOWN_LENGTHS), "mean")
    return table(
        head,
        [
            ("characters at most", *(f"{size:,}" for size in sizes), f"{mean:.1f}"),
            ("worker, ms", *(f"{1_000 * value:.2f}" for value in each)),
        ],
    )


def checks(plan: Plan) -> str:
    """The simulation against formulas."""
    rows = [
        (
            row["queue"],
            f"{row['busy']:.0%}",
            f"{row['exact']:.3f}",
            f"{row['simulated']:.3f} ± {row['error']:.3f}",
        )
        for row in plan.simulated["closed_forms"]
    ]
    return table(("queue", "busy", "mean wait by formula", "simulated ± standard error"), rows)


def _waits_for_cores(plan: Plan) -> bool:
    told = plan.measured.machine
    return bool(told["load_average"] > BUSY * told["cores"])


def reality(plan: Plan) -> str:
    """How far the one service that was measured was from the simulation, in a sentence."""
    if _waits_for_cores(plan):
        return "No service was measured on a quiet machine, so nothing says how far the milliseconds can be trusted."
    real, simulated = plan.measured.open_load["p50_ms"], plan.simulated["open_load"]["answered_ms"][0]
    return (
        f"The one service that was also measured answered in {real:.1f} ms at the median where the simulation says "
        f"{simulated:.1f}, with its client on the same {plan.measured.machine['cores']} cores: take the milliseconds "
        "as lower bounds."
    )


def real_service(plan: Plan) -> str:
    """The simulation against the real service, where the machine let it run."""
    real, made, told = plan.measured.open_load, plan.simulated["open_load"], plan.measured.machine
    compared = table(
        (f"one worker, {real['posts_per_s']:,.0f} posts/s at random", "p50, ms", "p99, ms"),
        [
            ("the real service", f"{real['p50_ms']:,.1f}", f"{real['p99_ms']:,.1f}"),
            ("simulated", *(f"{value:,.1f}" for value in made["answered_ms"][:2])),
        ],
    )
    if not _waits_for_cores(plan):
        return compared
    return (
        f"{compared}\n\n**This comparison says nothing**: with a load average of {told['load_average']:g} on "
        f"{told['cores']} cores, the real service and its client mostly waited for a core. It has to be made anew on a "
        "quiet machine."
    )


def load(plan: Plan) -> str:
    """What comes in."""
    rates = hourly_rates(plan.assumptions)
    factor = plan.assumptions.event.factor
    rows = [
        ("mean of the day", plan.assumptions.posts_per_day / DAY),
        ("lowest hour", min(rates)),
        ("evening peak", max(rates)),
        (f"event at the peak, {factor:g} times", factor * max(rates)),
    ]
    return table(("", "posts/s", "cores that work on them"), [_load_row(plan, name, rate) for name, rate in rows])


def _load_row(plan: Plan, name: str, rate: float) -> tuple[str, str, str]:
    cost = live_cost(plan.measured, plan.assumptions.fleet.way)
    each = sizing.seconds_a_post(plan.assumptions, cost) + plan.measured.service["front_seconds"]
    return name, f"{rate:,.0f}", f"{rate * each:,.1f}"
