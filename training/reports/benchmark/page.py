"""The report as a page of its own and as Markdown, both from the record that ``report.json`` holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gaihe.serving.core.schema import EntityType
from gaihe.training.reports.benchmark.alignment import Outcome
from gaihe.training.reports.benchmark.drawing import Plot, type_label
from gaihe.training.reports.benchmark.errors import ALARM, BOUNDARY, weight_of
from gaihe.training.reports.benchmark.plots import (
    calibration_plot,
    curve_plot,
    latency_plot,
    length_plot,
    noise_plot,
    types_plot,
)
from gaihe.training.reports.benchmark.results import NOTHING
from gaihe.training.reports.benchmark.summary import UNDEFINED, decimal
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BREAK = re.compile("[\n\r\u2028\u2029\x0b\x0c\x85]+")


def share(value: float | None) -> str:
    """A share as a percentage, or a dash."""
    return UNDEFINED if value is None else f"{100 * value:.1f}%"


def rate(value: float | None) -> str:
    """A number with one digit after the point, or a dash."""
    return decimal(value, 1)


_FORMS: Mapping[str, Callable[[float | None], str]] = {"decimal": decimal, "share": share, "rate": rate}


def figure(estimate: Mapping[str, float | None], form: str = "decimal") -> Markup:
    """An estimate over its interval, or over a dash where that is not defined."""
    shown = _FORMS[form]
    if estimate["value"] is None:
        return escape(UNDEFINED)
    low, high = shown(estimate["low"]), shown(estimate["high"])
    interval = UNDEFINED if estimate["low"] is None else f"{low} to {high}"
    return Markup('{}<small class="interval">{}</small>').format(shown(estimate["value"]), interval)


def plain_figure(estimate: Mapping[str, float | None], form: str = "decimal") -> str:
    """An estimate with its interval in brackets."""
    return re.sub(r"<small[^>]*>(.*)</small>", r" [\1]", str(figure(estimate, form)))


def visible(text: str) -> Markup:
    """Text with its invisible characters and line breaks made visible."""
    shown = str(escape(text))
    shown = _INVISIBLE.sub(lambda match: f'<span class="code">U+{ord(match[0]):04X}</span>', shown)
    return Markup(_BREAK.sub('<span class="code">↵</span>', shown))


def markdown(text: object) -> str:
    """Text that Markdown, its tables and the HTML in it show as it is, on one line."""
    shown = "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in str(text))
    shown = re.sub(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", shown)
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def segments(text: str, spans: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Cut a text at the borders of spans; a span that begins inside another is shown from where that ends."""
    pieces: list[dict[str, Any]] = []
    position = 0
    for span in sorted(spans, key=lambda span: (span["start"], span["end"])):
        start = max(position, span["start"])
        if start >= span["end"]:
            continue
        if position < start:
            pieces.append({"text": text[position:start], "span": None})
        pieces.append({"text": text[start : span["end"]], "span": span})
        position = span["end"]
    if position < len(text):
        pieces.append({"text": text[position:], "span": None})
    return pieces


def plots_of(report: Mapping[str, Any]) -> dict[str, list[Plot]]:
    """The plots of every set, by its name."""
    plots: dict[str, list[Plot]] = {}
    for record in report["sets"]:
        name = record["name"]
        results = [result for result in report["results"] if result["set"] == name]
        drawn = [types_plot(name, results), curve_plot(name, results), calibration_plot(name, results)]
        drawn += [length_plot(name, results), *(noise_plot(name, result) for result in results)]
        plots[name] = [plot for plot in drawn if plot is not None]
    return plots


def template_environment(autoescape: bool, *packages: str) -> Environment:
    """Jinja with the filters that all reports share.

    Args:
        autoescape: whether the templates are HTML.
        packages: where they lie, in folders ``templates``; the first that has one of a name gives it.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "decimal": decimal,
        "share": share,
        "visible": visible,
        "markdown": markdown,
        "type_label": type_label,
    }
    environment.globals |= {"segments": segments, "Markup": Markup}
    return environment


def _environment(autoescape: bool) -> Environment:
    environment = template_environment(autoescape, "gaihe.training.reports.benchmark")
    environment.filters["figure"] = figure if autoescape else plain_figure
    return environment


def _content(report: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "report": report,
        "results_of": {
            record["name"]: [result for result in report["results"] if result["set"] == record["name"]]
            for record in report["sets"]
        },
        "pairs_of": {
            record["name"]: [pair for pair in report["pairs"] if pair["set"] == record["name"]]
            for record in report["sets"]
        },
        "outcomes": [outcome.value for outcome in Outcome],
        "types": [kind.value for kind in EntityType],
        "weights": {kind.value: weight_of(kind) for kind in sorted(EntityType, key=weight_of, reverse=True)},
        "alarm": ALARM,
        "boundary": BOUNDARY,
        "nothing": NOTHING,
    }


def render_html(report: Mapping[str, Any]) -> str:
    """The page: one file that loads nothing from elsewhere."""
    latency = latency_plot(report["speed"])
    template = _environment(autoescape=True).get_template("report.html")
    return template.render(_content(report), plots=plots_of(report), latency=latency)


def render_markdown(report: Mapping[str, Any]) -> str:
    """The report's tables as Markdown."""
    return _environment(autoescape=False).get_template("report.md").render(_content(report))
