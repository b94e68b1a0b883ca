"""When the front process goes over all its objects for garbage: between requests, since it halts them all."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable

LOOK_SECONDS = 1.0
PATIENCE = 60.0
"""Seconds without a quiet moment after which it is done nevertheless."""
_SELDOM = 1_000_000


async def collect_between(is_quiet: Callable[[], bool]) -> None:
    """Leave what exists now out of collections, and from here on collect the oldest generation when it is quiet.

    Young objects are collected as always. With some thousand open connections a whole collection takes 0.1 s, which
    would come every two seconds. Runs until it is cancelled.
    """
    gc.collect()
    gc.freeze()
    young, middle, _ = before = gc.get_threshold()
    gc.set_threshold(young, middle, _SELDOM)
    last = time.monotonic()
    try:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if is_quiet() or time.monotonic() - last > PATIENCE:
                gc.collect()
                last = time.monotonic()
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
