"""The corpus: endless synthetic posts, the same bytes for the same seed whatever the number of processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from random import Random
from typing import TypeVar

from gaihe.data.disguise.choice import apply_noise
from gaihe.data.disguise.segments import Segment, join
from gaihe.data.generator.carrier import Carrier, Span, load_carriers
from gaihe.data.generator.rendering import link, mention, render
from gaihe.data.generator.slots import SLOT_TYPES, Troupe
from gaihe.data.generator.style import STOPPED, vary
from gaihe.data.lexicon.tables import Split, split_of
from gaihe.serving.core.atomic_files import open_output
from gaihe.serving.core.posts import json_line, post_to_record
from gaihe.serving.core.progress import Progress
from gaihe.serving.core.schema import NoiseKind, Post

T = TypeVar("T")

CHUNK = 500
HELD_OUT_CARRIERS = 2
"""Twentieths of the carriers in the test and in the validation split: so many that none makes 0.3% of the posts."""
COMPOSED = 0.15
LINKED = 0.02
_JOINTS = ("", " ", "\n", "。", "。", "，", "，", "…", "！", "\n\n")


@dataclass(frozen=True)
class CorpusSettings:
    """What decides a corpus.

    Attributes:
        split: whose carriers and lexicon entries are used.
        seed: any whole number.
        noise: share of posts that hide their values.
        clean: share of posts drawn from carriers without any entity.
    """

    split: Split = Split.TRAIN
    seed: int = 0
    noise: float = 0.35
    clean: float = 0.4


def exposes(carrier: Carrier) -> bool:
    """Whether a carrier has a slot or span that makes an entity."""
    return any(
        isinstance(part, Span) or (not isinstance(part, str) and part.name in SLOT_TYPES) for part in carrier.parts
    )


@cache
def carriers_of(split: Split) -> tuple[tuple[Carrier, ...], tuple[Carrier, ...]]:
    """A split's carriers, without and with entities."""
    mine = [carrier for carrier in load_carriers() if split_of(carrier.source, HELD_OUT_CARRIERS) is split]
    return tuple(c for c in mine if not exposes(c)), tuple(c for c in mine if exposes(c))


@dataclass(frozen=True, slots=True)
class Draft:
    """A post, and the lines of the carriers that it was made from, its own first."""

    post: Post
    carriers: tuple[str, ...]


def make_draft(troupe: Troupe, index: int, settings: CorpusSettings) -> Draft:
    """The post of an index: it depends on the settings and the index alone."""
    random = troupe.seed(f"{settings.seed}/{settings.split.value}/{index}")
    carrier = _in_turn(settings, index, exposing=random.random() >= settings.clean)
    segments = render(carrier, troupe)
    carriers = [carrier.source]
    if random.random() < COMPOSED:
        other = random.choice(carriers_of(settings.split)[False])
        carriers.append(other.source)
        segments = _compose(segments, other, troupe, random)
    if random.random() < LINKED:
        segments = _linked(segments, troupe, random)
    segments = apply_noise(vary(segments, random), settings.noise, random)
    text, entities = join(segments)
    found = {kind for segment in segments for kind in segment.noise}
    post = Post(
        id=f"{settings.split.value}-{settings.seed}-{index}",
        text=text,
        entities=entities,
        scene=carrier.scene,
        noise=tuple(kind for kind in NoiseKind if kind in found),
        intent=carrier.intent,
    )
    return Draft(post, tuple(carriers))


def _in_turn(settings: CorpusSettings, index: int, exposing: bool) -> Carrier:
    """The carrier of an index: round after round, all of them in another order, so that none comes often by chance."""
    pool = carriers_of(settings.split)[exposing]
    turn, place = divmod(index, len(pool))
    return pool[_order(settings.seed, settings.split, exposing, turn)[place]]


@lru_cache(maxsize=8)
def _order(seed: int, split: Split, exposing: bool, turn: int) -> tuple[int, ...]:
    places = list(range(len(carriers_of(split)[exposing])))
    Random(f"{seed}/{split.value}/{exposing}/{turn}").shuffle(places)
    return tuple(places)


