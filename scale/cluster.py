"""The scan's work on Ray: pieces are numbers, and no text passes through Ray's store.

What does is the job, for all workers: the model, the policy, a redaction's key, and how to reach the files, with the
credentials that a URI named. Ray's usage statistics and its dashboard are off, and its logs hold no text.
"""

from __future__ import annotations

import os

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")

import json
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import ray
from gaihe.scale.job import Done, Job
from gaihe.scale.pieces import Piece
from gaihe.scale.work import Unread, Worker
from gaihe.serving.core.errors import CommandError, CommandFailedError, PostError, WriteFailedError
from gaihe.serving.model.loading import ModelError
from gaihe.serving.recognition.batches import available_cores
from ray.data import ActorPoolStrategy, DataContext
from ray.exceptions import RayError

STORE_BYTES = 128 << 20
"""Of Ray's object store on a machine of its own; it holds the job and numbers."""
REACH_SECONDS = 10.0
"""Within which a cluster must take a connection."""
_OWN = (CommandError, ModelError, PostError, WriteFailedError)
_In = TypeVar("_In")
_Out = TypeVar("_Out")


@contextmanager
def cluster(address: str | None, workers: int | None) -> Iterator[int]:
    """A cluster that was started by others, or one of this machine alone for the time of the block.

    Args:
        address: of the cluster: ``auto``, or host and port; this machine alone when left out.
        workers: how many processes are to work; as many as there are cores when left out.

    Yields:
        How many processes work.

    Raises:
        CommandError: the cluster cannot be reached.
        CommandFailedError: Ray does not start.
    """
    if address is not None and "://" in address:
        raise CommandError(
            f"--address {address}: Ray Data does not work through Ray's client; give the command on a machine of the "
            "cluster, with --address auto"
        )
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR, "configure_logging": True}
    with _own_handlers():
        try:
            if address is None:
                cores = workers or available_cores()
                ray.init(num_cpus=cores, include_dashboard=False, object_store_memory=STORE_BYTES, **quiet)
            else:
                _reached(address)
                ray.init(address, **quiet)
        except Exception as error:  # Ray raises several classes, Exception itself among them
            if address is None:
                raise CommandFailedError(f"Ray does not start on this machine: {error}") from None
            raise CommandError(f"--address {address}: no Ray cluster answers there: {error}") from None
    try:
        yield workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
    finally:
        ray.shutdown()


def _reached(address: str) -> None:
    """Find out whether anybody listens at a host and port, for whom Ray itself would wait for long.

    Raises:
        OSError: nobody does.
    """
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), timeout=REACH_SECONDS).close()


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

    def one(item: _In) -> _Out:
        return function(item)

    with _own_errors():
        task = ray.remote(num_cpus=1)(one)
        results: list[_Out] = ray.get([task.remote(item) for item in items])
    return results


@contextmanager
def _own_errors() -> Iterator[None]:
    """An error of the project's that Ray has wrapped is raised as it was."""
    try:
        yield
    except RayError as error:
        chain = list(_causes(error))
        for cause in chain:
            if isinstance(cause, _OWN):
                raise cause from None
        for cause in chain:
            if isinstance(cause, OSError) and not isinstance(cause, RayError):
                raise CommandFailedError(f"a machine of the cluster cannot read or write: {cause}") from None
        raise CommandFailedError(
            f"the cluster could not do it: {type(chain[-1]).__name__}; Ray's own logs say more"
        ) from None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what lies behind it, by Ray's ``cause`` or Python's, outermost first."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = getattr(cause, "cause", None) or cause.__cause__


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
        OutputError, WriteFailedError: results cannot be written.
        CommandFailedError: the cluster is gone, or a worker failed in another way.
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
    )
    with _own_errors():
        for row in read.iter_rows():
            record = json.loads(row["told"])
            if "unread" in record:
                yield Unread(row["piece"], record["unread"])
            else:
                yield Done.from_record(row["piece"], record)
