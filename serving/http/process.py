"""One worker process, seen from the front process."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from gaihe.serving.http.jobs import Item, tokens_of
from gaihe.serving.http.messages import (
    Batch,
    Cancel,
    Done,
    Facts,
    Generation,
    Lane,
    Task,
    Unusable,
    packed,
    receive_message,
)

START_SECONDS = 60.0
"""Within which a worker must have loaded its model."""
END_SECONDS = 2.0
"""Within which a worker must have ended once its pipe is closed."""
HUNG_SECONDS = 10.0
"""Within which a worker must have let go of a cancelled batch."""


class WorkerError(Exception):
    """A worker that cannot serve; the message says why."""


@dataclass(slots=True)
class Running:
    """A batch that a worker has.

    Attributes:
        number: the batch's.
        items: its texts.
        tokens: of all of them.
        since: when it was sent, by the monotonic clock.
        cancelled: when it was cancelled.
    """

    number: int
    items: list[Item]
    tokens: int
    since: float
    cancelled: float | None = None


class WorkerProcess:
    """One worker process; `start` makes one.

    Attributes:
        facts: of its model.
        running: its batches, by lane.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process, self._pipe, self._answers = process, process.stdin, process.stdout
        self._number = 0
        self.facts: Facts
        self.running: dict[Lane, Running] = {}
        self.started = time.monotonic()

    @classmethod
    async def start(cls, generation: Generation) -> WorkerProcess:
        """Start a worker and wait until its model is loaded.

        Raises:
            WorkerError: it cannot serve.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "gaihe.serving.http.worker",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        except OSError as error:
            raise WorkerError(f"a worker cannot be started: {error.strerror}") from None
        worker = cls(process)
        try:
            async with asyncio.timeout(START_SECONDS):
                worker._pipe.write(packed(generation))
                await worker._pipe.drain()
                message = await receive_message(worker._answers)
        except TimeoutError:
            worker.kill()
            raise WorkerError(f"a worker did not load the model within {START_SECONDS:g} seconds") from None
        except (EOFError, OSError, RuntimeError):
            worker.kill()
            raise WorkerError("a worker ended while it started") from None
        except asyncio.CancelledError:
            worker.kill()
            raise
        if isinstance(message, Unusable):
            await worker.end()
            raise WorkerError(message.reason)
        worker.facts = message
        return worker

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended: negative, the number of a signal."""
        return self._process.returncode

    @property
    def is_open(self) -> bool:
        """Whether it can be handed work."""
        return not self._pipe.is_closing()

    def send(self, lane: Lane, items: list[Item]) -> None:
        """Let it work on some texts; if it is gone, they are among what it has running when `serve` ends."""
        tasks: list[Task] = []
        places: dict[int, int] = {}
        texts = []
        for item in items:
            task = item.job.task
            if id(task) not in places:
                places[id(task)] = len(tasks)
                tasks.append(task)
            texts.append((places[id(task)], item.text))
        self._number += 1
        tokens = sum(tokens_of(item.text) for item in items)
        self.running[lane] = Running(self._number, items, tokens, time.monotonic())
        self._write(Batch(self._number, lane, tasks, texts))

    async def serve(self, done: Callable[[Lane, Running, Done], None]) -> None:
        """Hand on what it answers, until it is gone."""
        with suppress(EOFError, OSError):
            while True:
                message: Done = await receive_message(self._answers)
                lane = next(lane for lane, running in self.running.items() if running.number == message.number)
                done(lane, self.running.pop(lane), message)

    def cancel_dead(self) -> None:
        """Cancel the batches for which nobody waits any more; a worker that does not let go of one is killed."""
        now = time.monotonic()
        for running in self.running.values():
            if running.cancelled is None:
                if all(item.job.dead for item in running.items):
                    running.cancelled = now
                    self._write(Cancel(running.number))
            elif now - running.cancelled > HUNG_SECONDS:
                self.kill()

    def _write(self, message: object) -> None:
        """Write a message; a pipe that cannot take it is one whose process has ended, or is to end."""
        try:
            self._pipe.write(packed(message))
        except (OSError, RuntimeError):
            self.kill()

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            self._process.kill()

    async def end(self) -> None:
        """Close its pipe, and wait until it is gone."""
        self._pipe.close()
        try:
            async with asyncio.timeout(END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()
