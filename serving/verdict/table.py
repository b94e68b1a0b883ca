"""The table by which a verdict follows from what is known of a post."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.schema import Intent, Stance
from gaihe.serving.verdict.facts.severity import Reach
from gaihe.serving.verdict.signs.names import What

HIGHEST = 4
TIERS = ("whereabouts_property", "lodging_health", "other")
COUNTS = ("many_persons", "unique", "narrow")
REACHES: dict[What, tuple[Reach, ...]] = {
    What.NOTHING: (Reach.NONE,),
    What.GENERAL: (Reach.NONE, Reach.REMOTE, Reach.PLACE),
    What.SEVERAL: (Reach.NONE, Reach.REMOTE, Reach.PLACE),
    What.SENSITIVE: tuple(Reach),
}
"""What can be told, and how the person can then be got at."""

Cell = tuple[str, str, str, str]
"""Intent, stance, what, reach."""


class TableError(CommandError, ValueError):
    """A table that cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of the signs of a post: each of ``all``, one of each group of ``any``, none of ``none``."""

    all: frozenset[str]
    any: tuple[frozenset[str], ...]
    none: frozenset[str]

    def holds(self, signs: frozenset[str]) -> bool:
        """Whether it holds of some signs."""
        return self.all <= signs and not self.none & signs and all(group & signs for group in self.any)


@dataclass(frozen=True, slots=True)
class Change:
    """What raises or limits a level."""

    when: Condition
    add: int
    at_least: int
    at_most: int
    never_block: bool


@dataclass(frozen=True, slots=True)
class Label:
    """What a post is called."""

    when: Condition
    label: str
    sub_label: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a level is as it is."""

    when: Condition
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Law:
    """A provision that a reviewer may look up.

    Attributes:
        when: of which posts.
        code, zh, en: its name and what it says.
        published, in_force: the dates of its text.
        tiers: whether it counts pieces of information.
    """

    when: Condition
    code: str
    zh: str
    en: str
    published: date
    in_force: date
    tiers: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A whole table; see ``table.toml`` for what its parts mean.

    ``digest`` is the SHA-256 of its file; empty of one that was made or changed in code.
    """

    name: str
    version: str
    note_zh: str
    note_en: str
    levels: tuple[str, ...]
    counts: Mapping[str, int]
    tiers: Mapping[str, int]
    cells: Mapping[Cell, int]
    changes: tuple[Change, ...]
    labels: tuple[Label, ...]
    reasons: tuple[Reason, ...]
    laws: tuple[Law, ...]
    digest: str = field(default="", init=False)

    def level(self, signs: frozenset[str], cell: Cell) -> tuple[int, bool]:
        """The level of a post, 0 to 4, and whether it is never to be blocked.

        Args:
            signs: all signs of the post, those of its cell included.
            cell: where it stands.
        """
        level, never_block = self.cells[cell], False
        for change in self.changes:
            if change.when.holds(signs):
                level = min(max(level + change.add, change.at_least), change.at_most)
                never_block |= change.never_block
        return level, never_block


def consistent_cells() -> Iterable[Cell]:
    """Every cell that a post can stand in."""
    for intent, stance, (what, reaches) in product(Intent, Stance, REACHES.items()):
        yield from ((intent.value, stance.value, what.name.lower(), reach.name.lower()) for reach in reaches)
