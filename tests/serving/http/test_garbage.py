"""Whole collections of garbage wait for a quiet moment."""

import asyncio
import gc
from contextlib import contextmanager

import pytest
from gaihe.serving.http import garbage
from gaihe.serving.http.garbage import collect_between


@pytest.fixture
def fast(monkeypatch):
    monkeypatch.setattr(garbage, "LOOK_SECONDS", 0.01)


@contextmanager
def whole_collections():
    """How many collections of the oldest generation end within the block, one entry each."""
    ended = []

    def note(phase, info):
        if phase == "stop" and info["generation"] == 2:
            ended.append(info)

    gc.callbacks.append(note)
    try:
        yield ended
    finally:
        gc.callbacks.remove(note)


def collections(is_quiet, seconds=0.2, objects=0):
    async def during():
        task = asyncio.ensure_future(collect_between(is_quiet))
        await asyncio.sleep(0)
        with whole_collections() as ended:
            kept = [[[]] for _ in range(objects)]
            await asyncio.sleep(seconds)
        task.cancel()
        del kept
        return len(ended)

    return asyncio.run(during())


def test_a_busy_service_is_not_halted_however_much_it_holds(fast):
    assert collections(lambda: False, objects=500_000) == 0


def test_a_quiet_service_collects(fast):
    assert collections(lambda: True) > 2


def test_a_service_that_is_never_quiet_collects_after_a_while(fast, monkeypatch):
    monkeypatch.setattr(garbage, "PATIENCE", 0.05)
    assert collections(lambda: False) > 1


def test_the_collector_is_left_as_it_was(fast):
    before = gc.get_threshold()
    collections(lambda: True)
    assert gc.get_threshold() == before and gc.get_freeze_count() == 0
