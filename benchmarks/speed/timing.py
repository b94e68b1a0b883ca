"""Interleaved timing: contestants take turns, so that a busy machine slows all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Timing:
    """Seconds of one contestant's turns, in order."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median turn, in seconds."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """Half the distance between the quartiles, as a share of the median."""
        low, _, high = statistics.quantiles(self.seconds, n=4)
        return (high - low) / 2 / self.median


def take_turns(
    contestants: Mapping[str, Work], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, Timing]:
    """Time every contestant once a round, after one round to warm up.

    Args:
        contestants: what to time, by name.
        rounds: how often; at least 2.
        clock: ``time.perf_counter``, or ``time.process_time`` for work on one thread on a machine that is not idle.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(rounds + 1):
        for name, work in contestants.items():
            begun = clock()
            work()
            if turn:
                seconds[name].append(clock() - begun)
    return {name: Timing(tuple(found)) for name, found in seconds.items()}


def ratio(of: Timing, to: Timing) -> float:
    """How many times as fast ``of`` is as ``to``: the median of the ratios within each round."""
    return statistics.median(theirs / ours for ours, theirs in zip(of.seconds, to.seconds, strict=True))
