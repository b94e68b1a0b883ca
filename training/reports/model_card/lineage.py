"""What weights saw: a run, every run that its weights or its teacher come from, and the checkpoints at the root."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from gaihe.training.reports.model_card.facts import (
    FactsError,
    fact,
    read_json,
    read_json_if_there,
    read_text,
    read_yaml,
)
from gaihe.training.runs.records import WEIGHTS, sha256
from safetensors import safe_open

LINEAGE = "LINEAGE.md"
_DETAIL = re.compile(r"^(?:#|\||[-*+] |\d+\. )", re.MULTILINE)
"""Where headings, tables and lists of a Markdown text begin."""
_ELSEWHERE = (
    "output", "seed", "workers", "corpus", "exclude", "base", "log_steps", "save_steps", "checkpoints",
    "data.folder", "data.workers", "data.sources", "model.base", "model.average", "model.adapted",
    "distill.teacher", "distill.posts",
    "export.posts",
    "trainer.log_steps", "trainer.eval_steps", "trainer.save_steps", "trainer.checkpoints",
)  # fmt: skip
"""Settings that the card names in other places, or that decide nothing about the weights."""


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings with dotted keys."""
    rows: dict[str, Any] = {}
    for key, value in settings.items():
        rows |= flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return rows


def shown(path: str) -> str:
    """How the card calls a checkpoint: a path as it was given, but of an absolute one only the last name."""
    return Path(path).name if Path(path).is_absolute() else path


@dataclass
class Lineage:
    """Runs in the order in which they were made, the one that the card is about last, and root checkpoints.

    Attributes:
        base: where the root checkpoint that training began from lies now, if not where the runs had it.
        place: the folder of the card, which its links begin from.
        stages: a record for each run.
        roots: a record for each checkpoint that no run here made.
    """

    base: Path | None = None
    place: Path = Path()
    stages: list[dict[str, Any]] = field(default_factory=list)
    roots: dict[str, dict[str, Any]] = field(default_factory=dict)
    _names: dict[Path, str] = field(default_factory=dict)

    def add(self, folder: Path) -> str:
        """Take note of a run and, before it, of what it began from; returns its name in the card.

        Raises:
            FactsError: a file is missing or damaged, or a checkpoint is not the one that a run began from.
        """
        place = folder.resolve()
        if place in self._names:
            return self._names[place]
        config = read_yaml(folder / "config.yaml", "give the folder of a finished run of gaihe train")
        name = place.name if place.name not in self._names.values() else f"{place.parent.name}/{place.name}"
        self._names[place] = name
        make = _adaptation if "corpus" in config else _fine_tuning
        record, base, teacher = make(folder, config)
        recorded = record["sources"] or {}
        begun = [self._checkpoint(base, recorded.get("base"), is_base=True)]
        averaged = config.get("model", {}).get("average") or []
        begun += [
            self._checkpoint(path, known) for path, known in zip_longest(averaged, recorded.get("averaged") or [])
        ]
        adapted = config.get("model", {}).get("adapted") or []
        gained = [self._checkpoint(path, known) for path, known in zip_longest(adapted, recorded.get("adapted") or [])]
        if gained:
            begun.append(f"{gained[1]} less {gained[0]}")
        begins = ", ".join(begun)
        taught = teacher and self._checkpoint(teacher, recorded.get("teacher"), is_base=teacher == base)
        unused = _ELSEWHERE if teacher else (*_ELSEWHERE, "distill.weight", "distill.temperature")
        settings = {key: value for key, value in flat(config).items() if key not in unused}
        self.stages.append(
            {"name": name, "begins": begins, "teacher": taught, "seed": config.get("seed"), "settings": settings}
            | record
        )
        return name

    def _checkpoint(self, path: str, recorded: str | None, *, is_base: bool = False) -> str:
        folder = Path(path)
        if folder.name in ("weights", "base") and (folder.parent / "config.yaml").is_file():
            if recorded is not None and (weights := folder / WEIGHTS).is_file():
                _compare(weights, recorded, "its records would not be true of the run")
            return self.add(folder.parent)
        begun, folder = folder, (self.base if is_base else None) or folder
        name = shown(str(folder))
        halved = folder != begun and halves(folder / WEIGHTS, begun / WEIGHTS)
        if recorded is not None and folder.is_dir():
            remedy = "give the folder of the checkpoint that it was by --base DIR" if is_base else "bring it back"
            _compare((begun if halved else folder) / WEIGHTS, recorded, remedy)
        text = folder / LINEAGE
        whole = without_title(read_text(text, "")) if text.is_file() else None
        self.roots[name] = {
            "name": name,
            "sha256": recorded,
            "halved": halved,
            "lineage": whole and lead(whole),
            "more": self._more(text) if whole and lead(whole) != whole else None,
        }
        return name

    def _more(self, text: Path) -> dict[str, str] | None:
        """Name and link of a checkpoint's text; nothing where the card does not say where that lies."""
        return None if text.is_absolute() else {"name": str(text), "link": os.path.relpath(text, self.place)}


