"""Clients that load a service, and what they saw."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing import Queue, get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

HEALTH_PAUSE = 0.1
"""Seconds between two looks at ``/healthz``."""


@dataclass
class Answers:
    """What came back: seconds by status; and how many questions were asked again.

    A question is asked again where its connection had been open before and broke without a byte of an answer.
    """

    seconds: dict[int, list[float]] = field(default_factory=dict)
    asked_again: int = 0

    def add(self, status: int, seconds: float) -> None:
        """Note an answer; status 0 is a connection that broke."""
        self.seconds.setdefault(status, []).append(seconds)

    def summary(self, elapsed: float) -> dict[str, Any]:
        """Answers a second, and quantiles of those with status 200."""
        good = self.seconds.get(200, [])
        return {
            "answers_per_s": round(len(good) / elapsed, 1),
            "asked_again": self.asked_again,
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
    """One connection that is kept open; as little as HTTP/1.1 needs.

    Args:
        port: of the service.
        answers: where it is noted how often a question is asked again.
    """

    def __init__(self, port: int, answers: Answers) -> None:
        self._port, self._answers = port, answers
        self._begun = False
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, body: bytes | None = None) -> int:
        """The status of an answer; 0 when the connection broke.

        One that was open before, and that the service closed as idle, is opened anew, as every client does; unless it
        broke when an answer had begun.
        """
        used = self._streams is not None
        try:
            return await self._asked(path, body)
        except (OSError, EOFError):
            self.close()
        if not used or self._begun:
            return 0
        self._answers.asked_again += 1
        try:
            return await self._asked(path, body)
        except (OSError, EOFError):
            self.close()
            return 0

    async def _asked(self, path: str, body: bytes | None) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 26)
        reader, writer = self._streams
        head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: localhost\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"\r\n" + (body or b""))
        self._begun = False
        first = await reader.readexactly(1)
        self._begun = True
        answer = (first + await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answer.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        if b"connection: close" in answer:
            self.close()
        return int(answer[9:12])

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def body_of(text: str) -> bytes:
    """A request for one text."""
    return json.dumps({"text": text}, ensure_ascii=False).encode()


async def closed(port: int, bodies: Sequence[bytes], clients: int, seconds: float) -> dict[str, Any]:
    """Each client asks again as soon as it has its answer."""
    answers, posts, end = Answers(), cycle(bodies), time.monotonic() + seconds
    started = time.monotonic()

    async def client() -> None:
        connection = Client(port, answers)
        while (asked := time.monotonic()) < end:
            answers.add(await connection.ask("/v1/detect", next(posts)), time.monotonic() - asked)
        connection.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return answers.summary(time.monotonic() - started)


_WRK_SCRIPT = """local bodies, place = {}, 0
function init()
  wrk.headers["Content-Type"] = "application/json"
  for line in io.lines(os.getenv("BODIES")) do
    bodies[#bodies + 1] = wrk.format("POST", "/v1/detect", nil, line)
  end
end
function request()
  place = place % #bodies + 1
  return bodies[place]
end
"""


_WRK_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3_600.0}


def closed_by_wrk(port: int, bodies: Sequence[bytes], clients: int, seconds: float) -> dict[str, Any] | None:
    """The same as `closed`, by ``wrk``; ``None`` where it is not installed."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        script, lines = Path(folder, "posts.lua"), Path(folder, "bodies")
        script.write_text(_WRK_SCRIPT, encoding="utf-8")
        lines.write_bytes(b"\n".join(bodies) + b"\n")
        command = [wrk, "-t1", f"-c{clients}", f"-d{seconds:.0f}s", "--latency", "-s", script]
        shown = subprocess.run(
            [*command, f"http://127.0.0.1:{port}"],
            env=os.environ | {"BODIES": str(lines)}, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    return wrk_figures(shown)


def wrk_figures(shown: str) -> dict[str, Any]:
    """What ``wrk`` shows; its own rate counts refusals too, this one does not."""
    ((count, seconds, unit),) = re.findall(r"^\s*(\d+) requests in ([\d.]+)([a-z]+),", shown, re.M)
    found = re.search(r"Non-2xx or 3xx responses: (\d+)", shown)
    refused = int(found[1]) if found else 0
    broken = re.search(r"Socket errors: (.*)", shown)
    return {
        "answers_per_s": round((int(count) - refused) / (float(seconds) * _WRK_UNITS[unit]), 1),
        "other_answers": refused,
        "broken": broken.group(1) if broken else "none",
        "p50": re.findall(r"^\s+50%\s+(\S+)", shown, re.M)[0],
        "p99": re.findall(r"^\s+99%\s+(\S+)", shown, re.M)[0],
    }


async def offered(port: int, bodies: Sequence[bytes], rate: float, seconds: float) -> dict[str, Any]:
    """Requests come at random, so many a second, whether or not those before are answered."""
    answers, posts, draw = Answers(), cycle(bodies), random.Random(7)
    idle: list[Client] = []
    tasks: set[asyncio.Task[None]] = set()

    async def ask(due: float) -> None:
        connection = idle.pop() if idle else Client(port, answers)
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
    offering = time.monotonic() - started
    await asyncio.gather(*tasks)
    for connection in idle:
        connection.close()
    asked = sum(map(len, answers.seconds.values()))
    return {"asked_per_s": round(asked / offering, 1)} | answers.summary(time.monotonic() - started)


@asynccontextmanager
async def health_watched(port: int) -> AsyncIterator[dict[str, Any]]:
    """Within the block, a process of its own looks at ``/healthz`` all the time; the result is filled in at its end."""
    context, result = get_context("spawn"), dict[str, Any]()
    stop, answers = context.Event(), context.Queue()
    process = context.Process(target=_look_at_health, args=(port, stop, answers), daemon=True)
    process.start()
    yield result
    stop.set()
    result.update(await asyncio.to_thread(answers.get))
    process.join()


def _look_at_health(port: int, stop: Event, answers: Queue[dict[str, Any]]) -> None:
    async def look() -> dict[str, Any]:
        seen, started = Answers(), time.monotonic()
        connection = Client(port, seen)
        while not stop.is_set():
            asked = time.monotonic()
            seen.add(await connection.ask("/healthz"), time.monotonic() - asked)
            await asyncio.sleep(HEALTH_PAUSE)
        return seen.summary(time.monotonic() - started)

    answers.put(asyncio.run(look()))
