"""The plots of a benchmark report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from gaihe.serving.core.schema import EntityType
from gaihe.training.reports.benchmark.drawing import COLOURS, LINES, Plot, dots, draw, legend, listed, style, type_label
from gaihe.training.reports.benchmark.naming import name_points
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator

Result = Mapping[str, Any]


def types_plot(name: str, results: Sequence[Result]) -> Plot | None:
    """F1 of each type with its interval, every system beside the others."""
    kinds = [kind.value for kind in EntityType if any(kind.value in r["types"] for r in results)]
    if not kinds:
        return None
    series = [(r["system"], [r["types"].get(kind, {}).get("f1") for kind in kinds]) for r in results]

    def paint(axes: Axes) -> None:
        dots(axes, [type_label(kind) for kind in kinds], series)
        axes.set_xlabel("F1 of exact spans, with 95% interval")
        legend(axes)

    words = "; ".join(
        f"{system}: " + listed([(kind, f and f["value"]) for kind, f in zip(kinds, figures, strict=True)])
        for system, figures in series
    )
    return draw(f"{name}: F1 by type", words, 0.9 + len(kinds) * (0.17 + 0.065 * len(results)), paint)


def curve_plot(name: str, results: Sequence[Result]) -> Plot | None:
    """Precision against recall as the threshold on the score falls; operating points as large markers."""
    if not any(r["curve"] for r in results):
        return None

    def paint(axes: Axes) -> None:
        named: dict[tuple[float, float], str] = {}
        for number, r in enumerate(results):
            colour = COLOURS[number % len(COLOURS)]
            overall = r["overall"]
            if r["curve"]:
                line = [(p["recall"], p["precision"]) for p in r["curve"]]
                axes.plot(*zip(*line, strict=True), color=colour, linestyle=LINES[number % len(LINES)])
            if overall["recall"]["value"] is not None and overall["precision"]["value"] is not None:
                axes.plot(
                    overall["recall"]["value"], overall["precision"]["value"], linestyle="none", label=r["system"],
                    markersize=8, **style(number),
                )  # fmt: skip
            for point in r["operating_points"]:
                if point["precision"] is None or point["recall"] is None:
                    continue
                named[point["recall"], point["precision"]] = point["point"]
                axes.plot(point["recall"], point["precision"], marker="+", color=colour, markersize=9)
        axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.05))
        legend(axes)
        name_points(axes, named)

    words = "; ".join(
        f"{r['system']}: from precision {r['curve'][0]['precision']:.2f} at recall {r['curve'][0]['recall']:.2f} "
        f"to precision {r['curve'][-1]['precision']:.2f} at recall {r['curve'][-1]['recall']:.2f}"
        for r in results
        if r["curve"]
    )
    return draw(f"{name}: precision and recall", words, 3.4, paint)


def calibration_plot(name: str, results: Sequence[Result]) -> Plot | None:
    """Share of right spans against the score that the system gave them."""
    calibrated = [(number, r) for number, r in enumerate(results) if r["calibration"]]
    if not calibrated:
        return None

    def paint(axes: Axes) -> None:
        axes.plot((0, 1), (0, 1), color="#777777", linewidth=1, linestyle=":", label="perfectly calibrated")
        for number, r in calibrated:
            bins = r["calibration"]["bins"]
            axes.plot(
                [b["score"] for b in bins], [b["right"] for b in bins], linestyle=LINES[number % len(LINES)],
                markersize=4.5, label=f"{r['system']} (ECE {r['calibration']['error']:.3f})", **style(number),
            )  # fmt: skip
        axes.set(xlabel="score of the span", ylabel="share of spans that are right", xlim=(0, 1.02), ylim=(0, 1.05))
        legend(axes)

    words = "; ".join(
        f"{r['system']}, expected calibration error {r['calibration']['error']:.3f}: "
        + ", ".join(f"score {b['score']:.2f} → {b['right']:.2f} right" for b in r["calibration"]["bins"])
        for _, r in calibrated
    )
    return draw(f"{name}: calibration", words, 3.4, paint)


def noise_plot(name: str, result: Result) -> Plot | None:
    """Recall of disguised spans, and of the same spans undisguised."""
    rows = result["undisguised"]
    if not rows:
        return None
    labels = [f"{row['label']} ({row['spans']})" for row in rows]

    def paint(axes: Axes) -> None:
        for number, row in enumerate(rows):
            ends = [row[key]["value"] for key in ("disguised", "undisguised")]
            axes.plot(ends, [number, number], color="#999999", linewidth=1.5)
        for key, number, words in (("disguised", 1, "in disguise"), ("undisguised", 0, "same spans undisguised")):
            values = [row[key]["value"] for row in rows]
            axes.plot(values, range(len(rows)), linestyle="none", markersize=6, label=words, **style(number))
        axes.set_yticks(range(len(rows)), labels)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(-0.02, 1.02)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("recall of exact spans (number of spans in brackets)")
        legend(axes)

    words = "; ".join(
        f"{row['label']}: {row['disguised']['value']:.2f} in disguise, {row['undisguised']['value']:.2f} without"
        for row in rows
    )
    return draw(f"{name}, {result['system']}: what a disguise costs", words, 1.1 + 0.24 * len(rows), paint)


def length_plot(name: str, results: Sequence[Result]) -> Plot | None:
    """F1 by length of the post."""
    labels = [group["label"] for group in results[0]["groups"]["length"]] if results else []
    series = [(r["system"], [group["f1"] for group in r["groups"]["length"]]) for r in results]
    if not any(f["value"] is not None for _, figures in series for f in figures):
        return None

    def paint(axes: Axes) -> None:
        dots(axes, labels, series)
        axes.set(xlabel="F1 of exact spans, with 95% interval", ylabel="characters")
        legend(axes)

    words = "; ".join(
        f"{system}: " + listed([(label, f["value"]) for label, f in zip(labels, figures, strict=True)])
        for system, figures in series
    )
    return draw(f"{name}: F1 by length of the post", words, 0.9 + len(labels) * (0.2 + 0.08 * len(results)), paint)


def _around(values: Sequence[float]) -> tuple[float, float]:
    """Limits of a logarithmic axis around values, wide enough for several of the ticks 1, 2, 5 and their tenfolds."""
    return min(values) / 1.6, max(max(values) * 1.6, min(values) * 6)


def latency_plot(speed: Sequence[Result]) -> Plot | None:
    """Latency of one post at a time: median, 95th and 99th percentile."""
    if not speed:
        return None
    marks = tuple(zip(("p50", "p95", "p99"), count(), strict=False))

    def paint(axes: Axes) -> None:
        for key, number in marks:
            values = [row["latency_ms"][key] for row in speed]
            axes.plot(values, range(len(speed)), linestyle="none", markersize=7, label=key, **style(number))
        for number, row in enumerate(speed):
            axes.plot([row["latency_ms"][k] for k, _ in marks], [number] * 3, color="#999999", linewidth=1, zorder=0)
        axes.set_yticks(range(len(speed)), [row["system"] for row in speed])
        axes.set_ylim(len(speed) - 0.4, -0.6)
        axes.set_xscale("log")
        axes.set_xlim(*_around([row["latency_ms"][key] for row in speed for key, _ in marks]))
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("milliseconds a post, one post a call")
        legend(axes)

    words = "; ".join(
        f"{row['system']}: " + ", ".join(f"{key} {row['latency_ms'][key]:.1f} ms" for key, _ in marks) for row in speed
    )
    return draw("Latency", words, 1.1 + 0.3 * len(speed), paint)
