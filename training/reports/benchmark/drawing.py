"""Plots as SVG with its text kept as text, a title and a description for those who cannot see it."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import matplotlib as mpl
from gaihe.serving.core.schema import EntityType
from gaihe.serving.types import sheet_of
from matplotlib.axes import Axes
from matplotlib.figure import Figure

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
    return f"{kind} {sheet_of(EntityType.named(kind)).chinese}"


def style(number: int) -> dict[str, Any]:
    """Colour and marker of a series."""
    return {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number % len(MARKERS)]}


def legend(axes: Axes) -> None:
    """A legend above the plot, where there is something to name."""
    labels = axes.get_legend_handles_labels()[1]
    if labels:
        axes.figure.legend(loc="outside upper left", ncols=3 if max(map(len, labels)) < 16 else 2)


def listed(rows: Sequence[tuple[str, float | None]]) -> str:
    """Labels with their values, for a description."""
    return ", ".join(f"{label} {value:.2f}" for label, value in rows if value is not None)


def dots(axes: Axes, labels: Sequence[str], series: Sequence[tuple[str, Sequence[Any]]]) -> None:
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
            **style(number),
        )
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(-0.02, 1.02)
    axes.grid(axis="y", visible=False)
