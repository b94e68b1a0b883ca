"""What the HTTP service can carry: ``python -m benchmarks.service [--seconds S] [--workers N] [--output F.json]``.

The service runs in processes of its own beside the client, which takes its share of the cores: on a small machine that
counts against the service. Posts are synthetic. Latencies of open load are counted from when a request was due, so that
waiting in the client counts too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from gaihe.serving import Recognizer

from benchmarks.speed.texts import natural_texts, texts_of_length

CLIENTS = 64
MEGABYTE = 1 << 20
HEALTH_PAUSE = 0.1
"""Seconds between two looks at ``/healthz``."""


@dataclass
class Answers:
    """What came back: seconds by status."""

    seconds: dict[int, list[float]] = field(default_factory=dict)

    def add(self, status: int, seconds: float) -> None:
        """Note an answer; status 0 is a connection that broke."""
        self.seconds.setdefault(status, []).append(seconds)

    def summary(self, elapsed: float) -> dict[str, Any]:
        """Answers a second, and quantiles of those with status 200."""
        good = self.seconds.get(200, [])
        return {
            "answers_per_s": round(len(good) / elapsed, 1),
            "status": dict(sorted(Counter({status: len(times) for status, times in self.seconds.items()}).items())),
            "p50_ms": _quantile(good, 0.5),
            "p99_ms": _quantile(good, 0.99),
            "longest_ms": _quantile(good, 1.0),
        }


def _quantile(seconds: Sequence[float], share: float) -> float | None:
    if not seconds:
        return None
    ordered = sorted(seconds)
    return round(1_000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


class Client:
    """One connection that is kept open; as little as HTTP/1.1 needs."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, body: bytes | None = None) -> int:
        """The status of an answer; 0 when the connection broke."""
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 26)
            reader, writer = self._streams
            head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: localhost\r\n"
            if body is not None:
                head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            writer.write(head.encode() + b"\r\n" + (body or b""))
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(answer.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            if b"connection: close" in answer:
                self.close()
            return int(answer[9:12])
        except (OSError, EOFError):
            self.close()
            return 0

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


@contextmanager
def running(workers: int | None) -> Iterator[tuple[int, int]]:
    """A service on a free port: process id and port."""
    command = [sys.executable, "-m", "gaihe.serving", "serve", "--port", "0"]
    command += [] if workers is None else ["--workers", str(workers)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            address = json.loads(line).get("address") if line.startswith("{") else None
            if address:
                yield process.pid, int(address.rpartition(":")[2])
                return
        raise SystemExit("the service did not start")
    finally:
        process.terminate()
        process.communicate()


def resident_mib(pid: int) -> dict[str, float]:
    """Memory of the front process, and of all its workers together."""

    def of(one: int) -> float:
        pages = int(Path(f"/proc/{one}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

    return {"front_mib": round(of(pid), 1), "workers_mib": round(sum(map(of, _workers(pid))), 1)}


def processor_seconds(pid: int) -> dict[str, float]:
    """Processor time of the front process, and of all its workers together, so far."""

    def of(one: int) -> float:
        fields = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    return {"front": of(pid), "workers": sum(map(of, _workers(pid)))}


def _workers(pid: int) -> list[int]:
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()))


def body_of(text: str) -> bytes:
    """A request for one text."""
    return json.dumps({"text": text}, ensure_ascii=False).encode()


async def closed(port: int, bodies: Sequence[bytes], clients: int, seconds: float) -> dict[str, Any]:
    """Each client asks again as soon as it has its answer."""
    answers, posts, end = Answers(), cycle(bodies), time.monotonic() + seconds
    started = time.monotonic()

    async def client() -> None:
        connection = Client(port)
        while (asked := time.monotonic()) < end:
            answers.add(await connection.ask("/v1/detect", next(posts)), time.monotonic() - asked)
        connection.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return answers.summary(time.monotonic() - started)


async def offered(port: int, bodies: Sequence[bytes], rate: float, seconds: float) -> dict[str, Any]:
    """Requests come at random, so many a second, whether or not those before are answered."""
    answers, posts, draw = Answers(), cycle(bodies), random.Random(7)
    idle: list[Client] = []
    tasks: set[asyncio.Task[None]] = set()

    async def ask(due: float) -> None:
        connection = idle.pop() if idle else Client(port)
        answers.add(await connection.ask("/v1/detect", next(posts)), time.monotonic() - due)
        idle.append(connection)

    started = due = time.monotonic()
    while due < started + seconds:
        due += draw.expovariate(rate)
        if (pause := due - time.monotonic()) > 0:
            await asyncio.sleep(pause)
        task = asyncio.ensure_future(ask(due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    elapsed = time.monotonic() - started
    await asyncio.gather(*tasks)
    for connection in idle:
        connection.close()
    return answers.summary(elapsed)


@asynccontextmanager
async def health_watched(port: int) -> AsyncIterator[dict[str, Any]]:
    """Within the block, ``/healthz`` is looked at all the time; the result is filled in at its end."""
    answers, result = Answers(), dict[str, Any]()
    started = time.monotonic()

    async def look() -> None:
        connection = Client(port)
        while True:
            asked = time.monotonic()
            answers.add(await connection.ask("/healthz"), time.monotonic() - asked)
            await asyncio.sleep(HEALTH_PAUSE)

    looking = asyncio.ensure_future(look())
    yield result
    looking.cancel()
    result.update(answers.summary(time.monotonic() - started))


async def beside_a_megabyte(port: int, bodies: Sequence[bytes], seconds: float) -> dict[str, Any]:
    """Small posts, one after another, while a text of a megabyte is worked on."""
    large = body_of("".join(texts_of_length(1_000, MEGABYTE // 3_000)))
    done = Answers()

    async def ask_large() -> None:
        connection = Client(port)
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


async def measured(pid: int, port: int, texts: Sequence[str], seconds: float) -> dict[str, Any]:
    """All figures of a running service."""
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
    capacity = crowd["answers_per_s"]
    for share in (0.7, 3.0):
        async with health_watched(port) as health:
            load = await offered(port, bodies, share * capacity, seconds)
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
    parser.add_argument("--workers", type=int, help="of the service (default: one a core)")
    parser.add_argument("--posts", type=int, default=2_000, help="different posts (default: 2000)")
    parser.add_argument("--output", type=Path, help="a JSON file for the figures, beside standard output")
    arguments = parser.parse_args(words)
    texts = natural_texts(arguments.posts)
    alone = in_process(texts, arguments.seconds)
    with running(arguments.workers) as (pid, port):
        figures = asyncio.run(measured(pid, port, texts, arguments.seconds))
    carried = figures["64 clients"]["answers_per_s"]
    figures = {
        "posts": {"count": len(texts), "mean_characters": round(statistics.mean(map(len, texts)), 1)},
        "in process": alone | {"share_that_the_service_carries": round(carried / alone["posts_per_s"], 3)},
    } | figures
    shown = json.dumps(figures, ensure_ascii=False, indent=1)
    sys.stdout.write(shown + "\n")
    if arguments.output is not None:
        arguments.output.write_text(shown + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
