"""Measure what the plan needs, on this machine: one core, and the HTTP service with one worker."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from gaihe.serving import Recognizer
from gaihe.serving.http.jobs import SMALL_REQUEST, tokens_of
from gaihe.serving.redaction.redactor import Redactor
from gaihe.training.runs.environment import environment

from benchmarks.capacity.load import Cost, characters, fitted
from benchmarks.service.clients import body_of, closed, offered
from benchmarks.service.processes import processor_seconds, resident_mib, running
from benchmarks.speed.comparison import one_core
from benchmarks.speed.texts import natural_texts
from benchmarks.speed.timing import take_turns

MIXED = 256
"""Posts on which one core is timed."""
ALONE = 8
"""Groups of posts alone, by length."""
SIZES = (2, 4, 8, 16, 32)
"""Posts of a batch."""
POSTS = 32
"""Posts that are timed together in batches of a size."""
ROUNDS = 3
CLIENTS = 64
"""That ask the service at a time."""
OPEN_SHARE = 0.5
"""Of what a worker can do, offered to the service."""
COMMAND = "python -m benchmarks.capacity --measure"


def measure(quantiles: Mapping[float, float], seconds: float) -> dict[str, Any]:
    """All figures, as `load_measured` reads them.

    Args:
        quantiles: of the characters of a post.
        seconds: of each load of the service.
    """
    shares = np.random.default_rng(0).random(MIXED)
    texts = cut_texts(np.minimum(characters(quantiles, shares), SMALL_REQUEST - tokens_of("")).tolist())
    recognizer = Recognizer.load()
    ways = works(recognizer)
    with one_core():
        batches = {way: timed_batches(work, texts) for way, work in ways.items()}
        costs = {way: fitted(rows) for way, rows in batches.items()}
        mixed = take_turns({way: partial(work, texts) for way, work in ways.items()}, ROUNDS, time.process_time)
        spread = spread_of(ways["judge"], texts, costs["judge"][0])
    of_one = of_service(texts, costs["detect"][0], seconds)
    return {
        "machine": environment(("gaihe", "numpy", "onnxruntime")) | {"load_average": round(os.getloadavg()[0], 1)},
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "command": f"{COMMAND} --seconds {seconds:g}",
        "posts_per_s": {way: round(len(texts) / timing.median, 1) for way, timing in mixed.items()},
        "costs": {way: _rounded(asdict(replace(cost, spread=spread))) for way, (cost, _) in costs.items()},
        "errors": {way: round(error, 4) for way, (_, error) in costs.items()},
        "batches": batches,
        **of_one,
    }


def works(recognizer: Recognizer) -> dict[str, Callable[[Sequence[str]], object]]:
    """What is done with a list of posts on one thread, by way."""
    redactor = Redactor(recognizer)

    def redact(texts: Sequence[str]) -> None:
        for text, found in zip(texts, recognizer.detect_batch(texts, 1), strict=True):
            redactor.redact_found(text, found)

    return {
        "detect": partial(recognizer.detect_batch, threads=1),
        "judge": partial(recognizer.judge_batch, threads=1),
        "redact": redact,
    }


def cut_texts(lengths: Sequence[int]) -> list[str]:
    """Synthetic posts, one running into the next, cut into texts of these lengths."""
    needed = sum(lengths)
    stream = "，".join(natural_texts(20 + needed // 20))
    stream *= -(-needed // len(stream))
    return [stream[start:end] for start, end in pairwise(accumulate(lengths, initial=0)) if end > start]


def timed_batches(work: Callable[[Sequence[str]], object], texts: Sequence[str]) -> list[dict[str, float]]:
    """Processor seconds of batches as they come, and of posts alone from the shortest to the longest."""

    def calls(batches: Sequence[Sequence[str]]) -> None:
        for batch in batches:
            work(batch)

    step = len(texts) // ALONE
    by_length = sorted(texts, key=len)
    kinds: list[list[Sequence[str]]] = [
        [[text] for text in by_length[place : place + step : 2]] for place in range(0, step * ALONE, step)
    ]
    for size in SIZES:
        for start in range(0, 2 * POSTS, POSTS):
            part = texts[start : start + POSTS]
            kinds.append([part[place : place + size] for place in range(0, len(part), size)])
    contestants = {f"{place}": partial(calls, batches) for place, batches in enumerate(kinds)}
    found = take_turns(contestants, ROUNDS, time.process_time)
    return [
        {
            "texts": len(batches[0]),
            "tokens": round(statistics.mean(sum(map(tokens_of, batch)) for batch in batches), 1),
            "seconds": round(timing.median / len(batches), 7),
        }
        for batches, timing in zip(kinds, found.values(), strict=True)
    ]


def spread_of(work: Callable[[Sequence[str]], object], texts: Sequence[str], cost: Cost) -> float:
    """Standard deviation of posts' own seconds, relative to the cost; each is timed twice, and the less counts."""
    found = take_turns({f"{place}": partial(work, [text]) for place, text in enumerate(texts)}, 2, time.process_time)
    expected = cost.call + cost.of(np.array([tokens_of(text) for text in texts]))
    shares = [min(timing.seconds) for timing in found.values()] / expected
    return round(float(np.std(shares)), 3)


