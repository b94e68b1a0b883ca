"""The simulation against closed forms, and against rules of the service's queue."""

import heapq
import math

import numpy as np
import pytest

pytest.importorskip("simpy")

from benchmarks.capacity.queueing import erlang_c, mean_wait_of_many, mean_wait_of_one, wait_quantile_of_many
from benchmarks.capacity.scenarios import PLAIN, waiting
from benchmarks.capacity.simulation import Requests, ServiceModel, simulate

ERRORS = 4
"""Standard errors between simulation and formula: more comes by chance once in 16,000 tests."""


def drawn(count, rate, seed=5):
    draw = np.random.default_rng(seed)
    return draw.exponential(1 / rate, count).cumsum(), draw


def asked(times, seconds, tokens=1):
    return Requests(np.array(times, float), np.full(len(times), tokens), np.array(seconds, float))


def test_erlang_c_has_the_values_of_the_books():
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_c(10, 8.0) == pytest.approx(0.4092, abs=1e-4)
    assert mean_wait_of_many(1, 0.7, 1.0) == pytest.approx(mean_wait_of_one(0.7, 1.0, 2.0))
    with pytest.raises(ValueError, match="for ever"):
        erlang_c(4, 4.0)


@pytest.mark.parametrize(("servers", "busy"), [(1, 0.6), (4, 0.7)])
def test_many_servers_wait_as_erlang_says(servers, busy):
    times, draw = drawn(12_000, servers * busy)
    mean, error = waiting(ServiceModel(servers, **PLAIN), times, draw.exponential(1.0, len(times)))
    exact = mean_wait_of_many(servers, servers * busy, 1.0)
    assert error < exact / 8
    assert mean == pytest.approx(exact, abs=ERRORS * error)


def test_one_server_waits_as_pollaczek_and_khinchine_say():
    times, draw = drawn(15_000, 0.6)
    mean, error = waiting(ServiceModel(1, **PLAIN), times, draw.lognormal(-0.5, 1.0, len(times)))
    exact = mean_wait_of_one(0.6, 1.0, math.e)
    assert error < exact / 6
    assert mean == pytest.approx(exact, abs=ERRORS * error)


def test_each_request_waits_as_kiefer_and_wolfowitz_say():
    times, draw = drawn(4_000, 3.6)
    seconds = draw.lognormal(-0.5, 1.0, len(times))
    free, expected = [0.0] * 4, []
    for time, second in zip(times, seconds, strict=True):
        begun = max(time, heapq.heappop(free))
        expected.append(begun - time)
        heapq.heappush(free, begun + second)
    outcome = simulate(ServiceModel(4, **PLAIN), asked(times, seconds))
    assert outcome.waited == pytest.approx(expected, abs=1e-9)


@pytest.mark.slow
def test_tails_are_those_of_the_formula():
    times, draw = drawn(120_000, 3.2)
    outcome = simulate(ServiceModel(4, **PLAIN), asked(times, draw.exponential(1.0, len(times))))
    assert np.quantile(outcome.waited, 0.99) == pytest.approx(wait_quantile_of_many(4, 3.2, 1.0, 0.99), rel=0.1)
    assert (outcome.waited > 1e-9).mean() == pytest.approx(erlang_c(4, 3.2), abs=0.03)


def test_the_front_process_is_a_queue_of_its_own():
    times, _ = drawn(12_000, 0.7)
    outcome = simulate(ServiceModel(1, front_seconds=2.0, **PLAIN), asked(times, np.zeros(len(times))))
    assert outcome.answered[-1] > 100, "each request takes two steps of a second: more is offered than one can do"
    calm = simulate(ServiceModel(1, front_seconds=0.02, **PLAIN), asked(times, np.zeros(len(times))))
    assert calm.answered.min() == pytest.approx(0.02)


def test_what_waits_is_taken_as_one_batch_and_pays_one_call():
    model = ServiceModel(1, call_seconds=1.0, batch_tokens=30)
    outcome = simulate(model, asked([0.0, 0.1, 0.2, 0.3, 0.4], [1.0] * 5, tokens=10))
    assert outcome.waited + outcome.times == pytest.approx([0, 2, 2, 2, 6])
    assert outcome.answered + outcome.times == pytest.approx([2, 6, 6, 6, 8])


def test_a_full_queue_refuses_and_forgets_nothing():
    model = ServiceModel(1, waiting_tokens=20)
    outcome = simulate(model, asked([0.0, 0.1, 0.2, 0.3, 0.4], [10.0] * 5, tokens=10))
    assert outcome.refused.tolist() == [False, False, False, True, True]
    assert np.isfinite(outcome.answered).all()


def test_connections_are_bounded():
    model = ServiceModel(1, connections=2)
    outcome = simulate(model, asked([0.0, 0.1, 0.2, 25.0], [10.0] * 4, tokens=10))
    assert outcome.refused.tolist() == [False, False, True, False]
