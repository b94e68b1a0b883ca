"""When to ask again. Every question may be asked twice: the service keeps nothing."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

_LATER = frozenset({429, 502, 503})
_SOON = 0.001
"""Seconds of a step for which there is no time any more; a socket takes 0 for something else."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How long a client goes on asking.

    Attributes:
        tries: questions in all.
        first_wait: seconds before the second one where the service names none; they double.
        longest_wait: seconds; a service that wants a longer wait is not asked again.
    """

    tries: int = 5
    first_wait: float = 0.5
    longest_wait: float = 60.0

    def wait(self, tried: int, response: httpx.Response | None) -> float | None:
        """Seconds until the next question; ``None`` where there is none.

        Args:
            tried: questions so far.
            response: the last answer; ``None`` where none came.
        """
        if tried >= self.tries or (response is not None and response.status_code not in _LATER):
            return None
        named = None if response is None else seconds_of(response.headers.get("retry-after", ""))
        if named is not None:
            return named + random.uniform(0, 0.25) if named <= self.longest_wait else None
        return min(self.longest_wait, self.first_wait * 2.0 ** (tried - 1)) * random.uniform(0.5, 1)


class TimeLeft(Mapping[str, float]):
    """What is left of the time for an answer: ``timeout`` among httpx's extensions.

    It is asked anew at each phase: connecting, sending, headers, body. Each read or write in it may take all of it.

    Args:
        seconds: that there are now.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def seconds(self) -> float:
        """Until the end; none or fewer after it."""
        return self._end - time.monotonic()

    def __getitem__(self, step: str) -> float:
        return max(self.seconds, _SOON)

    def __iter__(self) -> Iterator[str]:
        return iter(("connect", "read", "write", "pool"))

    def __len__(self) -> int:
        return 4


def seconds_of(header: str) -> float | None:
    """The seconds that a ``Retry-After`` header names, as a number or a date; ``None`` where it names none."""
    named = header.strip()
    if named.isascii() and named.isdigit():
        return float(named)
    try:
        return max(0.0, parsedate_to_datetime(named).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
