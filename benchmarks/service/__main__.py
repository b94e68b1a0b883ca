"""What the HTTP service can carry: ``python -m benchmarks.service [--seconds S] [--workers N] [--output F.json]``.

The service runs in processes of its own beside the client, which takes its share of the cores: on a small machine that
counts against the service. Where ``wrk`` is installed, it makes the requests of the 64 clients once more, for much less
processor time than a client in Python. Posts are synthetic. Latencies of open load are counted from when a request was
due, so that waiting in the client counts too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

from gaihe.serving import Recognizer

from benchmarks.service.clients import Answers, Client, body_of, closed, closed_by_wrk, health_watched, offered
from benchmarks.service.processes import processor_seconds, resident_mib, running
from benchmarks.speed.texts import natural_texts, texts_of_length

CLIENTS = 64
MEGABYTE = 1 << 20


async def beside_a_megabyte(port: int, bodies: Sequence[bytes], seconds: float) -> dict[str, Any]:
    """Small posts, one after another, while a text of a megabyte is worked on."""
    large = body_of("".join(texts_of_length(1_000, MEGABYTE // 3_000)))
    done = Answers()

    async def ask_large() -> None:
        connection = Client(port, done)
        while True:
            asked = time.monotonic()
            done.add(await connection.ask("/v1/detect", large), time.monotonic() - asked)

    working = asyncio.ensure_future(ask_large())
    await asyncio.sleep(0.5)
    small = await closed(port, bodies, 1, max(seconds, 3))
    working.cancel()
    return small | {"megabytes_answered": sum(map(len, done.seconds.values()))}


def in_process(texts: Sequence[str], seconds: float) -> dict[str, float]:
    """What ``detect_batch`` reads, as many posts at once as the service has clients, on all cores."""
    recognizer, rates = Recognizer.load(), list[float]()
    begun, end = time.process_time(), time.monotonic() + seconds
    batches = cycle([texts[start : start + CLIENTS] for start in range(0, len(texts) - CLIENTS + 1, CLIENTS)])
    while (started := time.monotonic()) < end:
        recognizer.detect_batch(next(batches))
        rates.append(CLIENTS / (time.monotonic() - started))
    spent = (time.process_time() - begun) / (CLIENTS * len(rates))
    return {
        "posts_per_s": round(statistics.harmonic_mean(rates), 1),
        "processor_ms_per_post": round(1_000 * spent, 3),
    }


async def measured(pid: int, port: int, texts: Sequence[str], seconds: float, steady: float) -> dict[str, Any]:
    """All figures of a running service; ``steady`` are the seconds at 70% of its capacity."""
    bodies = [body_of(text) for text in texts]
    sixty = [body_of(text) for text in texts_of_length(60, 200)]
    await closed(port, bodies, CLIENTS, min(2, seconds))
    figures: dict[str, Any] = {"at rest": resident_mib(pid)}
    before = processor_seconds(pid)
    figures["64 clients"] = crowd = await closed(port, bodies, CLIENTS, seconds)
    spent = {name: after - before[name] for name, after in processor_seconds(pid).items()}
    crowd["processor_ms_per_post"] = {
        name: round(1_000 * own / crowd["status"].get(200, 1), 3) for name, own in spent.items()
    }
    if by_wrk := await asyncio.to_thread(closed_by_wrk, port, bodies, CLIENTS, seconds):
        figures["64 clients of wrk"] = by_wrk
    capacity = crowd["answers_per_s"]
    for share, lasting in ((0.7, steady), (3.0, seconds)):
        async with health_watched(port) as health:
            load = await offered(port, bodies, share * capacity, lasting)
            memory = resident_mib(pid)
        figures[f"{share:.0%} load"] = load | memory | {"health": health}
    figures["60 characters alone"] = await closed(port, sixty, 1, seconds)
    figures["60 characters beside a megabyte"] = await beside_a_megabyte(port, sixty, seconds)
    figures["at the end"] = resident_mib(pid)
    return figures


def main(words: Sequence[str] | None = None) -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="of each measurement (default: 20)")
    parser.add_argument("--steady-seconds", type=float, help="of that at 70%% of what it carries (default: the same)")
    parser.add_argument("--workers", type=int, help="of the service (default: one a core)")
    parser.add_argument("--posts", type=int, default=2_000, help=f"different posts, {CLIENTS} at least (default: 2000)")
    parser.add_argument("--output", type=Path, help="a JSON file for the figures, beside standard output")
    arguments = parser.parse_args(words)
    if arguments.posts < CLIENTS:
        parser.error(f"--posts must be at least {CLIENTS}, one for each client, not {arguments.posts}")
    texts = natural_texts(arguments.posts)
    alone = in_process(texts, arguments.seconds)
    with running(arguments.workers) as (pid, port):
        figures = asyncio.run(
            measured(pid, port, texts, arguments.seconds, arguments.steady_seconds or arguments.seconds)
        )
    figures = {
        "posts": {"count": len(texts), "mean_characters": round(statistics.mean(map(len, texts)), 1)},
        "in process": alone,
    } | figures
    for clients in ("64 clients", "64 clients of wrk"):
        if clients in figures:
            share = figures[clients]["answers_per_s"] / alone["posts_per_s"]
            figures[clients]["share_of_in_process"] = round(share, 3)
    shown = json.dumps(figures, ensure_ascii=False, indent=1)
    sys.stdout.write(shown + "\n")
    if arguments.output is not None:
        arguments.output.write_text(shown + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
