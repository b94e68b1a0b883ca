"""Throughput against other systems, by length, by batch and by threads."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from gaihe.serving import Recognizer

from benchmarks.speed.rivals import Detect
from benchmarks.speed.texts import texts_of_length
from benchmarks.speed.timing import Timing, take_turns

LENGTHS = (16, 32, 64, 128, 254, 512)
BATCHES = (1, 4, 16, 64, 256)
ONE_BY_ONE, BATCH = "gaihe, one post at a time", "gaihe, in a batch"
DETECT, JUDGE = "detect_batch", "judge_batch"


@contextmanager
def one_core() -> Iterator[None]:
    """Keep the process on one core where the system allows it, so that no system starts threads of its own."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def gaihe_ways(recognizer: Recognizer) -> dict[str, Detect]:
    """The two ways to use the public interface on one thread."""
    return {
        ONE_BY_ONE: lambda texts: [recognizer.detect(text) for text in texts],
        BATCH: partial(recognizer.detect_batch, threads=1),
    }


def against(systems: Mapping[str, Detect], texts: Sequence[str], rounds: int) -> dict[str, Timing]:
    """Processor seconds of every system on the same texts."""
    return take_turns({name: partial(detect, texts) for name, detect in systems.items()}, rounds, time.process_time)


def by_length(recognizer: Recognizer, characters: int, rounds: int) -> dict[str, dict[str, Timing]]:
    """Processor seconds of both ways for about so many characters in texts of each length; keys are lengths."""
    found = {}
    for length in LENGTHS:
        texts = texts_of_length(length, max(2, characters // length))
        found[f"{length}"] = against(gaihe_ways(recognizer), texts, rounds)
    return found


def by_batch(recognizer: Recognizer, length: int, rounds: int) -> dict[str, Timing]:
    """Processor seconds for the largest number of texts of `BATCHES`, given in lists of each size; keys are sizes."""
    texts = texts_of_length(length, BATCHES[-1])
    detect = partial(recognizer.detect_batch, threads=1)
    lists = {size: [texts[start : start + size] for start in range(0, len(texts), size)] for size in BATCHES}
    return take_turns(
        {f"{size}": partial(_each, detect, parts) for size, parts in lists.items()}, rounds, time.process_time
    )


def _each(detect: Detect, lists: Sequence[Sequence[str]]) -> None:
    for texts in lists:
        detect(texts)


def judging(recognizer: Recognizer, texts: Sequence[str], rounds: int) -> dict[str, Timing]:
    """Processor seconds for the same texts of finding the spans, and of a verdict with them, on one thread."""
    works = {
        DETECT: partial(recognizer.detect_batch, texts, 1),
        JUDGE: partial(recognizer.judge_batch, texts, threads=1),
    }
    return take_turns(works, rounds, time.process_time)


def by_threads(recognizer: Recognizer, texts: Sequence[str], rounds: int) -> dict[str, Timing]:
    """Seconds by the clock on 1, 2, … threads; keys are numbers of threads."""
    numbers = sorted({1, 2, os.cpu_count() or 1})
    return take_turns({f"{number}": partial(recognizer.detect_batch, texts, number) for number in numbers}, rounds)


def characters_a_second(texts: Sequence[str], timing: Timing) -> float:
    """Throughput over a median turn."""
    return sum(map(len, texts)) / timing.median
