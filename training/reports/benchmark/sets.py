"""Sets of annotated posts: checked as a whole before anything runs, then read again for each system."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
from gaihe.data.files.markup import gold_posts, verdict_posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.atomic_files import STANDARD
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import numbered_posts, read_posts
from gaihe.serving.core.schema import BUILT_IN, EntityType, NoiseKind, Post
from gaihe.training.evaluate.visible_edges import with_visible_edges
from gaihe.training.runs.coverage import covered
from numpy.typing import NDArray

LENGTHS = (20, 50, 100, 200, 500)
Group = tuple[str, NDArray[np.bool_]]


@dataclass
class SetFacts:
    """What a set holds, and what its posts are grouped by; all but the counts one entry a post."""

    spans: int = 0
    characters: int = 0
    types: set[EntityType] = field(default_factory=set)
    lengths: list[int] = field(default_factory=list)
    scenes: list[str | None] = field(default_factory=list)
    intents: list[str | None] = field(default_factory=list)
    noise: list[tuple[NoiseKind, ...]] = field(default_factory=list)

    def add(self, post: Post) -> None:
        """Take note of a post."""
        self.spans += len(post.entities)
        self.characters += len(post.text)
        self.types.update(EntityType if post.types is None else post.types)
        self.lengths.append(len(post.text))
        self.scenes.append(post.scene)
        self.intents.append(post.intent)
        self.noise.append(post.noise)

    def groups(self) -> dict[str, list[Group]]:
        """Posts by noise kind, length, scene and intent: masks of shape ``(posts,)``; scenes by size, largest first."""
        lengths = np.array(self.lengths)
        edges = (0, *LENGTHS, max(self.lengths, default=0) + 1)
        noise: list[Group] = [("none", np.array([not kinds for kinds in self.noise]))]
        noise += [(kind.value, np.array([kind in kinds for kinds in self.noise])) for kind in NoiseKind]
        names = [f"under {LENGTHS[0]}", *(f"{a}–{b - 1}" for a, b in pairwise(LENGTHS))]
        names.append(f"from {LENGTHS[-1]}")
        bins = [(lengths >= low) & (lengths < high) for low, high in pairwise(edges)]
        found: dict[str, list[Group]] = {
            "noise": noise if any(self.noise) else [],
            "length": list(zip(names, bins, strict=True)),
            "scene": _by_name(self.scenes),
            "intent": _by_name(self.intents),
        }
        return {by: [group for group in groups if group[1].any()] for by, groups in found.items()}


def _by_name(names: Sequence[str | None]) -> list[Group]:
    numbers: dict[str | None, int] = {}
    codes = np.array([numbers.setdefault(name, len(numbers)) for name in names])
    groups = [(name, codes == number) for name, number in numbers.items() if name is not None]
    return sorted(groups, key=lambda group: (-int(group[1].sum()), group[0]))


@dataclass(frozen=True)
class PostSet:
    """A named set of annotated posts.

    Attributes:
        name: how the report calls it.
        source: where the posts come from.
        read: reads them from the start.
        facts: what they hold.
        also_judged: more posts that count for verdicts only.
        is_gold: whether they are gold posts of the package.
    """

    name: str
    source: str
    read: Callable[[], Iterator[Post]]
    facts: SetFacts
    also_judged: tuple[Post, ...] = ()
    is_gold: bool = False

    @property
    def types(self) -> tuple[EntityType, ...]:
        """The types that any of its annotations covers."""
        return tuple(kind for kind in EntityType if kind in self.facts.types)

    def judged(self) -> Iterator[Post]:
        """The posts that count for verdicts, as far as they have an intent and a stance."""
        return chain(self.read(), self.also_judged)


def gold_sets() -> list[PostSet]:
    """The gold posts of the package, validation and test apart; they count for the built-in types alone."""
    sets = []
    for split in (Split.VALIDATION, Split.TEST):
        posts = covered(gold_posts(split), tuple(EntityType), BUILT_IN)
        facts = SetFacts()
        for post in posts:
            facts.add(post)
        name, source = f"gold_{split.value}", "gold posts of the package, written by a language model"
        sets.append(PostSet(name, source, posts.__iter__, facts, tuple(verdict_posts(split)), is_gold=True))
    return sets


def open_sets(paths: Sequence[str], beside: Sequence[PostSet] = ()) -> list[PostSet]:
    """Read every file once and check it.

    Args:
        paths: the files.
        beside: sets that are scored with them.

    Raises:
        PostError: with file and line: a post that breaks the schema or is not annotated, an entity of a type that the
            post's ``types`` do not name, an id that stands twice, in one file, in two or in a set beside them; files of
            one name; a file without posts.
    """
    names = [Path(path).stem for path in paths]
    if STANDARD in paths:
        raise PostError("posts from standard input cannot be read for each system: give a file")
    if len(set(names)) < len(names):
        raise PostError(f"the posts' files must have different names, not {', '.join(names)}")
    seen = {post.id: posts.name for posts in beside for post in posts.judged()}
    return [_open(path, seen) for path in paths]


def _open(path: str, seen: dict[str, str]) -> PostSet:
    facts = SetFacts()
    for number, post in numbered_posts(path, annotated=True):
        if post.id in seen:
            raise PostError(
                f"{path}, line {number}: the id {post.id!r} stands already in {seen[post.id]}; "
                "every post needs an id of its own"
            )
        seen[post.id] = f"{path}, line {number}"
        facts.add(with_visible_edges(post))
    if not facts.lengths:
        raise PostError(f"{path}, line 1: the file holds no posts")
    return PostSet(Path(path).stem, str(path), lambda: map(with_visible_edges, read_posts(path)), facts)
