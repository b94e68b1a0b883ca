"""The workers that serve: what waits is handed to them, and one that ends is replaced."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence

from gaihe.serving.http.jobs import Item, Job, Queue
from gaihe.serving.http.logs import LOG
from gaihe.serving.http.messages import Done, Facts, Fault, Generation, Lane
from gaihe.serving.http.metrics import Metrics
from gaihe.serving.http.process import Running, WorkerError, WorkerProcess
from gaihe.serving.http.refusals import RefusalError, retry_later

SWEEP_SECONDS = 0.25
"""Between two looks for requests for which nobody waits any more."""
LONGEST_PAUSE = 10.0
"""Before a worker that ends again and again is started once more."""
SOUND_SECONDS = 30.0
"""After which a worker that ends is one that served."""
TRIES = 2
"""Workers that may end over one text."""


class Pool:
    """The workers of one generation of the model, and the queue in front of them; `start` makes them.

    Attributes:
        facts: of the model that is served.
        queue: what waits.
    """

    def __init__(self, workers: int, queue: Queue, metrics: Metrics) -> None:
        self.queue = queue
        self.facts: Facts
        self._size = workers
        self._metrics = metrics
        self._generation: Generation
        self._workers: list[WorkerProcess] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._jobs: set[Job] = set()
        self._closing = False

    async def start(self, generation: Generation) -> None:
        """Load a model in as many workers as there are to be.

        Raises:
            WorkerError: a worker cannot serve.
        """
        await self.replace(generation)
        self._keep(self._sweep())

    async def replace(self, generation: Generation) -> None:
        """Serve another generation; the workers before finish what they have.

        Raises:
            WorkerError: a worker cannot serve it; everything stays as it was.
        """
        workers = await _started(generation, self._size)
        before, self._workers, self._generation = self._workers, [], generation
        self.facts = workers[0].facts
        for worker in workers:
            self._add(worker)
        for worker in before:
            self._keep(_retire(worker))

    @property
    def ready(self) -> int:
        """How many workers serve."""
        return len(self._workers)

    @property
    def size(self) -> int:
        """How many workers there are to be."""
        return self._size

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return [worker.pid for worker in self._workers]

    @property
    def open_jobs(self) -> int:
        """Jobs that are accepted and not answered."""
        return len(self._jobs)

    async def answer(self, job: Job) -> list[bytes | Fault]:
        """Work on a job.

        Raises:
            RefusalError: too much waits already, or the job was not done in time.
        """
        self.queue.put(job)
        self._jobs.add(job)
        try:
            self._dispatch()
            return await job.answer
        finally:
            job.answer.cancel()
            self._jobs.discard(job)

    def refuse_all(self, code: str, message: str) -> None:
        """Refuse what is not answered."""
        for job in self._jobs:
            job.refuse(retry_later(503, code, message, 1))

    async def close(self) -> None:
        """End all workers."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*(worker.end() for worker in self._workers))

    def _dispatch(self) -> None:
        for lane in Lane:
            while (worker := self._free(lane)) is not None:
                items = self.queue.take(lane)
                if not items:
                    break
                worker.send(lane, items)

    def _free(self, lane: Lane) -> WorkerProcess | None:
        """A worker whose lane is free, best one with nothing else to do."""
        free = (worker for worker in self._workers if worker.is_open and lane not in worker.running)
        return min(free, key=lambda worker: len(worker.running), default=None)

    def _add(self, worker: WorkerProcess) -> None:
        self._workers.append(worker)
        self._keep(self._serve(worker))
        self._dispatch()

    async def _serve(self, worker: WorkerProcess) -> None:
        await worker.serve(self._done)
        is_missed = worker in self._workers
        if is_missed:
            self._workers.remove(worker)
        self._again(worker)
        self._dispatch()
        await worker.end()
        if not is_missed:
            return
        self._metrics.ended_workers.inc()
        LOG.error("a worker ended and is replaced", extra={"pid": worker.pid, "exit_code": worker.exit_code})
        await self._restart(pause=0.0 if time.monotonic() - worker.started > SOUND_SECONDS else 0.5)

    def _again(self, worker: WorkerProcess) -> None:
        """Let the texts of a worker that ended be tried once more, each alone, those of a whole job together."""
        apart: dict[Job | Item, list[Item]] = {}
        for running in worker.running.values():
            for item in running.items:
                apart.setdefault(item.job if item.job.whole else item, []).append(item)
        worker.running.clear()
        for items in apart.values():
            if items[0].tried + 1 < TRIES:
                self.queue.put_back(items)
                continue
            for item in items:
                item.job.settle(item.position, Fault("worker_failed"))

    async def _restart(self, pause: float) -> None:
        while not self._closing:
            await asyncio.sleep(pause)
            generation = self._generation
            try:
                (worker,) = await _started(generation, 1)
            except WorkerError as error:
                LOG.error("a worker cannot be started", extra={"reason": str(error)})
                pause = min(LONGEST_PAUSE, max(0.5, 2 * pause))
                continue
            if generation is self._generation and len(self._workers) < self._size:
                self._add(worker)
            else:
                await worker.end()
            return

    def _done(self, lane: Lane, running: Running, done: Done) -> None:
        jobs = list(dict.fromkeys(item.job for item in running.items))
        for place, mapping in done.mappings.items():
            jobs[place].mapping = mapping
        for item, result in zip(running.items, done.results, strict=True):
            if isinstance(result, Fault) and result.place and running.cancelled is None:
                LOG.error("a text failed", extra={"code": result.code, "place": result.place})
            item.job.settle(item.position, result)
        if running.cancelled is None:
            seconds = time.monotonic() - running.since
            self.queue.worked(lane, running.tokens, seconds, self._size)
            self._metrics.batch(lane, len(running.items), running.tokens, seconds, done)
        else:
            self._metrics.abandoned.inc()
        self._dispatch()

    async def _sweep(self) -> None:
        """Let go of requests that are overdue, or whose callers are gone."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = time.monotonic()
            for job in self._jobs:
                if now > job.deadline:
                    job.refuse(retry_later(504, "too_slow", "the answer took too long: send less text at a time", 1))
                elif job.dead:
                    job.refuse(RefusalError(499, "gone", "the caller closed the connection"))
            self.queue.drop_dead()
            for worker in self._workers:
                worker.cancel_dead()

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _started(generation: Generation, count: int) -> list[WorkerProcess]:
    """Workers with a model loaded, all or none."""
    starting = [asyncio.ensure_future(WorkerProcess.start(generation)) for _ in range(count)]
    results: Sequence[WorkerProcess | BaseException] = await asyncio.gather(*starting, return_exceptions=True)
    workers = [result for result in results if isinstance(result, WorkerProcess)]
    errors = [result for result in results if isinstance(result, BaseException)]
    if errors:
        await asyncio.gather(*(worker.end() for worker in workers))
        raise errors[0]
    return workers


async def _retire(worker: WorkerProcess) -> None:
    """End a worker when it has finished what it has."""
    while worker.running:
        await asyncio.sleep(SWEEP_SECONDS)
        worker.cancel_dead()
    await worker.end()
