"""The plots of a dataset card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gaihe.training.reports.benchmark.drawing import COLOURS, LINES, Plot, draw, type_label
from matplotlib.axes import Axes

_TELLING = 20


def _bars(title: str, rows: Mapping[str, float], label: str, colour: str) -> Plot:
    def paint(axes: Axes) -> None:
        axes.barh(range(len(rows)), list(rows.values()), color=colour, height=0.7)
        axes.set_yticks(range(len(rows)), list(rows))
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(label)

    words = "; ".join(f"{name}: {value:,.4g}" for name, value in rows.items())
    return draw(title, words, 0.8 + 0.21 * len(rows), paint)


def count_plots(card: Mapping[str, Any]) -> list[Plot]:
    """Spans by type, and posts by noise kind, length and intent."""
    counts = card["counts"]
    spans = {type_label(kind): row["spans"] for kind, row in counts["types"].items()}
    plots = [_bars("Spans by type", spans, "spans", COLOURS[0])]
    for title, key, colour in (
        ("Posts by noise kind", "noise", COLOURS[1]),
        ("Posts by length in characters", "lengths", COLOURS[2]),
        ("Posts by intent", "intents", COLOURS[3]),
    ):
        rows = {name: 100 * row["share"] for name, row in counts[key].items()}
        plots.append(_bars(title, rows, "% of posts", colour))
    return plots


def realism_plots(card: Mapping[str, Any]) -> list[Plot]:
    """Areas under the curve, the scores of both sides, and the n-grams that tell them apart."""
    realism = card["realism"]
    if realism is None:
        return []
    plots = [_areas(realism)]
    for source in realism["sources"]:
        plots += [_scores(source), _ngrams(source)]
    return plots


def _areas(realism: Mapping[str, Any]) -> Plot:
    rows = [(f"generated / {row['source']}", row) for row in realism["sources"]]
    rows += [(f"{row['first']} / {row['second']}", row) for row in realism["baselines"]]

    def paint(axes: Axes) -> None:
        for number, (name, row) in enumerate(rows):
            colour, marker = (COLOURS[1], "o") if name.startswith("generated / ") else (COLOURS[0], "s")
            error = ((row["auc"] - row["low"],), (row["high"] - row["auc"],))
            axes.errorbar(row["auc"], number, xerr=error, marker=marker, color=colour, markersize=5)
        axes.set_yticks(range(len(rows)), [name for name, _ in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(0.45, 1.01)
        axes.axvline(0.5, color="#777777", linestyle=":", linewidth=1)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("area under the ROC curve; 0.5: cannot be told apart")

    words = "; ".join(f"{name}: {row['auc']:.3f}, {row['low']:.3f} to {row['high']:.3f}" for name, row in rows)
    return draw("How well one kind of posts is told from another", words, 0.9 + 0.24 * len(rows), paint)


def _scores(source: Mapping[str, Any]) -> Plot:
    histogram = source["histogram"]

    def paint(axes: Axes) -> None:
        for number, side in enumerate(("generated", "real")):
            axes.stairs(
                histogram[side], histogram["edges"], label=side, color=COLOURS[1 - number], linestyle=LINES[number],
                linewidth=1.6,
            )  # fmt: skip
        axes.set(xlabel="score of the classifier; above 0 it looks generated", ylabel="posts")
        axes.figure.legend(loc="outside upper left", ncols=2)

    words = (
        f"Held-out scores of {source['posts']} generated and as many real posts; area under the curve "
        f"{source['auc']:.3f}."
    )
    return draw(f"Scores against {source['source']}", words, 2.8, paint)


def _ngrams(source: Mapping[str, Any]) -> Plot:
    half = [
        [row for row in source["ngrams"] if (row["weight"] > 0) == generated][:_TELLING] for generated in (True, False)
    ]
    rows = half[0] + half[1]
    labels = [repr(row["ngram"])[1:-1] for row in rows]

    def paint(axes: Axes) -> None:
        for key, marker, colour in (("generated", "o", COLOURS[1]), ("real", "s", COLOURS[0])):
            values = [100 * row[key] for row in rows]
            axes.plot(values, range(len(rows)), linestyle="none", marker=marker, color=colour, markersize=4, label=key)
        axes.axhline(len(half[0]) - 0.5, color="#777777", linewidth=0.8)
        axes.set_yticks(range(len(rows)), labels)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlabel("% of posts that hold the n-gram; above the line it speaks for generated")
        axes.figure.legend(loc="outside upper left", ncols=2)

    words = "; ".join(
        f"{label}: {row['generated']:.1%} and {row['real']:.1%}" for label, row in zip(labels, rows, strict=True)
    )
    return draw(f"Telling n-grams against {source['source']}", words, 0.9 + 0.19 * len(rows), paint)