def _compare(weights: Path, recorded: str, remedy: str) -> None:
    if not weights.is_file() or sha256(weights) != recorded:
        raise FactsError(f"{weights} is not what the run began from (SHA-256 {recorded}): {remedy}")


def without_title(markdown: str) -> str:
    """A Markdown text without the title in its first line."""
    first, _, rest = markdown.strip().partition("\n")
    return rest.strip() if first.startswith("# ") else markdown.strip()


def lead(markdown: str) -> str:
    """What stands before the first list, table or heading; the whole text where it begins with one."""
    detail = _DETAIL.search(markdown)
    return markdown[: detail.start()].strip() or markdown if detail else markdown


def halves(weights: Path, whole: Path) -> bool:
    """Whether a file of weights holds those of another in half precision."""
    if not weights.is_file() or not whole.is_file() or weights.stat().st_size >= whole.stat().st_size:
        return False
    with safe_open(weights, "np") as half, safe_open(whole, "np") as full:
        return set(half.keys()) == set(full.keys()) and all(
            half.get_slice(name).get_dtype() == "F16"
            and np.array_equal(half.get_tensor(name), full.get_tensor(name).astype(np.float16))
            for name in half.keys()  # noqa: SIM118
        )


def _fine_tuning(folder: Path, config: Mapping[str, Any]) -> tuple[dict[str, Any], str, str | None]:
    path = folder / "config.yaml"
    metrics = read_json(folder / "metrics.json", "the run is not finished: gaihe train goes on with it")
    return (
        {
            "kind": "fine-tuning",
            "posts": {split: fact(config, path, "data", split) for split in ("train", "validation", "test")}
            | ({} if fact(config, path, "trainer", "epochs") else {"train": 0}),
            "posts_seed": fact(config, path, "data", "seed"),
            "sources": _sources(folder, config),
            "training": _training(metrics),
            "environment": _environment(folder),
        },
        str(fact(config, path, "model", "base")),
        config.get("distill", {}).get("teacher"),
    )


def _adaptation(folder: Path, config: Mapping[str, Any]) -> tuple[dict[str, Any], str, None]:
    figures = read_json(folder / "figures.json", "the run is not finished: gaihe pretrain goes on with it")
    return (
        {
            "kind": "adaptation",
            "corpus": [Path(path).name for path in config["corpus"]],
            "exclude": [Path(path).name for path in config.get("exclude", [])],
            "sources": None,
            "figures": {name: figures.get(name) for name in ("before", "after", "tokens")},
            "environment": _environment(folder),
        },
        str(fact(config, folder / "config.yaml", "base")),
        None,
    )


def _sources(folder: Path, config: Mapping[str, Any]) -> dict[str, Any]:
    """The record of the run; of an older one the names of its files alone."""
    recorded = read_json_if_there(folder / "sources.json")
    if recorded is not None:
        whole = {"annotated": [], "distilled": [], "validation": []} | recorded
        written, aside = ([recorded[name]] if recorded.get(name) else [] for name in ("written", "written_validation"))
        return whole | {"annotated": written + whole["annotated"], "validation": aside + whole["validation"]}
    named = {
        "annotated": config["data"].get("sources"),
        "distilled": config.get("distill", {}).get("posts"),
        "validation": config.get("export", {}).get("posts"),
    }
    return {kind: [{"name": Path(path).name} for path in paths or []] for kind, paths in named.items()}


def _environment(folder: Path) -> dict[str, Any] | None:
    """The record of the run; an older one calls the cores of the machine its processors."""
    recorded = read_json_if_there(folder / "environment.json")
    return recorded and {"cores": recorded.get("processors")} | recorded


def _training(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Steps, the last loss, and the last figures on the validation posts, as far as the log has them."""
    log = metrics.get("log", [])
    validation = metrics.get("validation", {})
    return {
        "steps": max((row["step"] for row in log if "step" in row), default=None),
        "loss": next((row["loss"] for row in reversed(log) if "loss" in row), None),
        "validation": {
            name: validation[f"eval_{name}"] for name in ("precision", "recall", "f1") if f"eval_{name}" in validation
        },
    }
