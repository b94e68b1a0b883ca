"""The persons of a post while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from gaihe.serving.core.schema import Entity
from gaihe.serving.reveal.tables import COMPOUND_SURNAMES
from gaihe.serving.verdict.text import plain


@dataclass(eq=False, slots=True)
class Draft:
    """A person while the post is read.

    Attributes:
        plain: of the author, whether a contact or a home is said to be theirs in so many words.
        met: whether the author tells what happened to them with this person: 我被138…骗了.
        is_office: whether it is an office, of which only a line to ring is told.
    """

    spans: list[Entity] = field(default_factory=list)
    relation: str = ""
    is_author: bool = False
    named: bool = False
    plain: bool = False
    met: bool = False
    is_office: bool = False


class Drafts:
    """Those whom a post has spoken of so far, by name and by relation."""

    def __init__(self) -> None:
        self.author = Draft(is_author=True)
        self._all = [self.author]
        self._by_name: dict[str, Draft] = {}
        self._by_given: dict[str, set[str]] = {}
        self._by_relation: dict[tuple[Draft | None, str], Draft] = {}

    def told_of(self) -> list[Draft]:
        """Those of whom something is told."""
        return [draft for draft in self._all if draft.spans]

    def new(self) -> Draft:
        """Somebody who was not spoken of before."""
        draft = Draft()
        self._all.append(draft)
        return draft

    def office(self) -> Draft:
        """An office whose line is given: 派出所电话0731…."""
        draft = self.new()
        draft.is_office = True
        return draft

    def named(self, name: Entity) -> Draft:
        """The bearer of a name, now spoken of if not before."""
        return self.known(name) or self.name(self.new(), name)

    def known(self, name: Entity) -> Draft | None:
        """The bearer of a name that came before, or the one whose given name it is: 大鹏 for 鲁大鹏."""
        key = name_key(name)
        if key not in self._by_name and len(key) == 2:
            full = self._by_given.get(key, set())
            return self._by_name[next(iter(full))] if len(full) == 1 else None
        return self._by_name.get(key)

    def is_full(self, name: Entity) -> bool:
        """Whether a name came before as it is, and not as the end of a longer one."""
        return name_key(name) in self._by_name

    def name(self, draft: Draft, name: Entity) -> Draft:
        """Remember whose a name is."""
        key = name_key(name)
        self._by_name[key] = draft
        given = key[2:] if key[:2] in COMPOUND_SURNAMES and len(key) > 2 else key[1:]
        self._by_given.setdefault(given, set()).add(key)
        return draft

    def related(self, owner: Draft | None, relation: str) -> Draft:
        """Somebody's relative; the same relation of the same person is the same person."""
        key = (owner, relation)
        if key not in self._by_relation:
            self._by_relation[key] = self.new()
            self._by_relation[key].relation = relation
        return self._by_relation[key]


def name_key(name: Entity) -> str:
    """What names of one person have in common: the canonical value without white space."""
    return "".join((name.value or plain(name.text)).split())
