"""Latency of single posts, and throughput by batch size and threads."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from gaihe.training.evaluate.systems import System
from gaihe.training.reports.benchmark.models import ModelSystem
from gaihe.training.reports.benchmark.sets import PostSet

BATCHES = (1, 32, 256)
WARM_UP = 5
_POOL = 5000


def sample_texts(sets: Sequence[PostSet], count: int) -> list[str]:
    """Texts spread evenly over the first posts of every set."""
    texts: list[str] = []
    for posts in sets:
        pool = [post.text for post in islice(posts.read(), _POOL)]
        share = min(len(pool), -(-count // len(sets)))
        texts += [pool[int(place)] for place in np.linspace(0, len(pool) - 1, share)]
    return texts[:count]


def latency(system: System, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds a post, one post a call, after a warm-up."""
    for text in texts[:WARM_UP]:
        system.detect([text])
    times = []
    for text in texts:
        begun = time.perf_counter()
        system.detect([text])
        times.append(1000 * (time.perf_counter() - begun))
    p50, p95, p99 = np.percentile(times, (50, 95, 99))
    return {
        "mean": float(np.mean(times)),
        "p50": float(p50),
        "p95": float(p95),
        "p99": float(p99),
        "max": float(max(times)),
    }


def throughput(system: System, texts: Sequence[str], batch: int) -> dict[str, float]:
    """Posts and characters a second at so many posts a call."""
    begun = time.perf_counter()
    for start in range(0, len(texts), batch):
        system.detect(texts[start : start + batch])
    seconds = time.perf_counter() - begun
    return {"posts_per_second": len(texts) / seconds, "characters_per_second": sum(map(len, texts)) / seconds}


def measure_speed(system: System, texts: Sequence[str]) -> dict[str, Any]:
    """Latency and throughput of a system; a model is measured on one thread and on as many as there are cores."""
    cores = os.cpu_count() or 1
    threads = (1, *{2, cores} - {1}) if isinstance(system, ModelSystem) and cores > 1 else (1,)
    rows = []
    for number in sorted(threads):
        variant = replace(system, threads=number) if isinstance(system, ModelSystem) else system
        rows += [
            {"batch": batch, "threads": number, **throughput(variant, texts, batch)}
            for batch in BATCHES
            if batch == 1 or batch <= len(texts)
        ]
    single = replace(system, threads=1) if isinstance(system, ModelSystem) else system
    return {
        "system": system.name,
        "posts": len(texts),
        "characters": sum(map(len, texts)),
        "latency_ms": latency(single, texts),
        "throughput": rows,
    }
