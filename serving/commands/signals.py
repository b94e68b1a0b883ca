"""Signals that end the command line: what was begun is cleaned up first; and those that a command takes later."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class EndedBySignalError(BaseException):
    """A signal asked the process to end; like `KeyboardInterrupt`, no ``except Exception`` holds it up."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


@contextmanager
def ending_signals() -> Iterator[None]:
    """Within the block, SIGTERM and SIGHUP raise `EndedBySignalError`, once.

    A signal that somebody handles already, or ignores, as ``nohup`` does with SIGHUP, is left alone; so is one that
    somebody ignores within the block.
    """
    ours = []
    came = False
    if threading.current_thread() is threading.main_thread():
        ours = [number for number in _ENDING if signal.getsignal(number) is signal.SIG_DFL]

    def end(number: int, _: FrameType | None) -> NoReturn:
        nonlocal came
        came = True
        for one in ours:
            signal.signal(one, signal.SIG_IGN)
        raise EndedBySignalError(number)

    for number in ours:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in ours:
            if came or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)


@contextmanager
def hang_ups_remembered() -> Iterator[Callable[[], bool]]:
    """Within the block, SIGHUP does nothing until somebody else handles it.

    Yields:
        Whether it came.
    """
    came = threading.Event()
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGHUP"):
        yield came.is_set
        return
    before = signal.signal(signal.SIGHUP, lambda *_: came.set())
    try:
        yield came.is_set
    finally:
        signal.signal(signal.SIGHUP, before)
