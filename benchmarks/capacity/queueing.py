"""Closed forms that the simulation is held against."""

from __future__ import annotations

import math


def erlang_c(servers: int, offered: float) -> float:
    """The share of requests that wait in M/M/c (A. K. Erlang, 1917).

    Args:
        servers: how many there are.
        offered: rate of arrivals times mean time of service; below `servers`.

    Raises:
        ValueError: more is offered than the servers can do.
    """
    if not 0 <= offered < servers:
        raise ValueError(f"{servers} servers cannot carry {offered:g} erlangs for ever")
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = offered * blocked / (number + offered * blocked)
    return blocked / (1 - offered / servers * (1 - blocked))


def mean_wait_of_many(servers: int, rate: float, mean: float) -> float:
    """Mean seconds of waiting in M/M/c, of all requests; `mean` are the seconds of a service."""
    return erlang_c(servers, rate * mean) * mean / (servers - rate * mean)


def wait_quantile_of_many(servers: int, rate: float, mean: float, share: float) -> float:
    """Seconds that this share of the requests waits at most in M/M/c."""
    waits = erlang_c(servers, rate * mean)
    return max(0.0, math.log(waits / (1 - share)) * mean / (servers - rate * mean))


def mean_wait_of_one(rate: float, mean: float, second_moment: float) -> float:
    """Mean seconds of waiting in M/G/1 (Pollaczek and Khinchine).

    Args:
        rate: arrivals a second.
        mean: of the seconds of a service.
        second_moment: mean of their squares.

    Raises:
        ValueError: more is offered than the server can do.
    """
    if rate * mean >= 1:
        raise ValueError(f"one server cannot carry {rate * mean:g} erlangs for ever")
    return rate * second_moment / (2 * (1 - rate * mean))
