"""The corpus: endless synthetic posts, the same bytes for the same seed whatever the number of processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from random import Random
from typing import TypeVar

from gaihe.data.disguise.choice import apply_noise
from gaihe.data.disguise.segments import Segment, join
from gaihe.data.generator.carrier import Carrier, CarrierError, Span, installed_carriers, load_carriers
from gaihe.data.generator.rendering import link, mention, render
from gaihe.data.generator.slots import SLOT_TYPES, SLOTS, slot_types
from gaihe.data.generator.style import STOPPED, vary
from gaihe.data.generator.troupe import Troupe
from gaihe.data.lexicon.tables import Split, split_of
from gaihe.data.lexicon.weighted import Weighted
from gaihe.serving.core.atomic_files import open_output
from gaihe.serving.core.posts import json_line, post_to_record
from gaihe.serving.core.progress import Progress
from gaihe.serving.core.schema import BUILT_IN, EntityType, Intent, NoiseKind, Post

T = TypeVar("T")
Pools = tuple[tuple[Carrier, ...], tuple[Carrier, ...]]

CHUNK = 500
HELD_OUT_CARRIERS = 2
"""Twentieths of the carriers in the test and in the validation split: so many that none makes 0.3% of the posts."""
COMPOSED = 0.15
LINKED = 0.02
INSTALLED = 0.15
"""Share of the posts drawn from the carriers of installed types, which are few beside those of the package."""
_COMPOSITION = Weighted({"repost": 25, "reply": 10, "before": 35, "after": 30})
_JOINTS = ("", " ", "\n", "。", "。", "，", "，", "…", "！", "\n\n")


@dataclass(frozen=True)
class CorpusSettings:
    """What decides a corpus.

    Attributes:
        split: whose carriers and lexicon entries are used.
        seed: any whole number.
        noise: share of posts that hide their values.
        clean: share of posts drawn from carriers without any entity.
        types: the entity types; those of installed ones have carriers of their own.
    """

    split: Split = Split.TRAIN
    seed: int = 0
    noise: float = 0.4
    clean: float = 0.4
    types: tuple[EntityType, ...] = BUILT_IN


def exposes(carrier: Carrier, slots: Container[str]) -> bool:
    """Whether a carrier has a span, or one of the slots, which make an entity."""
    return any(isinstance(part, Span) or (not isinstance(part, str) and part.name in slots) for part in carrier.parts)


@cache
def carriers_of(split: Split) -> Pools:
    """A split's carriers of the package, without and with entities."""
    return _pools(load_carriers(), split, SLOT_TYPES)


@cache
def _harmless(split: Split) -> tuple[Carrier, ...]:
    """A split's carriers that may stand beside any other and leave its intent: no entity, and nothing asked for."""
    return tuple(carrier for carrier in carriers_of(split)[False] if carrier.intent is Intent.NONE)


@cache
def installed_carriers_of(split: Split, types: tuple[EntityType, ...]) -> Pools:
    """A split's carriers that come with installed types, without and with entities."""
    return _pools(installed_carriers(types), split, slot_types(types))


def check_installed(types: tuple[EntityType, ...]) -> list[Split]:
    """Read every carrier that comes with installed types, before any is drawn.

    Returns:
        The splits in which no such carrier makes an entity.

    Raises:
        CarrierError: a line that cannot be read, or that names a slot that there is not.
        SlotError: two types have a slot of one name.
    """
    slots = slot_types(types)
    carriers = installed_carriers(types)
    for carrier in carriers:
        for slot in carrier.slots():
            if slot.name not in slots and slot.name not in SLOTS:
                raise CarrierError(f"{carrier.scene}.txt: unknown slot {slot.name!r} in {carrier.source!r:.60}")
    return [split for split in Split if carriers and not installed_carriers_of(split, types)[True]]


def _pools(carriers: Iterable[Carrier], split: Split, slots: Container[str]) -> Pools:
    mine = [carrier for carrier in carriers if split_of(carrier.source, HELD_OUT_CARRIERS) is split]
    return tuple(c for c in mine if not exposes(c, slots)), tuple(c for c in mine if exposes(c, slots))


@dataclass(frozen=True, slots=True)
class Draft:
    """A post, and the lines of the carriers that it was made from, its own first."""

    post: Post
    carriers: tuple[str, ...]


def make_draft(troupe: Troupe, index: int, settings: CorpusSettings) -> Draft:
    """The post of an index: it depends on the settings and the index alone."""
    random = troupe.seed(f"{settings.seed}/{settings.split.value}/{index}")
    carrier = _drawn(settings, index, random)
    segments = render(carrier, troupe)
    carriers = [carrier.source]
    if random.random() < COMPOSED:
        other = random.choice(_harmless(settings.split))
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


def _drawn(settings: CorpusSettings, index: int, random: Random) -> Carrier:
    """The carrier of an index: of the package, or where types are installed perhaps one of theirs."""
    exposing = random.random() >= settings.clean
    installed = installed_carriers_of(settings.split, settings.types)[exposing]
    if installed and random.random() < INSTALLED:
        return random.choice(installed)
    return _in_turn(settings, index, exposing)


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
    manner = _COMPOSITION.pick(random)
    if manner == "repost" and not addition[0].text.startswith(("/", "@", "回复")):
        joint = Segment(random.choice(("//@", " //@", "\n//@", "@")))
        return [*segments, joint, mention(troupe), Segment(random.choice("：::")), *addition]
    if manner in ("repost", "reply"):
        return [Segment("回复@"), mention(troupe), Segment(random.choice((":", "：", " "))), *segments]
    first, second = (addition, segments) if manner == "before" else (segments, addition)
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
    troupe = Troupe(settings.split, settings.types)
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
