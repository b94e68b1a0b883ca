"""Results of runs in the reports of ``gaihe benchmark``: a model is known there by the hash of its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gaihe.serving.core.operating_points import DEFAULT_OPERATING_POINT
from gaihe.training.reports.model_card.facts import FactsError, fact, read_json
from gaihe.training.reports.model_card.run_records import FinishedRun, spread

OVERALL = ("precision", "recall", "f1", "leaked", "alarms_per_1000")
TYPED = ("precision", "recall", "f1", "leaked")
GROUPED = ("precision", "recall", "f1", "leaked")
_MAKE = "make one with gaihe benchmark --model RUN/model.onnx --output DIR"
_Result = Mapping[str, Any]


@dataclass
class SetResults:
    """What reports say of one set of posts.

    Attributes:
        facts: name, posts, spans, disguised posts, annotated types.
        runs: a result for each model and operating point.
        others: results of other systems, by name.
    """

    facts: dict[str, Any]
    runs: dict[tuple[str, str], _Result] = field(default_factory=dict)
    others: dict[str, _Result] = field(default_factory=dict)


@dataclass
class Reports:
    """The reports that were read.

    Attributes:
        sets: by name, in the order of the reports.
        speed: measurements of the first run's model, each with the machine.
        resamples: bootstrap samples behind the intervals, as many numbers as the reports have.
    """

    sets: dict[str, SetResults] = field(default_factory=dict)
    speed: list[dict[str, Any]] = field(default_factory=list)
    resamples: set[int] = field(default_factory=set)


def read_reports(paths: Sequence[Path], runs: Sequence[FinishedRun]) -> Reports:
    """Read reports.

    Raises:
        FactsError: a file is no report, has no result of any of the runs, or contradicts another.
    """
    reports = Reports()
    hashes = {run.sha256 for run in runs}
    for path in paths:
        record = read_json(path, _MAKE)
        if "results" not in record:
            raise FactsError(f"{path} is not a report.json of gaihe benchmark: {_MAKE}")
        models = _models(record, path)
        if not hashes & {sha256 for sha256, _ in models.values()}:
            folders = ", ".join(str(run.folder) for run in runs)
            raise FactsError(f"{path} has no result of the model.onnx of {folders}: {_MAKE}")
        reports.resamples.add(fact(record, path, "settings", "resamples"))
        sets = {row["name"]: row for row in fact(record, path, "sets")}
        for result in fact(record, path, "results"):
            _add(reports, path, sets[result["set"]], result, models.get(result["system"]), hashes)
        machine = {name: record["environment"].get(name) for name in ("processor", "cores")}
        for row in record.get("speed", []):
            if models.get(row["system"], ("", ""))[0] == runs[0].sha256:
                reports.speed.append({"point": models[row["system"]][1]} | machine | row)
    return reports


def _models(record: Mapping[str, Any], path: Path) -> dict[str, tuple[str, str]]:
    """Hash and operating point of each system that is a model."""
    return {
        system["name"]: (fact(system, path, "model", "sha256"), fact(system, path, "model", "operating_point"))
        for system in fact(record, path, "systems")
        if system["model"]
    }


def _add(
    reports: Reports,
    path: Path,
    row: Mapping[str, Any],
    result: _Result,
    model: tuple[str, str] | None,
    hashes: set[str],
) -> None:
    name = row["name"]
    facts = {key: fact(row, path, key) for key in ("name", "posts", "spans", "disguised_posts", "types")}
    known = reports.sets.setdefault(name, SetResults(facts))
    if known.facts != facts:
        raise FactsError(f"{path}: another report has other posts under the name {name}: give the files other names")
    if model is not None and model[0] in hashes:
        before = known.runs.setdefault(model, result)
    else:
        before = known.others.setdefault(result["system"], result)
    if before["overall"] != result["overall"]:
        raise FactsError(f"{path}: another report has other figures of {result['system']} on {name}: give one of them")


def set_records(reports: Reports, runs: Sequence[FinishedRun]) -> Iterator[dict[str, Any]]:
    """The results of the first run, set by set, with their spread over all runs that have them."""
    for found in reports.sets.values():
        own = {point: result for (sha256, point), result in found.runs.items() if sha256 == runs[0].sha256}
        if not own:
            continue
        point = DEFAULT_OPERATING_POINT if DEFAULT_OPERATING_POINT in own else next(iter(own))
        same = [found.runs[run.sha256, point] for run in runs if (run.sha256, point) in found.runs]
        main = own[point]
        calibration = main.get("calibration")
        yield found.facts | {
            "point": point,
            "points": [{"point": name} | _figures(result["overall"], OVERALL) for name, result in own.items()],
            "spread": {name: spread([result["overall"][name]["value"] for result in same]) for name in OVERALL},
            "by_type": _typed(main, same),
            "by_noise": _noise(main, same),
            "undisguised": main.get("undisguised", []),
            "operating_points": main.get("operating_points", []),
            "calibration_error": calibration and calibration["error"],
            "others": [
                {"system": name} | _figures(result["overall"], OVERALL) for name, result in found.others.items()
            ],
        }


def _figures(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _typed(main: _Result, same: Sequence[_Result]) -> list[dict[str, Any]]:
    return [
        {
            "type": kind,
            "gold": row["gold"],
            "found": row["found"],
            "f1_runs": spread([result["types"].get(kind, {}).get("f1", {}).get("value") for result in same]),
        }
        | _figures(row, TYPED)
        for kind, row in main["types"].items()
    ]


def _noise(main: _Result, same: Sequence[_Result]) -> list[dict[str, Any]]:
    rows = [{row["label"]: row for row in result["groups"]["noise"]} for result in same]
    return [
        {
            "kind": row["label"],
            "posts": row["posts"],
            "gold": row["gold"],
            "recall_runs": spread([group[row["label"]]["recall"]["value"] for group in rows]),
        }
        | _figures(row, GROUPED)
        for row in main["groups"]["noise"]
    ]
