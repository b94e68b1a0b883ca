"""The plots of a report, as SVG with its text kept as text, a title and a description for those who cannot see it."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from typing import Any

import matplotlib as mpl
from gaihe.serving.schema import EntityType
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

WIDTH = 4.8
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's palette, told apart by colour-blind readers; markers and line styles say the same."""
MARKERS = "os^DvPX"
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
FONTS = [
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "DejaVu Sans",
]
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": FONTS,
    "font.size": 9,
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 8,
}
Result = Mapping[str, Any]


@dataclass(frozen=True)
class Plot:
    """A drawn plot.

    Attributes:
        title: what it shows.
        description: the same in words and numbers.
        svg: an ``<svg>`` element that holds both.
    """

    title: str
    description: str
    svg: str


def draw(title: str, description: str, height: float, paint: Callable[[Axes], None]) -> Plot:
    """Draw one plot.

    Args:
        title: what it shows.
        description: the same in words and numbers.
        height: inches; the width is always `WIDTH`, which stays readable on a phone.
        paint: draws into the axes.
    """
    identifier = "plot-" + re.sub(r"\W+", "-", title)
    with mpl.rc_context({**_SETTINGS, "svg.hashsalt": title}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        paint(figure.add_subplot())
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], count=1, flags=re.DOTALL)
    box = re.search(r'viewBox="([^"]+)"', svg)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box[1] if box else ""}" role="img" aria-labelledby="{identifier}-t {identifier}-d">'
        f'<title id="{identifier}-t">{escape(title)}</title><desc id="{identifier}-d">{escape(description)}</desc>'
    )
    body = svg[svg.index(">") + 1 :].strip()
    body = re.sub(r'(\sid="|href="#|url\(#)', rf"\g<1>{identifier}-", body)
    return Plot(title, description, opening + body)


def type_label(kind: str) -> str:
    """A type with its Chinese name."""
    return f"{kind} {EntityType(kind).chinese}"


def _style(number: int) -> dict[str, Any]:
    return {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number % len(MARKERS)]}


def _legend(axes: Axes) -> None:
    labels = axes.get_legend_handles_labels()[1]
    if labels:
        axes.figure.legend(loc="outside upper left", ncols=3 if max(map(len, labels)) < 16 else 2)


def _listed(rows: Sequence[tuple[str, float | None]]) -> str:
    return ", ".join(f"{label} {value:.2f}" for label, value in rows if value is not None)


def _dots(axes: Axes, labels: Sequence[str], series: Sequence[tuple[str, Sequence[Any]]]) -> None:
    """Estimates with intervals, one row a label, one marker a series."""
    for number, (name, figures) in enumerate(series):
        shift = (number - (len(series) - 1) / 2) * 0.7 / max(1, len(series))
        known = [(row + shift, f) for row, f in enumerate(figures) if f is not None and f["value"] is not None]
        if not known:
            continue
        values = [f["value"] for _, f in known]
        low = [v - (v if f["low"] is None else min(v, f["low"])) for v, (_, f) in zip(values, known, strict=True)]
        high = [(v if f["high"] is None else max(v, f["high"])) - v for v, (_, f) in zip(values, known, strict=True)]
        axes.errorbar(
            values,
            [row for row, _ in known],
            xerr=(low, high),
            label=name,
            linestyle="none",
            markersize=4.5,
            elinewidth=1,
            **_style(number),
        )
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(-0.02, 1.02)
    axes.grid(axis="y", visible=False)


def types_plot(name: str, results: Sequence[Result]) -> Plot | None:
    """F1 of each type with its interval, every system beside the others."""
    kinds = [kind.value for kind in EntityType if any(kind.value in r["types"] for r in results)]
    if not kinds:
        return None
    series = [(r["system"], [r["types"].get(kind, {}).get("f1") for kind in kinds]) for r in results]

    def paint(axes: Axes) -> None:
        _dots(axes, [type_label(kind) for kind in kinds], series)
        axes.set_xlabel("F1 of exact spans, with 95% interval")
        _legend(axes)

    words = "; ".join(
        f"{system}: " + _listed([(kind, f and f["value"]) for kind, f in zip(kinds, figures, strict=True)])
        for system, figures in series
    )
    return draw(f"{name}: F1 by type", words, 0.9 + len(kinds) * (0.17 + 0.065 * len(results)), paint)


def curve_plot(name: str, results: Sequence[Result]) -> Plot | None:
    """Precision against recall as the threshold on the score falls; operating points as large markers."""
    if not any(r["curve"] for r in results):
        return None

    def paint(axes: Axes) -> None:
        for number, r in enumerate(results):
            colour = COLOURS[number % len(COLOURS)]
            overall = r["overall"]
            if r["curve"]:
                line = [(p["recall"], p["precision"]) for p in r["curve"]]
                axes.plot(*zip(*line, strict=True), color=colour, linestyle=LINES[number % len(LINES)])
            if overall["recall"]["value"] is not None and overall["precision"]["value"] is not None:
                axes.plot(
                    overall["recall"]["value"], overall["precision"]["value"], linestyle="none", label=r["system"],
                    markersize=8, **_style(number),
                )  # fmt: skip
            for point in r["operating_points"]:
                if point["precision"] is None or point["recall"] is None:
                    continue
                axes.annotate(
                    point["point"],
                    (point["recall"], point["precision"]),
                    (4, 5),
                    textcoords="offset points",
                    fontsize=7,
                )
                axes.plot(point["recall"], point["precision"], marker="+", color=colour, markersize=9)
        axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.05))
        _legend(axes)

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
                markersize=4.5, label=f"{r['system']} (ECE {r['calibration']['error']:.3f})", **_style(number),
            )  # fmt: skip
        axes.set(xlabel="score of the span", ylabel="share of spans that are right", xlim=(0, 1.02), ylim=(0, 1.05))
        _legend(axes)

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
            axes.plot(values, range(len(rows)), linestyle="none", markersize=6, label=words, **_style(number))
        axes.set_yticks(range(len(rows)), labels)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(-0.02, 1.02)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("recall of exact spans (number of spans in brackets)")
        _legend(axes)

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
        _dots(axes, labels, series)
        axes.set(xlabel="F1 of exact spans, with 95% interval", ylabel="characters")
        _legend(axes)

    words = "; ".join(
        f"{system}: " + _listed([(label, f["value"]) for label, f in zip(labels, figures, strict=True)])
        for system, figures in series
    )
    return draw(f"{name}: F1 by length of the post", words, 0.9 + len(labels) * (0.2 + 0.08 * len(results)), paint)


def latency_plot(speed: Sequence[Result]) -> Plot | None:
    """Latency of one post at a time: median, 95th and 99th percentile."""
    if not speed:
        return None
    marks = tuple(zip(("p50", "p95", "p99"), count(), strict=False))

    def paint(axes: Axes) -> None:
        for key, number in marks:
            values = [row["latency_ms"][key] for row in speed]
            axes.plot(values, range(len(speed)), linestyle="none", markersize=7, label=key, **_style(number))
        for number, row in enumerate(speed):
            axes.plot([row["latency_ms"][k] for k, _ in marks], [number] * 3, color="#999999", linewidth=1, zorder=0)
        axes.set_yticks(range(len(speed)), [row["system"] for row in speed])
        axes.set_ylim(len(speed) - 0.4, -0.6)
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("milliseconds a post, one post a call")
        _legend(axes)

    words = "; ".join(
        f"{row['system']}: " + ", ".join(f"{key} {row['latency_ms'][key]:.1f} ms" for key, _ in marks) for row in speed
    )
    return draw("Latency", words, 1.1 + 0.3 * len(speed), paint)