def of_service(texts: Sequence[str], cost: Cost, seconds: float) -> dict[str, Any]:
    """What the processes of a service with one worker take, and how it answers at a rate of its own."""
    bodies = [body_of(text) for text in texts]
    tokens = statistics.mean(map(tokens_of, texts))
    began = time.monotonic()
    with running(1) as (pid, port):
        started = time.monotonic() - began
        asyncio.run(closed(port, bodies, CLIENTS, min(2, seconds)))
        before, batches_before = processor_seconds(pid), _batches(port)
        crowd = asyncio.run(closed(port, bodies, CLIENTS, seconds))
        after, batches = processor_seconds(pid), _batches(port)
        posts = crowd["status"].get(200, 1)
        worker, front = ((after[name] - before[name]) / posts for name in ("workers", "front"))
        together = (batches[1] - batches_before[1]) / max(1, batches[0] - batches_before[0])
        in_library = cost.call / together + float(cost.of(np.array(tokens)))
        rate = OPEN_SHARE / (cost.call + worker)
        opened = asyncio.run(offered(port, bodies, rate, seconds))
        sizes = answer_bytes(port, texts)
        memory = resident_mib(pid)
    service = {
        "front_seconds": front,
        "worker_seconds": worker,
        "posts_a_batch": together,
        "worker_extra_seconds": max(0.0, worker - in_library),
        "start_seconds": started,
        **memory,
    }
    shown = {"posts_per_s": rate, "seconds": seconds, "p50_ms": opened["p50_ms"], "p99_ms": opened["p99_ms"]}
    return {"service": _rounded(service), "bytes": _rounded(sizes), "open_load": _rounded(shown)}


def _batches(port: int) -> tuple[float, float]:
    """Batches that the service worked on, and their posts, so far."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    connection.close()
    values = [
        sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"gaihe_batch_texts_{part}"))
        for part in ("count", "sum")
    ]
    return values[0], values[1]


def answer_bytes(port: int, texts: Sequence[str]) -> dict[str, float]:
    """Mean bytes of a request for a verdict and of its answer, with their headers, and of the answer's JSON alone."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    asked, answered, records = list[int](), list[int](), list[int]()
    for text in texts:
        body = body_of(text)
        connection.request("POST", "/v1/judge", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        records.append(len(answer.read()))
        answered.append(records[-1] + sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 19)
        asked.append(len(body) + 140)
    connection.close()
    means = [statistics.mean(values) for values in (asked, answered, records)]
    return dict(zip(("request", "answer", "record"), means, strict=True))


def _rounded(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: float(f"{value:.4g}") for name, value in figures.items()}


def write_measured(path: Path, quantiles: Mapping[float, float], seconds: float) -> None:
    """Measure, and keep the figures in a file."""
    path.write_text(json.dumps(measure(quantiles, seconds), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