def _linked(segments: list[Segment], troupe: Troupe, random: Random) -> list[Segment]:
    """Put a web address behind a post, apart from letters and digits that it would run into."""
    joint = random.choice((" ", "", "，详见", "\n", " >>"))
    if STOPPED.search(segments[-1].text):
        joint = joint.removeprefix("，")
    if segments[-1].text[-1:].isascii():
        joint = joint or " "
    return [*segments, Segment(joint), link(troupe)]


def _compose(segments: list[Segment], other: Carrier, troupe: Troupe, random: Random) -> list[Segment]:
    """Put a harmless post before or after, or repost one, as //@ chains and replies do."""
    addition = render(other, troupe)
    manner = random.random()
    if manner < 0.25 and not addition[0].text.startswith(("/", "@", "回复")):
        joint = Segment(random.choice(("//@", " //@", "\n//@", "@")))
        return [*segments, joint, mention(troupe), Segment(random.choice("：::")), *addition]
    if manner < 0.35:
        return [Segment("回复@"), mention(troupe), Segment(random.choice((":", "：", " "))), *segments]
    first, second = (addition, segments) if manner < 0.7 else (segments, addition)
    between = random.choice(_JOINTS)
    if STOPPED.search(first[-1].text):
        between = between.strip("。，！…")
    elif not between and first[-1].text[-1:].isalnum():
        between = " "
    return [*first, Segment(between), *second]


def posts(settings: CorpusSettings, start: int = 0, stop: int | None = None) -> Iterator[Post]:
    """Posts ``start`` to ``stop``; endless when ``stop`` is left out."""
    for draft in drafts(settings, start, stop):
        yield draft.post


def drafts(settings: CorpusSettings, start: int = 0, stop: int | None = None) -> Iterator[Draft]:
    """The same posts, with the carriers that they are made from."""
    troupe = Troupe(settings.split)
    for index in count(start) if stop is None else range(start, stop):
        yield make_draft(troupe, index, settings)


def chunks(
    work: Callable[[CorpusSettings, int, int], T], total: int, settings: CorpusSettings, workers: int = 1
) -> Iterator[T]:
    """What ``work(settings, start, stop)`` makes of each stretch of a corpus, in order; progress on standard error.

    Args:
        work: a function of a module, so that other processes can call it.
        total: how many posts there are in all.
        settings: what decides the corpus.
        workers: processes; the results are the same for any number.
    """
    jobs = [(work, settings, start, min(start + CHUNK, total)) for start in range(0, total, CHUNK)]
    progress = Progress("gaihe generate", total)
    for job, result in zip(jobs, _results(jobs, workers), strict=True):
        yield result
        progress.add(job[-1] - progress.done)


def _call(job: tuple[Callable[[CorpusSettings, int, int], T], CorpusSettings, int, int]) -> T:
    work, settings, start, stop = job
    return work(settings, start, stop)


def _results(
    jobs: list[tuple[Callable[[CorpusSettings, int, int], T], CorpusSettings, int, int]], workers: int
) -> Iterator[T]:
    if workers <= 1 or len(jobs) <= 1:
        yield from map(_call, jobs)
        return
    with multiprocessing.get_context("spawn").Pool(min(workers, len(jobs))) as pool:
        yield from pool.imap(_call, jobs)


def _lines(settings: CorpusSettings, start: int, stop: int) -> str:
    return "".join(json_line(post_to_record(post)) for post in posts(settings, start, stop))


def write_corpus(path: str | Path, total: int, settings: CorpusSettings, workers: int = 1) -> None:
    """Write posts as JSON lines; the file appears only when complete.

    Args:
        path: the file; ``-`` is standard output.
        total: how many posts.
        settings: what decides the corpus.
        workers: processes; the bytes are the same for any number.
    """
    with open_output(path) as stream:
        for lines in chunks(_lines, total, settings, workers):
            stream.write(lines)
