"""Finished runs: the model file that each wrote, its gates, its own evaluation; whether several are one recipe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from gaihe.serving.model.model_file import ModelMetadata, open_session
from gaihe.training.model.attention_heads import live_heads
from gaihe.training.reports.model_card.facts import (
    FactsError,
    fact,
    read_json,
    read_json_if_there,
    read_text,
    read_yaml,
)
from gaihe.training.reports.model_card.lineage import flat
from gaihe.training.runs.records import WEIGHTS, sha256
from safetensors import safe_open

_MAY_DIFFER = {
    "seed", "output", "data.seed", "data.folder", "data.workers", "model.base", "distill.teacher",
    "trainer.log_steps", "trainer.eval_steps", "trainer.save_steps", "trainer.checkpoints",
}  # fmt: skip
_SHAPE = {
    "layers": "num_hidden_layers",
    "width": "hidden_size",
    "feed_forward": "intermediate_size",
}
_READS_HEADS = re.compile(r"\.layer\.(\d+)\.attention\.output\.dense\.weight$")


@dataclass(frozen=True)
class FinishedRun:
    """A run's folder with what its model file says.

    Attributes:
        folder: the run.
        sha256: of its model file.
        metadata: of its model file.
        export: the figures of the parity gates and of calibration.
        evaluation: the pipeline's own scores by set; nothing where it has none.
    """

    folder: Path
    sha256: str
    metadata: ModelMetadata
    export: dict[str, Any]
    evaluation: dict[str, Any]

    @property
    def model(self) -> Path:
        """The file to deploy."""
        return self.folder / "model.onnx"


def open_run(folder: Path) -> FinishedRun:
    """Read a finished run.

    Raises:
        FactsError: a file is missing, or the model is not of this run.
        ModelError: the model file cannot be read.
    """
    if not folder.is_dir():
        raise FactsError(f"no folder {folder}: give the folder of a finished run of gaihe train")
    config = read_text(folder / "config.yaml", "give the folder of a finished run of gaihe train")
    model = folder / "model.onnx"
    if not model.is_file():
        raise FactsError(f"no {model}: the run is not finished, gaihe train goes on with it")
    _, metadata = open_session(model)
    if metadata.facts.get("config") != config:
        raise FactsError(f"{model} was exported by another configuration than {folder / 'config.yaml'} holds")
    export = read_json(folder / "export.json", "gaihe train writes it when it exports")
    evaluation = read_json_if_there(folder / "report.json") or {}
    return FinishedRun(folder, sha256(model), metadata, export, {} if "results" in evaluation else evaluation)


def check_alike(runs: Sequence[FinishedRun]) -> None:
    """Mean and spread are for runs of one recipe.

    Raises:
        FactsError: two runs made the same model, or differ in more than seeds and places.
    """
    first, *others = runs
    path = first.folder / "config.yaml"
    recipe = flat(read_yaml(path, ""))
    seen = {first.sha256: first.folder}
    for run in others:
        if run.sha256 in seen:
            raise FactsError(f"{seen[run.sha256]} and {run.folder} hold the same model: give each run once")
        seen[run.sha256] = run.folder
        other = flat(read_yaml(run.folder / "config.yaml", ""))
        keys = recipe.keys() | other.keys()
        if differing := sorted(key for key in keys - _MAY_DIFFER if recipe.get(key) != other.get(key)):
            raise FactsError(
                f"{path.parent} and {run.folder} differ in {', '.join(differing)}: several runs are given for the mean "
                "and spread over seeds, of one recipe; make a card for each"
            )


def seed_of(run: FinishedRun) -> int:
    """The seed of a run's weights and order."""
    path = run.folder / "config.yaml"
    return int(fact(read_yaml(path, ""), path, "seed"))


