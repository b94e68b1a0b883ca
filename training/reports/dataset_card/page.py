"""The dataset card as a page of its own and as Markdown, both from the record that ``card.json`` holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gaihe.training.reports.benchmark.page import template_environment
from gaihe.training.reports.dataset_card.plots import count_plots, realism_plots
from jinja2 import Environment

_NGRAMS = 60


def _ngrams(source: Mapping[str, Any], generated: bool) -> list[Mapping[str, Any]]:
    return [row for row in source["ngrams"] if (row["weight"] > 0) == generated][:_NGRAMS]


def _environment(autoescape: bool) -> Environment:
    environment = template_environment(
        autoescape, "gaihe.training.reports.dataset_card", "gaihe.training.reports.benchmark"
    )
    environment.filters |= {
        "number": "{:,}".format,
        "shown": lambda ngram: repr(ngram)[1:-1],
        "cell": lambda text: repr(text)[1:-1].replace("|", "\\|").replace("`", "'"),
    }
    environment.globals["telling"] = _ngrams
    return environment


def render_html(card: Mapping[str, Any]) -> str:
    """The page: one file that loads nothing from elsewhere."""
    template = _environment(autoescape=True).get_template("card.html")
    return template.render(card=card, plots=count_plots(card), realism_plots=realism_plots(card))


def render_markdown(card: Mapping[str, Any]) -> str:
    """The card's tables as Markdown."""
    return _environment(autoescape=False).get_template("card.md").render(card=card)
