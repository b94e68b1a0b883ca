"""The whole benchmark: every system over every set, compared pair by pair, as one record."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.training.evaluate.metrics import SEQEVAL_POSTS, TYPES, Figure, SpanScorer
from gaihe.training.evaluate.systems import StreamingSystem, System, detect_posts
from gaihe.training.reports.benchmark.folder import FOLDERS, remove_others, written_before
from gaihe.training.reports.benchmark.models import ModelSystem
from gaihe.training.reports.benchmark.pairs import compare_all
from gaihe.training.reports.benchmark.resampling import SEED
from gaihe.training.reports.benchmark.results import result_of
from gaihe.training.reports.benchmark.run import Run, compared_types, run_system
from gaihe.training.reports.benchmark.scores import span_scores
from gaihe.training.reports.benchmark.sets import PostSet
from gaihe.training.reports.benchmark.speed import measure_speed, sample_texts
from gaihe.training.reports.benchmark.verdicts import verdict_record
from gaihe.training.runs.environment import environment

POINT_POSTS = 2000
_LONGEST_STEM, _HASH = 200, 16
"""Bytes of the longest name of a run's files without its ending; and characters of the hash in it."""
_POINT_FIGURES = ("precision", "recall", "f1")
_COUNTS = {"gold": Figure.GOLD, "found": Figure.FOUND}
_PACKAGES = ("gaihe", "numpy", "onnxruntime", "seqeval", "matplotlib")


def _set_record(posts: PostSet, runs: Sequence[Run]) -> dict[str, Any]:
    facts = posts.facts
    return {
        "name": posts.name,
        "source": posts.source,
        "posts": len(facts.lengths),
        "spans": facts.spans,
        "characters": facts.characters,
        "types": [kind.value for kind in posts.types],
        "disguised_posts": sum(map(bool, facts.noise)),
        "systems": [run.system for run in runs],
    }


def _system_record(system: System) -> dict[str, Any]:
    return {
        "name": system.name,
        "version": system.version,
        "types": [kind.value for kind in sorted(system.types)],
        "mapping": {label: kind.value for label, kind in system.mapping.items()},
        "model": system.facts() if isinstance(system, ModelSystem) else None,
    }


def _operating_points(system: ModelSystem, posts: PostSet, result: dict[str, Any]) -> list[dict[str, Any]]:
    """Precision, recall and F1 of a model's operating points, ``None`` where one is not defined.

    Its own are those of the run, the others are measured on `POINT_POSTS` posts.
    """
    rows = []
    types = [TYPES.index(kind) for kind in compared_types(system, posts)]
    for point in system.recognizer.metadata.operating_points:
        if point == system.recognizer.operating_point:
            overall = result["overall"]
            own = {name: overall[name]["value"] for name in _POINT_FIGURES}
            rows.append({"point": point, "posts": result["posts"], **own} | {name: overall[name] for name in _COUNTS})
            continue
        scorer = SpanScorer()
        recognizer = Recognizer.load(system.path, point)
        for post, found in detect_posts(replace(system, recognizer=recognizer), islice(posts.read(), POINT_POSTS)):
            scorer.add(post, found)
        sums = scorer.counts[:, :, types].sum(axis=(0, 2)).astype(np.float64)
        scores = span_scores(sums)
        values = {name: None if np.isnan(scores[name]) else float(scores[name]) for name in _POINT_FIGURES}
        counts = {name: int(sums[figure]) for name, figure in _COUNTS.items()}
        rows.append({"point": point, "posts": len(scorer.noise), **values, **counts})
    return rows


def file_name(posts: PostSet, system: System) -> str:
    """The name of a run's files; of a long one, as of a command with many arguments, the beginning and a hash."""
    name = f"{posts.name}.{system.name}"
    stem = re.sub(r"[^\w.@-]+", "_", name).encode()
    if len(stem) > _LONGEST_STEM:
        digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:_HASH]
        stem = stem[: _LONGEST_STEM - _HASH - 1] + f"-{digest}".encode()
    return stem.decode("utf-8", "ignore") + ".jsonl"


def run_benchmark(
    systems: Sequence[System],
    sets: Sequence[PostSet],
    output: Path,
    resamples: int,
    errors_kept: int,
    speed_posts: int,
) -> dict[str, Any]:
    """Run every system over every set.

    Args:
        systems: what to compare, with names that differ.
        sets: what to compare it on.
        output: a folder; ``predictions/SET.SYSTEM.jsonl`` and ``errors/SET.SYSTEM.jsonl`` are written into it.
        resamples: bootstrap samples behind each interval.
        errors_kept: errors of each outcome that the report shows.
        speed_posts: posts to measure the speed with; 0 leaves it out. A streaming system, which would start anew for
            each call, is not measured.

    Returns:
        The record that ``report.json`` holds.
    """
    for folder in FOLDERS:
        (output / folder).mkdir(parents=True, exist_ok=True)
    earlier = written_before(output)
    results: list[dict[str, Any]] = []
    pairs: list[dict[str, Any]] = []
    set_records: list[dict[str, Any]] = []
    verdicts: list[dict[str, Any]] = []
    for posts in sets:
        runs: list[Run] = []
        for system in systems:
            if not compared_types(system, posts):
                continue
            name = file_name(posts, system)
            runs.append(run_system(system, posts, output / "predictions" / name, output / "errors" / name, errors_kept))
            result = result_of(runs[-1], posts, resamples)
            points = _operating_points(system, posts, result) if isinstance(system, ModelSystem) else []
            results.append({**result, "predictions": f"predictions/{name}", "operating_points": points})
        models = [system for system in systems if isinstance(system, ModelSystem)]
        judged = [verdict_record(model, posts, resamples, errors_kept) for model in models]
        verdicts += [record for record in judged if record is not None]
        pairs += compare_all(runs, resamples)
        set_records.append(_set_record(posts, runs))
    remove_others(output, earlier, [result["predictions"] for result in results])
    texts = sample_texts(sets, speed_posts) if speed_posts else []
    asked_by_call = [system for system in systems if not isinstance(system, StreamingSystem)]
    return {
        "environment": {"made": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")} | environment(_PACKAGES),
        "settings": {"resamples": resamples, "seed": SEED, "seqeval_posts": SEQEVAL_POSTS, "errors": errors_kept},
        "sets": set_records,
        "systems": [_system_record(system) for system in systems],
        "results": results,
        "pairs": pairs,
        "verdicts": verdicts,
        "speed": [measure_speed(system, texts) for system in asked_by_call] if texts else [],
    }
