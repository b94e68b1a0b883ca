"""The README of weights on the hub: metadata that the hub reads, then how to load them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.windows import WINDOW
from gaihe.serving.types import sheet_of
from gaihe.training.reports.model_card.facts import FactsError, fact, read_json
from gaihe.training.runs.records import sha256
from jinja2 import Environment, PackageLoader, StrictUndefined

BASE = "intfloat/multilingual-e5-small"
"""What the encoder of `models/base` was begun from."""
LICENSE = "apache-2.0"
_METRICS = ("f1", "precision", "recall")
_DIGITS = 4


@dataclass(frozen=True)
class Scores:
    """What a report says of a model on one set of posts: shares from 0 to 1, by metric, of those that are defined."""

    name: str
    posts: int
    spans: int
    figures: dict[str, float]


@dataclass(frozen=True)
class Facts:
    """What only the owner of the weights can say.

    Attributes:
        name: what the model is called.
        base: the checkpoint that they were begun from, as the hub names it.
        license: an SPDX identifier in lower case.
    """

    name: str = "gaihe"
    base: str = BASE
    license: str = LICENSE


def report_scores(paths: Sequence[Path], model: Path) -> list[Scores]:
    """The figures of a model in reports of ``gaihe benchmark`` that are about it alone, set by set.

    Args:
        paths: the reports.
        model: the model file; a report knows it by the hash of the file.

    Raises:
        FactsError: a file is no report, or is about several models or another one.
    """
    found = []
    for path in paths:
        report = read_json(path, f"make one with gaihe benchmark --model {model} --output DIR")
        models = {system["name"]: system["model"] for system in fact(report, path, "systems") if system["model"]}
        if len(models) != 1:
            raise FactsError(f"{path} has figures of {len(models)} models: give a report on the exported one alone")
        ((name, facts),) = models.items()
        if (other := fact(facts, path, "sha256")) != (own := sha256(model)):
            raise FactsError(
                f"{path} has figures of another model (SHA-256 {str(other)[:12]}…) than {model} ({own[:12]}…): "
                f"make one with gaihe benchmark --model {model} --output DIR"
            )
        sets = {row["name"]: row for row in fact(report, path, "sets")}
        for result in fact(report, path, "results"):
            row, overall = sets[result["set"]], result["overall"]
            if result["system"] == name and row["spans"]:
                values = {metric: overall[metric]["value"] for metric in _METRICS}
                figures = {metric: round(value, _DIGITS) for metric, value in values.items() if value is not None}
                found.append(Scores(row["name"], row["posts"], row["spans"], figures))
    return found


def metadata(facts: Facts, scores: Sequence[Scores]) -> str:
    """The YAML head that the hub reads, without its rules."""
    head: dict[str, Any] = {
        "language": ["zh"],
        "license": facts.license,
        "library_name": "transformers",
        "pipeline_tag": "token-classification",
        "base_model": facts.base,
        "tags": ["pii", "doxxing", "开盒", "privacy", "ner"],
    }
    if scores:
        head["model-index"] = [{"name": facts.name, "results": [_result(row) for row in scores]}]
    text: str = yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
    return text


def _result(row: Scores) -> dict[str, Any]:
    return {
        "task": {"type": "token-classification", "name": "personal data in Chinese posts"},
        "dataset": {"type": "gaihe", "name": row.name},
        "metrics": [{"type": metric, "name": metric, "value": value} for metric, value in row.figures.items()],
    }


def readme(facts: Facts, labels: LabelSet, scores: Sequence[Scores]) -> str:
    """The whole README.

    Args:
        facts: of the owner.
        labels: of the model.
        scores: of the exported model.
    """
    environment = Environment(
        loader=PackageLoader("gaihe.training.hub"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.get_template("hub_readme.md").render(
        name=facts.name,
        head=metadata(facts, scores),
        types={kind.value: sheet_of(kind).chinese for kind in labels.types},
        window=WINDOW,
        scores=scores,
    )
    return str(page) + "\n"
