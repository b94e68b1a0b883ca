"""When to ask again. Every question may be asked twice: the service keeps nothing."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

_LATER = frozenset({429, 502, 503})


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
        return min(self.longest_wait, self.first_wait * 2 ** (tried - 1)) * random.uniform(0.5, 1)


def seconds_of(header: str) -> float | None:
    """The seconds that a ``Retry-After`` header names, as a number or a date; ``None`` where it names none."""
    if header.strip().isascii() and header.strip().isdigit():
        return float(header)
    try:
        moment: float = parsedate_to_datetime(header).timestamp()
        return max(0.0, moment - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
