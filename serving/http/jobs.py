"""Requests that wait for a worker: two lanes, bounded in tokens, out of which batches are taken."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gaihe.serving.http.messages import Action, Fault, Lane, Task
from gaihe.serving.http.refusals import RefusalError, retry_later

SMALL_REQUEST = 2_048
"""Tokens of the largest request of the lane of small ones."""
BATCH_TOKENS = 2_048
"""Tokens of a batch, unless one text alone has more: about 50 ms of a core."""
_FIRST_RATE = 20_000.0
"""Tokens a second of a lane that are assumed until some were worked on."""
_SMOOTHING = 0.1


def tokens_of(text: str) -> int:
    """What a text costs: its characters, a start and an end."""
    return len(text) + 2


class Job:
    """A request that is worked on.

    Attributes:
        texts, task: what is asked.
        tokens: of all texts.
        deadline: when it must be answered, by the monotonic clock.
        answer: the results, in the order of the texts; or the refusal.
        mapping: the pseudonyms of its texts, as a JSON object.
    """

    def __init__(self, texts: Sequence[str], task: Task, seconds: float, waits: Callable[[], bool]) -> None:
        self.texts, self.task = texts, task
        self.tokens = sum(map(tokens_of, texts))
        self.deadline = time.monotonic() + seconds
        self.answer: asyncio.Future[list[bytes | Fault]] = asyncio.get_running_loop().create_future()
        self.mapping: bytes | None = None
        self._waits = waits
        self._results: list[bytes | Fault | None] = [None] * len(texts)
        self._missing = len(texts)

    @property
    def lane(self) -> Lane:
        """Where it waits."""
        return Lane.SMALL if self.tokens <= SMALL_REQUEST else Lane.LARGE

    @property
    def whole(self) -> bool:
        """Whether one worker must have all texts at once: they share their pseudonyms, or how much may be restored."""
        redaction = self.task.redaction
        return redaction is not None and (self.task.action is Action.RESTORE or redaction.policy.reversible)

    @property
    def dead(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.answer.done() or not self._waits()

    def settle(self, position: int, result: bytes | Fault) -> None:
        """Note the result of a text; with the last one the job is answered."""
        if self._results[position] is None:
            self._results[position] = result
            self._missing -= 1
        if not self._missing and not self.answer.done():
            self.answer.set_result([result for result in self._results if result is not None])

    def refuse(self, refusal: RefusalError) -> None:
        """Answer it with an error, unless it is answered."""
        if not self.answer.done():
            self.answer.set_exception(refusal)


@dataclass(frozen=True, slots=True)
class Item:
    """A text of a job.

    Attributes:
        job, position: which one.
        tried: how many workers ended while they worked on it.
    """

    job: Job
    position: int
    tried: int = 0

    @property
    def text(self) -> str:
        """The text."""
        return self.job.texts[self.position]


@dataclass(slots=True)
class _Lane:
    bound: int
    again: deque[list[Item]] = field(default_factory=deque)
    jobs: deque[deque[Item]] = field(default_factory=deque)
    tokens: int = 0
    rate: float = _FIRST_RATE


class Queue:
    """Requests that wait; those of a lane take turns, a batch each. One that finds no room in a batch begins the next.

    Args:
        bounds: tokens that may wait, by lane.
    """

    def __init__(self, bounds: Sequence[int]) -> None:
        self._lanes = [_Lane(bound) for bound in bounds]

    def tokens(self, lane: Lane) -> int:
        """Tokens that wait in a lane."""
        return self._lanes[lane].tokens

    def put(self, job: Job) -> None:
        """Let a job wait.

        Raises:
            RefusalError: too many tokens wait already.
        """
        lane = self._lanes[job.lane]
        if lane.tokens and lane.tokens + job.tokens > lane.bound:
            seconds = lane.tokens / lane.rate
            raise retry_later(429, "queue_full", "too many characters wait already: come back later", seconds)
        lane.jobs.append(deque(Item(job, position) for position in range(len(job.texts))))
        lane.tokens += job.tokens

    def put_back(self, items: Sequence[Item]) -> None:
        """Let texts of a job wait whose worker ended; they are worked on next, and no others with them."""
        lane = self._lanes[items[0].job.lane]
        lane.again.append([Item(item.job, item.position, item.tried + 1) for item in items])
        lane.tokens += sum(tokens_of(item.text) for item in items)

    def take(self, which: Lane) -> list[Item]:
        """The next batch of a lane; empty when nothing waits."""
        lane = self._lanes[which]
        while lane.again:
            again = lane.again.popleft()
            lane.tokens -= sum(tokens_of(item.text) for item in again)
            if not again[0].job.dead:
                return again
        batch: list[Item] = []
        room = BATCH_TOKENS
        while lane.jobs and room > 0:
            items = lane.jobs.popleft()
            if items[0].job.dead:
                lane.tokens -= sum(tokens_of(item.text) for item in items)
                continue
            whole, untouched = items[0].job.whole, len(items)
            if whole and batch and items[0].job.tokens > room:
                lane.jobs.appendleft(items)
                break
            while items and (whole or not batch or tokens_of(items[0].text) <= room):
                item = items.popleft()
                room -= tokens_of(item.text)
                lane.tokens -= tokens_of(item.text)
                batch.append(item)
            if items:
                if len(items) == untouched:
                    lane.jobs.appendleft(items)
                else:
                    lane.jobs.append(items)
                break
        return batch

    def drop_dead(self) -> None:
        """Forget the jobs for which nobody waits any more."""
        for lane in self._lanes:
            kept = deque(items for items in lane.jobs if not items[0].job.dead)
            if len(kept) < len(lane.jobs):
                lane.jobs = kept
                waiting = [item for items in (*kept, *lane.again) for item in items]
                lane.tokens = sum(tokens_of(item.text) for item in waiting)

    def worked(self, which: Lane, tokens: int, seconds: float, workers: int) -> None:
        """Learn how fast a batch went, by which callers are told when to come back."""
        lane = self._lanes[which]
        lane.rate += _SMOOTHING * (tokens / max(seconds, 1e-6) * workers - lane.rate)
