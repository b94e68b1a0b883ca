"""The scan's work on Ray: nothing of it but the numbers of pieces passes through Ray's store.

Ray's usage statistics and its dashboard are off, and its logs hold no text.
"""

from __future__ import annotations

import os

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import json
import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import ray
from gaihe.scale.job import Done, Job
from gaihe.scale.pieces import Piece
from gaihe.scale.work import Unread, Worker
from gaihe.serving.core.errors import CommandError
from gaihe.serving.recognition.batches import available_cores
from ray.data import ActorPoolStrategy, DataContext

STORE_BYTES = 128 << 20
"""Of Ray's object store on a machine of its own; it holds the model and numbers."""
TRIES = 3
"""Times that a piece is begun again when its worker has ended."""
_In = TypeVar("_In")
_Out = TypeVar("_Out")


@contextmanager
def cluster(address: str | None, workers: int | None) -> Iterator[int]:
    """A cluster that was started by others, or one of this machine alone for the time of the block.

    Args:
        address: of the cluster: ``auto``, ``ray://…``, or host and port; this machine alone when left out.
        workers: how many processes are to work; as many as there are cores when left out.

    Yields:
        How many processes work.

    Raises:
        CommandError: the cluster cannot be reached.
    """
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR, "configure_logging": True}
    with _own_handlers():
        try:
            if address is None:
                cores = workers or available_cores()
                ray.init(num_cpus=cores, include_dashboard=False, object_store_memory=STORE_BYTES, **quiet)
            else:
                ray.init(address, **quiet)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise CommandError(f"--address {address}: no Ray cluster answers there: {error}") from None
    try:
        yield workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
    finally:
        ray.shutdown()


@contextmanager
def _own_handlers() -> Iterator[None]:
    """Handlers of signals stay what they were."""
    ours = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    if threading.current_thread() is threading.main_thread():
        for number, handler in ours.items():
            signal.signal(number, handler)


def spread(function: Callable[[_In], _Out], items: Sequence[_In]) -> list[_Out]:
    """The results of a function for some items, worked out on the cluster, in order."""
    task = ray.remote(num_cpus=1)(function)
    results: list[_Out] = ray.get([task.remote(item) for item in items])
    return results


class _PieceWorker:
    """A worker as Ray Data calls it, a process of its own that loads the model once.

    Args:
        job: in a list, so that Ray hands over where it is and not what.
    """

    def __init__(self, job: Sequence[Any]) -> None:
        self._worker = Worker(ray.get(job[0]))

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        done = self._worker.do(Piece(*json.loads(row["piece"])))
        told = {"unread": done.reason} if isinstance(done, Unread) else done.record()
        return {"piece": done.piece, "told": json.dumps(told)}


def finished(job: Job, pieces: Sequence[Piece], workers: int) -> Iterator[Done | Unread]:
    """The pieces as they are finished, in any order; a piece whose worker ends is begun again by another one.

    Each piece is a block of its own, of which a worker has one at a time: that bounds what is held in memory.

    Raises:
        ray.exceptions.RayError: a piece failed.
    """
    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    if not pieces:
        return
    told = [{"piece": json.dumps([getattr(piece, name) for name in Piece.__slots__])} for piece in pieces]
    size = min(workers, len(pieces))
    read = ray.data.from_items(told, override_num_blocks=len(told)).map(
        _PieceWorker,
        fn_constructor_args=([ray.put(job)],),
        compute=ActorPoolStrategy(size=size, max_tasks_in_flight_per_actor=1),
        num_cpus=1,
        max_restarts=-1,
        max_task_retries=TRIES,
    )
    for row in read.iter_rows():
        record = json.loads(row["told"])
        if "unread" in record:
            yield Unread(row["piece"], record["unread"])
        else:
            yield Done.from_record(row["piece"], record)
