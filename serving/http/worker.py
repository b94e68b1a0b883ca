"""A worker process: loads a model, and works on what comes through standard input until that ends."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, BinaryIO

from gaihe.serving.http.messages import (
    Batch,
    Cancel,
    Done,
    Facts,
    Fault,
    Generation,
    Lane,
    Unusable,
    packed,
    read_message,
)
from gaihe.serving.http.working import Work, place_of
from gaihe.serving.model.model_file import ModelError, ModelMetadata, session_of
from gaihe.serving.model.runtime import onnxruntime as ort
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.recognition.scoring import Session
from gaihe.serving.types import sheet_of
from gaihe.serving.verdict.policy import Policy

SWITCH_SECONDS = 0.0005
"""How long a lane may keep the interpreter from the other."""
NICENESS = {Lane.SMALL: 3, Lane.LARGE: 8}
"""Of the lanes' threads: where cores are fewer than threads, the front process goes first, then small requests."""


_Loaded = tuple[ort.InferenceSession, ModelMetadata]


class _AbandonedError(BaseException):
    """Nobody waits for the batch any more; no ``except Exception`` holds it up."""


class _StoppableSession:
    """A session whose next run is refused once its batch is cancelled."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.cancelled = threading.Event()

    def run(self, outputs: Sequence[str] | None, inputs: dict[str, Any]) -> list[Any]:
        if self.cancelled.is_set():
            raise _AbandonedError
        return self._session.run(outputs, inputs)


class _LaneThread(threading.Thread):
    """Works on the batches of a lane, one after another."""

    def __init__(self, lane: Lane, loaded: _Loaded, policies: Mapping[str, Policy], worker: _Worker) -> None:
        super().__init__(name=lane.name.lower(), daemon=True)
        self._lane, self._worker = lane, worker
        session, metadata = loaded
        self._session = _StoppableSession(session)
        recognizer = Recognizer(self._session, metadata)
        self._work = Work(recognizer, policies, {"version": metadata.version, "digest": metadata.digest})
        self._batches: SimpleQueue[Batch] = SimpleQueue()
        self._current = self._cancelled = -1

    def put(self, batch: Batch) -> None:
        self._batches.put(batch)

    def cancel(self, number: int) -> None:
        self._cancelled = number
        if self._current == number:
            self._session.cancelled.set()

    def run(self) -> None:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS[self._lane])
        while True:
            batch = self._batches.get()
            self._session.cancelled.clear()
            self._current = batch.number
            if self._cancelled == batch.number:
                self._session.cancelled.set()
            self._worker.send(self._done(batch))

    def _done(self, batch: Batch) -> Done:
        try:
            return self._work.done(batch)
        except _AbandonedError:
            return Done(batch.number, [Fault("failed", "abandoned")] * len(batch.texts))
        except Exception as error:
            return Done(batch.number, [Fault("failed", place_of(error))] * len(batch.texts))


class _Worker:
    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        content = packed(message)
        with self._lock:
            self._outgoing.write(content)
            self._outgoing.flush()

    def run(self) -> None:
        """Work until the other end is gone."""
        generation: Generation = read_message(self._incoming)
        try:
            loaded = session_of(generation.model, generation.name)
            Recognizer(*loaded).detect("热身")
        except ModelError as error:
            self.send(Unusable(str(error)))
            return
        except Exception as error:
            self.send(Unusable(f"{generation.name} cannot be used: {place_of(error)}"))
            return
        lanes = {lane: _LaneThread(lane, loaded, generation.policies, self) for lane in Lane}
        for thread in lanes.values():
            thread.start()
        self.send(_facts(loaded[1]))
        del generation
        while True:
            message = read_message(self._incoming)
            if isinstance(message, Batch):
                lanes[message.lane].put(message)
            elif isinstance(message, Cancel):
                for thread in lanes.values():
                    thread.cancel(message.number)


def _facts(metadata: ModelMetadata) -> Facts:
    sheets = [sheet_of(kind) for kind in metadata.labels.types]
    return Facts(
        version=metadata.version,
        digest=metadata.digest,
        operating_points=dict(metadata.operating_points),
        types=tuple(
            {"type": str(sheet.type), "zh": sheet.chinese, "en": sheet.english, "severity": sheet.severity.value}
            for sheet in sheets
        ),
    )


def main() -> None:
    """Serve standard input; what anything prints goes to standard error, so that the pipe holds messages alone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.setswitchinterval(SWITCH_SECONDS)
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(EOFError, OSError):
        _Worker(sys.stdin.buffer, outgoing).run()
    os._exit(0)


if __name__ == "__main__":
    main()
