"""The progress of long work, as lines on standard error: how far, how fast, how long still."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from gaihe.serving.core.telling import tell

SECONDS = 5.0
"""Between two lines."""

T = TypeVar("T")


class Progress:
    """Counts what is done and tells of it every `SECONDS`; what is over sooner is not told of.

    Args:
        label: what is done.
        total: how many units there are, where that is known.
        unit: what is counted.
        first: how many were done before.
    """

    def __init__(self, label: str, total: int | None = None, unit: str = "posts", first: int = 0) -> None:
        self._label, self._total, self._unit = label, total, unit
        self._first = self.done = first
        self._begun = self._shown = time.monotonic()

    def add(self, count: int = 1, note: str = "") -> None:
        """Count what was done since the last call; ``note`` goes into the line, if one is due."""
        self.done += count
        now = time.monotonic()
        last = self.done == self._total and self._shown > self._begun
        if now - self._shown > SECONDS or last:
            self._shown = now
            tell(f"{self._label}: {self._line(now - self._begun)}{note and f', {note}'}")

    def _line(self, seconds: float) -> str:
        rate = (self.done - self._first) / max(seconds, 1e-9)
        speed = f"{rate:.0f}" if rate >= 10 else f"{rate:.2g}"
        if self._total is None:
            return f"{self.done} {self._unit}, {speed} {self._unit}/s"
        left = f", {duration((self._total - self.done) / rate)} left" if rate and self.done < self._total else ""
        return f"{self.done} of {self._total} {self._unit}, {speed} {self._unit}/s{left}"


def followed(items: Iterable[T], label: str, total: int | None = None, unit: str = "posts") -> Iterator[T]:
    """The items, each counted when the next one is asked for."""
    progress = Progress(label, total, unit)
    for item in items:
        yield item
        progress.add()


def duration(seconds: float) -> str:
    """A time for reading: ``48 s``, ``12 min``, ``3 h 05 min``."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02} min"
