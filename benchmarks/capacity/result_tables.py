"""Tables of what comes out of the plan: nodes, answers, incidents, prices."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.capacity import sizing
from benchmarks.capacity.assumptions import WAYS
from benchmarks.capacity.load import DAY, hourly_rates, mean_characters
from benchmarks.capacity.plan import Plan, percent, table
from benchmarks.capacity.scenarios import Record


def in_short(plan: Plan) -> str:
    """The answer in sentences."""
    assumptions, measured = plan.assumptions, plan.measured
    peak, event = sizing.need_at_peak(assumptions, measured), sizing.need_at_event(assumptions, measured)
    cores, month = assumptions.fleet.cores_per_node, assumptions.archive.days
    way = assumptions.fleet.way
    calm, hot = (
        next(row for row in plan.simulated[name] if row["nodes"] == nodes)
        for name, nodes in (("at_peak", peak.nodes), ("at_event", event.nodes))
    )
    price = sizing.cloud_price(assumptions.prices, sizing.archive_core_hours(assumptions, measured, way))
    return "\n".join(
        [
            f"- **Every day**: {peak.nodes} nodes of {cores} cores ({peak.nodes * cores} cores) answer `{way}` "
            f"for each of {assumptions.posts_per_day:,.0f} posts, {peak.rate:,.0f} a second in the evening; "
            f"one node may be lost. With all of them, 99% of the answers come within about "
            f"{calm['answered_ms'][1]:.0f} ms.",
            f"- **A hot event**, {assumptions.event.factor:g} times the evening's peak: {event.nodes} nodes "
            f"({event.nodes * cores} cores) carry it; {percent(hot['refused'])} are refused, the 99th percentile is "
            f"{hot['answered_ms'][1]:.0f} ms.",
            f"- **The archive**, {sizing.archive_posts(assumptions) / 1e12:.2f} trillion posts: {_cores(plan, way):,} "
            f"cores for {month:g} days, about ${round(price, -3):,.0f} in a cloud.",
        ]
    )


def fleets(plan: Plan) -> str:
    """Nodes, cores, memory, headroom and price of both fleets."""
    assumptions, measured = plan.assumptions, plan.measured
    memory, reloading = sizing.node_memory_gib(assumptions, measured)
    needs = (sizing.need_at_peak(assumptions, measured), sizing.need_at_event(assumptions, measured))
    cores = [need.nodes * assumptions.fleet.cores_per_node for need in needs]
    most = [need.nodes * sizing.node_rate(assumptions, measured) for need in needs]
    fronts = [need.nodes * sizing.front_rate(assumptions, measured) for need in needs]
    peak = max(hourly_rates(assumptions))
    hours = [sizing.HOURS_A_MONTH * one for one in cores]
    rows = (
        ("nodes", [f"{need.nodes}" for need in needs]),
        ("cores", [f"{one}" for one in cores]),
        ("memory of a node, while it reloads", [f"{memory:.1f} GiB, {reloading:.1f} GiB"] * 2),
        ("most that the workers can do, posts/s", [f"{one:,.0f}" for one in most]),
        ("most that the front processes can take, requests/s", [f"{one:,.0f}" for one in fronts]),
        ("headroom over the evening peak", [f"{one / peak:.1f} times" for one in most]),
        ("cloud, a month", [f"${sizing.cloud_price(assumptions.prices, one):,.0f}" for one in hours]),
        ("own machines, a month", [f"${sizing.own_price(assumptions.prices, one):,.0f}" for one in hours]),
        (
            "cloud, a million posts",
            [
                f"${sizing.cloud_price(assumptions.prices, one) / (assumptions.posts_per_day * 30.44e-6):.3f}"
                for one in hours
            ],
        ),
    )
    head = ("", "for every day: the evening peak, a node lost", "for the event, all nodes there")
    return table(head, [(name, *values) for name, values in rows])


def sizes(name: str) -> Callable[[Plan], str]:
    """Fleets of several sizes at one rate."""

    def made(plan: Plan) -> str:
        head = (
            "nodes",
            "cores",
            "workers busy",
            "p50, ms",
            "p99, ms",
            "p99.9, ms",
            "waiting: p99, ms",
            "refused",
        )
        return table(head, [_size_row(plan, row) for row in plan.simulated[name]])

    return made


def _size_row(plan: Plan, row: Record) -> tuple[str, ...]:
    return (
        f"{row['nodes']}",
        f"{row['nodes'] * plan.assumptions.fleet.cores_per_node}",
        f"{row['busy']:.0%}",
        *(f"{value:,.1f}" for value in row["answered_ms"]),
        f"{row['waited_ms'][1]:,.1f}",
        percent(row["refused"]),
    )


def incidents(plan: Plan) -> str:
    """A lost node and an update, on the fleet for every day."""
    lost, update = plan.simulated["lost_node"], plan.simulated["update"]
    notice = plan.assumptions.balancer.notice_seconds
    minutes = plan.assumptions.node.replace_seconds / 60
    rows = (
        ("evening peak, all nodes", lost["before"]),
        (f"a node is dead, the balancer has not noticed ({notice:g} s)", lost["noticing"]),
        (f"a node is missing, until it is made up for ({minutes:g} min)", lost["after"]),
        (f"update, a node at a time ({update['minutes']:g} min in all)", update["during"]),
    )
    head = (f"{lost['nodes']} nodes", "p50, ms", "p99, ms", "p99.9, ms", "refused")
    return table(
        head,
        [(name, *(f"{value:,.1f}" for value in row["answered_ms"]), percent(row["refused"])) for name, row in rows],
    )


def lost_posts(plan: Plan) -> str:
    """What a dead node takes with it."""
    lost = plan.simulated["lost_node"]
    return (
        f"About {lost['lost_requests']:,.0f} requests are open on a node when it dies, and {lost['asked_again']:,} "
        "more are sent to it before the balancer notices. Callers must ask for all of them again; the "
        "service keeps nothing."
    )


def event(plan: Plan) -> str:
    """The event on both fleets."""
    rows = [
        (
            f"{row['nodes']}",
            f"{row['carried']:,}",
            *(f"{value:,.0f}" for value in row["up"]["answered_ms"]),
            percent(row["up"]["refused"]),
            f"{row['missing']:,}",
            "not made up" if row["minutes_to_make_up"] is None else f"{row['minutes_to_make_up']:g}",
        )
        for row in plan.simulated["event"]
    ]
    head = (
        "nodes",
        "answered/s",
        "p50, ms",
        "p99, ms",
        "p99.9, ms",
        "refused",
        "come back",
        "min to work them off",
    )
    return table(head, rows)


def archive(plan: Plan) -> str:
    """The archive, by way."""
    assumptions, measured = plan.assumptions, plan.measured
    rows = []
    for way in WAYS:
        hours = sizing.archive_core_hours(assumptions, measured, way)
        prices = (sizing.cloud_price(assumptions.prices, hours), sizing.own_price(assumptions.prices, hours))
        rows.append((f"`{way}`", f"{hours:,.0f}", f"{_cores(plan, way):,}", *(f"${price:,.0f}" for price in prices)))
    days = assumptions.archive.days
    return table(("way", "core-hours", f"cores for {days:g} days", "cloud", "own machines, their share"), rows)


def traffic(plan: Plan) -> str:
    """Network and storage."""
    assumptions, measured = plan.assumptions, plan.measured
    peak, kept = max(hourly_rates(assumptions)), assumptions.storage.kept_share
    record = kept * measured.bytes["record"] + (1 - kept) * assumptions.storage.id_bytes
    posts = assumptions.posts_per_day
    text = 3 * mean_characters(assumptions.lengths.quantiles)
    archive_rate = sizing.archive_posts(assumptions) / (assumptions.archive.days * DAY)
    rows = (
        ("into the services at the evening peak", f"{8e-9 * peak * measured.bytes['request']:.2f} Gbit/s"),
        ("out of them", f"{8e-9 * peak * measured.bytes['answer']:.2f} Gbit/s"),
        ("in and out, a day", f"{1e-9 * posts * (measured.bytes['request'] + measured.bytes['answer']):,.0f} GB"),
        ("kept of a post, mean", f"{record:.0f} bytes"),
        ("kept, a day and a year", f"{1e-9 * posts * record:,.1f} GB, {365e-12 * posts * record:,.2f} TB"),
        ("all answers as they are, a day", f"{1e-9 * posts * measured.bytes['record']:,.0f} GB"),
        ("texts of the archive", f"{1e-12 * sizing.archive_posts(assumptions) * text:,.0f} TB"),
        ("reading the archive in time", f"{8e-9 * archive_rate * text:.2f} Gbit/s"),
    )
    return table(("", ""), rows)


def _cores(plan: Plan, way: str) -> int:
    return sizing.archive_cores(plan.assumptions, plan.measured, way)
