"""One service, simulated event by event: a front process, a bounded queue, and workers that take batches.

It follows ``serving/http``: a worker that is free takes what waits at once, up to `BATCH_TOKENS`; nothing waits for a
batch to fill. A post that does not fit into what is left of a batch begins the next one, as it does there.
Requests have one text, of the lane of small ones.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np
import simpy
from gaihe.serving.http.jobs import BATCH_TOKENS
from gaihe.serving.http.settings import Limits
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ServiceModel:
    """What a service is made of.

    Attributes:
        workers: processes that run the model, each on a core of its own.
        front_seconds: of the front process for a request: half before it waits, half for its answer.
        call_seconds: of a worker for a batch, beside those of its posts.
        batch_tokens: of a batch, unless one post alone has more.
        waiting_tokens: that may wait, for each worker; without bound when ``None``.
        connections: requests that may be open; without bound when ``None``.
    """

    workers: int
    front_seconds: float = 0.0
    call_seconds: float = 0.0
    batch_tokens: int = BATCH_TOKENS
    waiting_tokens: int | None = Limits().small_tokens
    connections: int | None = Limits().connections


@dataclass(frozen=True)
class Requests:
    """What comes in, in order.

    Attributes:
        times: when, in seconds from the start.
        tokens: of each post.
        seconds: of a worker for each post.
    """

    times: Floats
    tokens: NDArray[np.int64]
    seconds: Floats


@dataclass(frozen=True)
class Outcome:
    """What became of the requests, in their order; all in seconds.

    Attributes:
        times: when they came.
        waited: until a worker took them; NaN of those refused.
        answered: until the answer was out, a refusal too.
        refused: whether they were told to come back.
        busy: share of the workers' time that was worked until the last request came.
    """

    times: Floats
    waited: Floats
    answered: Floats
    refused: NDArray[np.bool_]
    busy: float


def simulate(model: ServiceModel, requests: Requests) -> Outcome:
    """Let a service answer all requests."""
    return _Run(model, requests).outcome()


class _Run:
    def __init__(self, model: ServiceModel, requests: Requests) -> None:
        self._model, self._requests = model, requests
        self._environment = simpy.Environment()
        self._times, self._tokens = requests.times.tolist(), requests.tokens.tolist()
        self._seconds = requests.seconds.tolist()
        self._todo: deque[tuple[Callable[[int], None], int]] = deque()
        self._wake: simpy.Event | None = None
        self._queue: deque[int] = deque()
        self._waiting = self._open = 0
        self._free = model.workers
        self._bound = float("inf") if model.waiting_tokens is None else model.waiting_tokens * model.workers
        self._connections = float("inf") if model.connections is None else model.connections
        count = len(self._times)
        self._taken, self._ended = [float("nan")] * count, [float("nan")] * count
        self._refused = [False] * count
        self._worked = 0.0

    def outcome(self) -> Outcome:
        self._environment.process(self._arrivals())
        if self._model.front_seconds:
            self._environment.process(self._front())
        self._environment.run()
        times = self._requests.times
        return Outcome(
            times,
            np.array(self._taken) - times,
            np.array(self._ended) - times,
            np.array(self._refused, dtype=np.bool_),
            self._worked / (self._model.workers * (times[-1] if len(times) else 1.0)),
        )

    def _arrivals(self) -> Generator[simpy.Event, object, None]:
        environment = self._environment
        for index, time in enumerate(self._times):
            if time > environment.now:
                yield environment.timeout(time - environment.now)
            if self._open >= self._connections:
                self._refused[index] = True
                self._ended[index] = environment.now
                continue
            self._open += 1
            self._hand(self._admit, index)

    def _front(self) -> Generator[simpy.Event, object, None]:
        environment, half = self._environment, self._model.front_seconds / 2
        while True:
            if not self._todo:
                self._wake = environment.event()
                yield self._wake
            step, index = self._todo.popleft()
            yield environment.timeout(half)
            step(index)

    def _hand(self, step: Callable[[int], None], index: int) -> None:
        """Let the front process do a step."""
        if not self._model.front_seconds:
            step(index)
            return
        self._todo.append((step, index))
        if self._wake is not None:
            wake, self._wake = self._wake, None
            wake.succeed()

    def _admit(self, index: int) -> None:
        tokens = self._tokens[index]
        if self._waiting and self._waiting + tokens > self._bound:
            self._refused[index] = True
            self._hand(self._answer, index)
            return
        self._queue.append(index)
        self._waiting += tokens
        self._dispatch()

    def _dispatch(self) -> None:
        while self._free and self._queue:
            batch = self._batch()
            self._free -= 1
            now = self._environment.now
            for index in batch:
                self._taken[index] = now
            seconds = self._model.call_seconds + sum(self._seconds[index] for index in batch)
            if now + seconds <= self._times[-1]:
                self._worked += seconds
            done = self._environment.timeout(seconds, batch)
            assert done.callbacks is not None
            done.callbacks.append(self._done)

    def _batch(self) -> list[int]:
        batch: list[int] = []
        room = self._model.batch_tokens
        while self._queue and room > 0:
            index = self._queue.popleft()
            tokens = self._tokens[index]
            if batch and tokens > room:
                self._queue.appendleft(index)
                break
            room -= tokens
            self._waiting -= tokens
            batch.append(index)
        return batch

    def _done(self, event: simpy.Event) -> None:
        self._free += 1
        self._dispatch()
        batch: list[int] = event.value or []
        for index in batch:
            self._hand(self._answer, index)

    def _answer(self, index: int) -> None:
        self._ended[index] = self._environment.now
        self._open -= 1
