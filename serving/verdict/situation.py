"""What is known of a post beside its labels: what is told of whom, how they can be got at, and signs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.concerned import gives_an_outsider
from gaihe.serving.verdict.facts.addresses import is_numbered
from gaihe.serving.verdict.facts.items import (
    SHARED,
    beside_the_name,
    distinct,
    is_disguised,
    is_homed,
    is_located,
    is_sensitive,
    reach_of,
    singles_out,
    ties,
    told_of_before,
)
from gaihe.serving.verdict.facts.rarity import fitting, hidden, value_of
from gaihe.serving.verdict.facts.severity import Reach
from gaihe.serving.verdict.persons.person import Person
from gaihe.serving.verdict.signs.former import left
from gaihe.serving.verdict.signs.help import helps
from gaihe.serving.verdict.signs.intimate import tells_the_intimate
from gaihe.serving.verdict.signs.matters import matters
from gaihe.serving.verdict.signs.minors import YOUTH, youngest
from gaihe.serving.verdict.signs.names import WORD_SIGNS, What
from gaihe.serving.verdict.signs.requests import (
    appalled,
    deals,
    hunts,
    names_a_thing,
    seeks,
    seeks_acquaintances,
    seeks_comrades,
    seeks_services,
)
from gaihe.serving.verdict.signs.roles import public_role
from gaihe.serving.verdict.signs.said import said
from gaihe.serving.verdict.signs.trips import travels
from gaihe.serving.verdict.signs.whereabouts import whereabouts
from gaihe.serving.verdict.text import told

Piece = tuple[EntityType, str]
"""What a span tells: type and value."""
_IDENTITY = (EntityType.ID_CARD, EntityType.PASSPORT)
_REQUESTS: Mapping[str, Callable[[str], bool]] = {
    "sought": seeks,
    "acquaintance": seeks_acquaintances,
    "hunt": hunts,
    "dealing": deals,
}
"""The signs of requests that words alone tell."""
_NO_HELP = {"trade", "hunt", "identity_number", "bank_card", "many_persons"}
"""Signs of posts that do not call for help, whatever words they use."""
_HONOURED = (EntityType.NAME, EntityType.SCHOOL, EntityType.WORKPLACE)
"""What a board of honour tells."""


@dataclass(frozen=True)
class Situation:
    """What is told of some persons of a post.

    Args:
        text: the post, folded.
        persons: those whom it concerns.
        counts: whether a span counts.
        limits: the numbers that signs are measured by: ``many_persons``, ``unique``, ``narrow``.
        listed: whether the post holds something that the policy lists to be looked at.
        today: the day on which the post is judged, for ages.
        offering: those of whom nothing stands in the post but a contact by which they offer or seek others' data.
    """

    text: str
    persons: Sequence[Person]
    counts: Callable[[Entity], bool]
    limits: Mapping[str, int]
    listed: bool = False
    today: date | None = None
    offering: Sequence[Person] = ()

    @cached_property
    def items(self) -> list[list[Entity]]:
        """For each person the spans that count, one for each value."""
        return [
            list({_piece(span): span for span in person.spans if self.counts(span)}.values()) for person in self.persons
        ]

    @cached_property
    def _spans(self) -> list[Entity]:
        return [span for items in self.items for span in items]

    @cached_property
    def _shown(self) -> list[Entity]:
        """The spans whose value is not masked."""
        return [span for span in self._spans if not hidden(span)]

    @cached_property
    def _youngest(self) -> int | None:
        told_of = zip(self.persons, self.items, strict=True)
        relations = [person.relation for person, items in told_of if not all(map(hidden, items))]
        telling = [span for span in self._spans if span.type == EntityType.ID_CARD or not hidden(span)]
        return youngest(self.text, telling, self.today, relations) if self._shown else None

    @cached_property
    def _whereabouts(self) -> frozenset[Piece]:
        said_of = [span for person in self.persons for span in person.spans if self.counts(span) and not hidden(span)]
        return frozenset(map(_piece, whereabouts(self.text, said_of)))

    @cached_property
    def _left(self) -> frozenset[Piece]:
        """The places where the persons were, and are no more."""
        return frozenset(map(_piece, left(self.text, [span for person in self.persons for span in person.spans])))

    def _present(self, spans: Iterable[Entity]) -> list[Entity]:
        return [span for span in spans if _piece(span) not in self._left]

    @cached_property
    def _live(self) -> bool:
        return bool(self._shown) and (bool(self._whereabouts) or self._travels)

    @cached_property
    def _travels(self) -> bool:
        return travels(self.text, [span for person in self.persons for span in person.spans], self.today)

    def _said(self, name: str) -> list[int]:
        return said(
            self.text,
            name,
            [span for person in self.persons for span in person.spans],
            [person.relation for person in self.persons],
            any(person.is_author for person in self.persons),
        )

    @cached_property
    def what(self) -> What:
        """The most that is told of one of the persons."""
        if not self._spans:
            return What.NOTHING
        child = self._youngest is not None and self._youngest < YOUTH
        if self._live or child or any(map(is_sensitive, self._shown)):
            return What.SENSITIVE
        several = any(len(distinct(items)) > 1 for items in self.items)
        return What.SEVERAL if several else What.GENERAL

    @cached_property
    def reach(self) -> Reach:
        """How one of the persons can be got at, at the worst."""
        if self._live:
            return Reach.DOOR
        return self._told_reach

    @cached_property
    def _told_reach(self) -> Reach:
        return max(map(reach_of, self._present(self._shown)), default=Reach.NONE)

    @cached_property
    def fits(self) -> list[int]:
        """For each person about how many people in the country fit what is told."""
        return [fitting(items) for items in self.items]

    @cached_property
    def roles(self) -> list[bool]:
        """For each person whether they have a public role."""
        return [public_role(self.text, person.called) for person in self.persons]

    @cached_property
    def signs(self) -> frozenset[str]:
        """All signs but those of intent and stance."""
        found = {f"what.{self.what.name.lower()}", f"reach.{self.reach.name.lower()}"}
        if told(self.text, "trade"):
            found.add("trade")
        found |= set(self._signs_of_purposes())
        found |= {sign for sign, is_one in _REQUESTS.items() if is_one(self.text)}
        if seeks_services(self.text) and not any(map(singles_out, self._spans)):
            found.add("service")
        if self.listed:
            found.add("always")
        if any(self.counts(span) for person in self.offering for span in person.spans):
            found.add("offered")
        if self._spans:
            found |= {name for name in WORD_SIGNS if self._said(name)}
            found |= set(self._signs_of_values()) | set(self._signs_of_persons())
            found |= set(self._signs_of_what_leads_to_somebody()) | set(matters(self.text, self._spans))
        if "business" not in found and self._gives_an_outsider(attacked=False):
            found.add("others_too")
        if appalled(self.text) and not found & {"singled_out", "offered", "hunt"}:
            found.add("appalled")
        reached = "contact" in found and found & {"homed", "precise_address", "door"}
        if helps(self.text) and not found & _NO_HELP and not reached:
            found.add("helps")
        return frozenset(found)

    def _signs_of_purposes(self) -> Iterable[str]:
        everything = [span for person in self.persons for span in person.spans]
        if said(self.text, "public_interest", everything):
            yield "public_interest"
        lost = told(self.text, "lost_family") or seeks_comrades(self.text)
        if lost and not told(self.text, "lost_family_trade"):
            yield "lost_family"
        if told(self.text, "notices") or (told(self.text, "feasts") and self._told_reach is not Reach.DOOR):
            yield "notice"
        if told(self.text, "honours") and all(span.type in _HONOURED for span in self._spans):
            yield "honours"

    def _signs_of_values(self) -> Iterable[str]:
        types = {span.type for span in self._shown}
        if any(map(singles_out, self._spans)) or not names_a_thing(self.text):
            yield "singled_out"
        if self._live:
            yield "live"
        if any(reach_of(span) is Reach.REMOTE for span in self._shown):
            yield "contact"
        if types & {*_IDENTITY}:
            yield "identity_number"
        if EntityType.BANK_CARD in types:
            yield "bank_card"
        if any(span.type == EntityType.ADDRESS and is_sensitive(span) for span in self._shown):
            yield "precise_address"
        if self._told_reach is Reach.DOOR:
            yield "door"
        if any(map(is_disguised, self._spans)):
            yield "disguised"
        if any(map(is_located, map(self._present, self.items))):
            yield "located"

    def _signs_of_what_leads_to_somebody(self) -> Iterable[str]:
        if any(span.type == EntityType.ADDRESS and is_numbered(value_of(span)) for span in self._shown):
            yield "numbered"
        if any(map(ties, self.items)):
            yield "tied"
        if any(is_homed(self._present(items)) for items in self.items):
            yield "homed"
        if told(self.text, "alone"):
            yield "alone"
        if any(map(beside_the_name, self.items)):
            yield "beside_the_name"
        if all(span.type in SHARED for span in self._spans):
            yield "places_only"

    def _signs_of_persons(self) -> Iterable[str]:
        if self._youngest is not None:
            yield "minor.under_14" if self._youngest < YOUTH else "minor.under_18"
        told = [fits for fits, items in zip(self.fits, self.items, strict=True) if beside_the_name(items)]
        if len(told) >= self.limits["many_persons"]:
            yield "many_persons"
        fewest = min(told, default=None)
        if fewest is not None and fewest <= self.limits["unique"]:
            yield "unique"
        elif fewest is not None and fewest <= self.limits["narrow"]:
            yield "narrow"
        if tells_the_intimate(self.text, self._names_of_others()):
            yield "intimate"
        roles = [role for role, items in zip(self.roles, self.items, strict=True) if items]
        if roles and all(roles):
            yield "public_role"

    @cached_property
    def attacks_others_too(self) -> bool:
        """Whether in an attack, where nobody is given by the author's leave, others are told of beside the author."""
        return "business" not in self.signs and self._gives_an_outsider(attacked=True)

    def _gives_an_outsider(self, *, attacked: bool) -> bool:
        return gives_an_outsider(self.text, list(zip(self.persons, self.items, strict=True)), attacked=attacked)

    def _names_of_others(self) -> Iterable[Entity]:
        people = (person for person in self.persons if not person.is_author)
        return (span for person in people for span in person.spans if self.counts(span))

    def pieces(self) -> dict[str, int]:
        """How many pieces of information there are of each tier of the 2017 interpretation's art. 5.

        Whereabouts are the places where somebody is right now, and a trip; lodging and health are of the persons after
        whose data words of them stand, or of all where they stand above them.
        """
        kinds = Counter(
            "whereabouts_property"
            if _piece(span) in self._whereabouts or span.type == EntityType.BANK_CARD
            else "other"
            for span in self._shown
        )
        trip = int(self._live and self._travels)
        touched = told_of_before(self.items, [place for name in ("health", "lodging") for place in self._said(name)])
        return {
            "whereabouts_property": kinds["whereabouts_property"] + trip,
            "lodging_health": len(touched),
            "other": kinds["other"],
        }


def _piece(span: Entity) -> Piece:
    return span.type, value_of(span)
