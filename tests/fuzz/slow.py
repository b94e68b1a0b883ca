"""A search for slow texts: mutations that raise the time, against plain text of the same length."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.fuzz.texts import Texts

PLAIN = (
    "周末一个人去看了场电影，出来的时候天已经黑了，街边的烧烤摊刚支起来，老板娘一边扇炭一边跟卖水果的拌嘴，"
    "聊到后来都不说话，只顾着喝，回家路上下起小雨，没带伞，躲在站台底下刷手机。"
)
SURE, SURE_LONG, LONG = 5, 2, 4_000
"""Runs of which the least time counts where a text seems slower than the slowest; fewer for long texts."""
SURE_AT_END = 8
"""How many times as often what is found is measured beside plain text."""
BEAM = 8
Call = Callable[[str], object]


class Slowest(NamedTuple):
    """The slowest text that a search found: its time, that relative to plain text, and how many were tried."""

    text: str
    seconds: float
    ratio: float
    tried: int


def shortest_time(call: Call, text: str, runs: int) -> float:
    """The least processor time of some runs, in seconds."""
    times = []
    for _ in range(runs):
        begun = time.process_time()
        call(text)
        times.append(time.process_time() - begun)
    return min(times)


def slowest(call: Call, length: int, seconds: float, texts: Texts) -> Slowest:
    """Climb for some seconds: the slowest texts so far are mutated, and what is slower takes their place.

    Args:
        call: what is done with a text.
        length: characters of every text.
        seconds: processor time of the search.
        texts: where texts and mutations come from.
    """
    sure = SURE if length < LONG else SURE_LONG
    ends = time.process_time() + seconds
    beam: list[tuple[float, str]] = []
    tried = 0
    while not tried or time.process_time() < ends:
        text = _candidate(texts, [text for _, text in beam], length)
        tried += 1
        floor = beam[-1][0] if len(beam) == BEAM else 0.0
        if (spent := shortest_time(call, text, 1)) > floor and (
            spent := min(spent, shortest_time(call, text, sure - 1))
        ) > floor:
            beam = sorted([*beam, (spent, text)], reverse=True)[:BEAM]
    plain = (PLAIN * (1 + length // len(PLAIN)))[:length]
    times = side_by_side(call, [plain, *(text for _, text in beam)], SURE_AT_END * sure)
    spent, text = max(zip(times[1:], (text for _, text in beam), strict=True))
    return Slowest(text, spent, spent / times[0], tried)


def side_by_side(call: Call, texts: Sequence[str], rounds: int) -> list[float]:
    """The least processor time of each text, in seconds, the texts taking turns so that all have the same neighbours."""
    times = [[shortest_time(call, text, 1) for text in texts] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def _candidate(texts: Texts, beam: list[str], length: int) -> str:
    """A mutation of one of the slowest texts, or a new text repeated to its length."""
    random = texts.random
    if not beam or random.random() < 0.15:
        unit = texts.text() if random.random() < 0.5 else texts.piece(random.randint(1, 8))
        unit = unit or "一"
        return (unit * (1 + length // len(unit)))[:length]
    text = random.choice(beam)
    for _ in range(random.randint(1, 3)):
        if random.random() < 0.3 and length > 256:
            start = random.randint(0, length - 1)
            unit = text[start : start + random.randint(1, 256)] or text[:256]
            text = (unit * (1 + length // len(unit)))[:length]
        text = texts.mutated(text) or PLAIN
    return (text + random.choice(beam))[:length]
