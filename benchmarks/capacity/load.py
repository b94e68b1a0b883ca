"""When posts come, how long they are, and what each costs a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from gaihe.serving.http.jobs import SMALL_REQUEST, tokens_of
from numpy.typing import NDArray

from benchmarks.capacity.assumptions import Assumptions, Event
from benchmarks.capacity.simulation import Floats, Requests

DAY = 86_400
_EDGES = tokens_of("")
"""Tokens of a post beside its characters."""


@dataclass(frozen=True)
class Cost:
    """Seconds of a worker: for a batch, for each of its posts, and for each token.

    Attributes:
        call, post, token: seconds.
        spread: standard deviation of a post's own seconds, relative to what this gives.
    """

    call: float
    post: float
    token: float
    spread: float = 0.0

    def of(self, tokens: NDArray[np.int64] | Floats) -> Floats:
        """Seconds of each post beside the call, by its tokens."""
        return np.asarray(self.post + self.token * tokens, dtype=np.float64)


def fitted(rows: Sequence[Mapping[str, float]]) -> tuple[Cost, float]:
    """The cost that fits measured batches best, by relative error, and its mean relative error.

    Args:
        rows: each with ``texts``, ``tokens`` of all of them, and ``seconds``.
    """
    seconds = np.array([row["seconds"] for row in rows])
    parts = np.array([[1.0, row["texts"], row["tokens"]] for row in rows])
    kept = [0, 1, 2]
    while True:
        found, *_ = np.linalg.lstsq(parts[:, kept] / seconds[:, None], np.ones(len(rows)), rcond=None)
        if found.min() >= 0:
            break
        kept = [part for part, value in zip(kept, found, strict=True) if value > 0]
    values = np.zeros(3)
    values[kept] = found
    error = float(np.abs(parts @ values / seconds - 1).mean())
    return Cost(*(float(value) for value in values)), error


def characters(quantiles: Mapping[float, float], shares: Floats) -> NDArray[np.int64]:
    """Lengths of posts at shares between 0 and 1."""
    return np.rint(np.interp(shares, list(quantiles), list(quantiles.values()))).astype(np.int64)


def mean_characters(quantiles: Mapping[float, float]) -> float:
    """The mean length of a post."""
    shares, lengths = np.array(list(quantiles)), np.array(list(quantiles.values()))
    return float(((lengths[1:] + lengths[:-1]) / 2 * np.diff(shares)).sum())


def hourly_rates(assumptions: Assumptions) -> list[float]:
    """Posts a second of each hour of a day."""
    scale = assumptions.posts_per_day / 3_600 / sum(assumptions.hours)
    return [scale * hour for hour in assumptions.hours]


def event_factor(event: Event, seconds: float) -> float:
    """How many times the usual traffic there is, so long after an event began."""
    if seconds <= 0 or seconds > event.rise_seconds + event.hold_seconds:
        return 1.0
    return 1 + (event.factor - 1) * min(1.0, seconds / event.rise_seconds)


def requests(rates: Sequence[float], lengths: Mapping[float, float], cost: Cost, seed: int) -> Requests:
    """Posts that come at random (Poisson), at a rate of their own in each second.

    Args:
        rates: posts a second, second by second.
        lengths: quantiles of characters.
        cost: of a post.
        seed: of times, lengths and costs.
    """
    draw = np.random.default_rng(seed)
    counts = draw.poisson(rates)
    times = np.sort(np.repeat(np.arange(len(rates)), counts) + draw.random(counts.sum()))
    tokens = np.minimum(characters(lengths, draw.random(len(times))) + _EDGES, SMALL_REQUEST)
    width = np.sqrt(np.log1p(cost.spread**2))
    noise = draw.lognormal(-(width**2) / 2, width, len(times))
    return Requests(times, tokens, cost.of(tokens) * noise)