def model_record(run: FinishedRun) -> dict[str, Any]:
    """The model file: its size, what it knows, its encoder's shape where the run's weights are there."""
    metadata = run.metadata
    weights = run.folder / "weights"
    config = read_json_if_there(weights / "config.json")
    return {
        "file": run.model.name,
        "bytes": run.model.stat().st_size,
        "sha256": run.sha256,
        "version": metadata.version,
        "types": [kind.value for kind in metadata.labels.types],
        "characters": len(metadata.vocabulary),
        "window": metadata.window,
        "overlap": metadata.overlap,
        "int8": run.export.get("quantized"),
        "shape": config and {name: fact(config, weights / "config.json", key) for name, key in _SHAPE.items()},
        "heads": config
        and heads_by_layer(weights / WEIGHTS, fact(config, weights / "config.json", "num_attention_heads")),
        "parameters": parameters(weights / WEIGHTS),
    }


def parameters(path: Path) -> int | None:
    """Parameters in a file of weights; nothing where there is none."""
    if not path.is_file():
        return None
    total = 0
    with safe_open(path, "np") as weights:
        for name in weights.keys():  # noqa: SIM118
            size = 1
            for side in weights.get_slice(name).get_shape():
                size *= side
            total += size
    return total


def heads_by_layer(path: Path, heads: int) -> list[int] | None:
    """Attention heads of each layer that are not silenced, from a file of weights; nothing where there is none.

    Args:
        path: the weights.
        heads: heads of a layer, with those that are.
    """
    if not path.is_file():
        return None
    found = {}
    with safe_open(path, "np") as weights:
        for name in weights.keys():  # noqa: SIM118
            if layer := _READS_HEADS.search(name):
                found[int(layer[1])] = int(live_heads(weights.get_tensor(name), heads).sum())
    return [found[layer] for layer in sorted(found)]


def parity_record(run: FinishedRun) -> dict[str, Any]:
    """PyTorch against ONNX, int8 against fp32, as far as the export has them."""
    pairs = {key.removeprefix("f1_"): pair for key, pair in run.export.items() if key.startswith("f1_")}
    return {
        "logit_difference": run.export.get("logit_difference_fp32"),
        "f1": {name: pair for name, pair in pairs.items() if {"fp32", "int8"} <= pair.keys()},
    }


def point_records(run: FinishedRun) -> list[dict[str, Any]]:
    """The operating points of the model, with what posts left out gave where that is on record for its thresholds."""
    recorded = run.export.get("operating_points", {})
    return [
        {"point": name, "threshold": threshold, "figures": _figures_at(threshold, recorded.get(name))}
        for name, threshold in run.metadata.operating_points.items()
    ]


def _figures_at(threshold: float, figures: dict[str, Any] | None) -> dict[str, Any] | None:
    """The figures of a point, if its threshold is still the one that they were found at."""
    return figures if figures and figures.get("threshold") == threshold else None


def spread(values: Sequence[float | None]) -> dict[str, float] | None:
    """Mean and sample standard deviation; nothing for fewer than two values, or where one is not defined."""
    defined = [value for value in values if value is not None]
    if len(values) < 2 or len(defined) < len(values):
        return None
    return {"mean": mean(defined), "sd": stdev(defined), "runs": len(values)}


def evaluation_records(runs: Sequence[FinishedRun]) -> list[dict[str, Any]]:
    """The pipeline's own scores of the first run, and their spread over the runs that have them."""
    rows = []
    for name, own in runs[0].evaluation.items():
        scores = [run.evaluation[name] for run in runs if name in run.evaluation]
        path = runs[0].folder / "report.json"
        figures = {key: fact(own, path, "overall", key) for key in ("precision", "recall", "f1")}
        clean = fact(own, path, "clean_posts")
        alarms = own["alarms_per_1000"] if clean else None
        rows.append(
            {"set": name, "posts": own["posts"], "spans": own["overall"]["gold"], "leaked": own["leaked"]}
            | figures
            | {"alarms_per_1000": alarms, "f1_runs": spread([row["overall"]["f1"] for row in scores])}
        )
    return rows
