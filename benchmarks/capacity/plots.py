"""The plots of the plan, by the name of their file. Each says its numbers in its description."""

from __future__ import annotations

from collections.abc import Mapping

from gaihe.training.reports.benchmark.drawing import LINES, Plot, draw, legend, style
from matplotlib.axes import Axes

from benchmarks.capacity import sizing
from benchmarks.capacity.load import event_factor, hourly_rates
from benchmarks.capacity.plan import Plan
from benchmarks.capacity.scenarios import BEFORE, SHARES, Record

HEIGHT = 2.8


def plots(plan: Plan) -> Mapping[str, Plot]:
    """All plots."""
    return {
        "day": day(plan),
        "answers": answers(plan),
        "refused": refused(plan),
        "lost_node": lost_node(plan),
        "event": event(plan),
    }


def day(plan: Plan) -> Plot:
    """The posts of a day against what the fleets can do."""
    rates = hourly_rates(plan.assumptions)
    ceilings = [
        (name, need.nodes * sizing.node_rate(plan.assumptions, plan.measured))
        for name, need in (
            ("every-day fleet at most", sizing.need_at_peak(plan.assumptions, plan.measured)),
            ("event fleet at most", sizing.need_at_event(plan.assumptions, plan.measured)),
        )
    ]

    def paint(axes: Axes) -> None:
        axes.stairs(rates, range(25), color=style(0)["color"], label="posts", linewidth=1.8)
        hot = max(rates) * event_factor(plan.assumptions.event, plan.assumptions.event.rise_seconds)
        axes.plot([rates.index(max(rates)) + 0.5], [hot], label="event at the peak", linestyle="none", **style(1))
        for number, (name, ceiling) in enumerate(ceilings, start=2):
            axes.axhline(ceiling, color=style(number)["color"], linestyle=LINES[number], label=name)
        axes.set(
            xlabel="hour of the day", ylabel="posts a second", xlim=(0, 24), xticks=range(0, 25, 3), ylim=(0, None)
        )
        legend(axes)

    said = ", ".join(f"{hour}:00 {rate:,.0f}" for hour, rate in enumerate(rates))
    most = ", ".join(f"{name} {ceiling:,.0f}" for name, ceiling in ceilings)
    return draw("Posts a second over a day", f"Posts a second by hour: {said}; {most}.", HEIGHT, paint)


def answers(plan: Plan) -> Plot:
    """Quantiles of the time to answer against cores."""
    cores, rows = _cores(plan), plan.simulated["at_peak"]

    def paint(axes: Axes) -> None:
        for number, share in enumerate(SHARES):
            values = [row["answered_ms"][number] for row in rows]
            axes.plot(cores, values, label=f"p{100 * share:g}", markersize=4, linestyle=LINES[number], **style(number))
        axes.set(xlabel="cores", ylabel="time to answer, ms", yscale="log")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        legend(axes)

    said = "; ".join(
        f"{core} cores {', '.join(f'{value:.1f}' for value in row['answered_ms'])}"
        for core, row in zip(cores, rows, strict=True)
    )
    return draw("Time to answer at the evening peak", f"p50, p99 and p99.9 in milliseconds: {said}.", HEIGHT, paint)


def refused(plan: Plan) -> Plot:
    """The share of requests that is refused, against cores."""
    cores = _cores(plan)
    series = {"evening peak": plan.simulated["at_peak"], "event": plan.simulated["at_event"]}

    def paint(axes: Axes) -> None:
        for number, (name, rows) in enumerate(series.items()):
            values = [100 * row["refused"] for row in rows]
            axes.plot(cores, values, label=name, markersize=4, linestyle=LINES[number], **style(number))
        axes.set(xlabel="cores", ylabel="refused, %", ylim=(-2, 100))
        legend(axes)

    said = "; ".join(
        f"{name} " + ", ".join(_refused_at(core, row) for core, row in zip(cores, rows, strict=True))
        for name, rows in series.items()
    )
    return draw("Share refused against cores", f"Share of requests refused: {said}.", HEIGHT, paint)


def lost_node(plan: Plan) -> Plot:
    """Second by second around the loss of a node."""
    lost = plan.simulated["lost_node"]
    notice = plan.assumptions.balancer.notice_seconds

    def paint(axes: Axes) -> None:
        axes.axvspan(BEFORE, BEFORE + notice, color="#eeeeee", label="the balancer has not noticed")
        _line(axes, lost, f"p99, {lost['nodes']} nodes", 0)
        axes.set(xlabel="seconds", ylabel="time to answer, ms", yscale="log")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        legend(axes)

    return draw("A node is lost at the evening peak", _said(lost), HEIGHT, paint)


def event(plan: Plan) -> Plot:
    """Second by second from before an event."""
    rows = plan.simulated["event"]

    def paint(axes: Axes) -> None:
        for number, row in enumerate(rows):
            _line(axes, row, f"p99, {row['nodes']} nodes", number)
        axes.axvline(BEFORE, color="#999999", linewidth=0.8)
        axes.set(xlabel="seconds", ylabel="time to answer, ms", yscale="log")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        legend(axes)

    return draw("An event at the evening peak", " ".join(map(_said, rows)), HEIGHT, paint)


def _line(axes: Axes, row: Record, name: str, number: int) -> None:
    values = [float("nan") if value is None else value for value in row["by_second"]["p99_ms"]]
    axes.plot(range(len(values)), values, label=name, color=style(number)["color"], linestyle=LINES[number])


def _said(row: Record) -> str:
    values = ", ".join("none" if value is None else f"{value:.0f}" for value in row["by_second"]["p99_ms"][::5])
    return f"{row['nodes']} nodes, p99 in milliseconds every 5 seconds: {values}."


def _refused_at(cores: int, row: Record) -> str:
    return f"{cores} cores {row['refused']:.1%}"


def _cores(plan: Plan) -> list[int]:
    return [row["nodes"] * plan.assumptions.fleet.cores_per_node for row in plan.simulated["at_peak"]]
