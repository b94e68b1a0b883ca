"""The people of a post: who plays each role of a carrier, of an age that its slots allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from random import Random

from gaihe.data.generator.carrier import Carrier, Declaration, Slot
from gaihe.data.generator.person import Person
from gaihe.data.generator.slots import Actor, PostGenerator
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.schema import BUILT_IN, EntityType

_OF_ADULTS = frozenset({"workplace", "employee_id", "plate", "bank_card", "vin", "id_card"})
"""Slots of people who work, and one that tells an age: whoever has one and no age declared is of working age."""
_OF_STUDENTS = frozenset({("student_id", None), ("address", "dorm")})
"""Slots and forms of students at a university: whoever has one and no age declared is of their age."""
_STUDENT_AGES = (18, 21)
_CANDIDATE_AGES = (18, 30)


def _is_of_adults(slot: Slot) -> bool:
    return slot.name in _OF_ADULTS or (slot.name == "birth_date" and slot.form is None)


class Troupe:
    """Makes the people of post after post; everything drawn depends on the last seed alone."""

    def __init__(self, split: Split, types: Sequence[EntityType] = BUILT_IN) -> None:
        self.generator = PostGenerator(split, types)
        self._actors: dict[str, Actor] = {}
        self._declared: dict[str, Declaration] = {}
        self._working: frozenset[str] = frozenset()
        self._studying: frozenset[str] = frozenset()
        self._examined: frozenset[str] = frozenset()

    @property
    def random(self) -> Random:
        """The source of randomness of the post."""
        source: Random = self.generator.random
        return source

    def seed(self, seed: str) -> Random:
        """Begin a post."""
        self.generator.seed_instance(seed)
        return self.random

    def begin(self, carrier: Carrier) -> None:
        """Begin a carrier: its people are new."""
        self._actors.clear()
        self._declared = {declaration.role: declaration for declaration in carrier.people}
        slots = tuple(carrier.slots())
        self._working = frozenset(slot.role for slot in slots if _is_of_adults(slot))
        self._studying = frozenset(slot.role for slot in slots if (slot.name, slot.form) in _OF_STUDENTS)
        self._examined = frozenset(slot.role for slot in slots if slot.name == "exam_id")

    def actor(self, role: str) -> Actor:
        """The person of a role, made when first asked for."""
        if role not in self._actors:
            self._actors[role] = Actor(self._person(role), self.generator)
        return self._actors[role]

    def newcomer(self) -> Person:
        """Somebody who plays no role in the carrier."""
        return Person.create(self.generator)

    def _person(self, role: str) -> Person:
        wanted = self._declared.get(role, Declaration(role))
        create: Callable[..., Person] = partial(Person.create, self.generator, people=wanted.people)
        if wanted.relation is not None:
            relation, other = wanted.relation
            create = getattr(self.actor(other).person, relation)
        person = create(
            sex=wanted.sex,
            ages=wanted.ages or self._ages(role, wanted.relation),
            origin=wanted.origin or ("han" if wanted.study == "college" else None),
            working=role in self._working,
        )
        person.study = wanted.study or person.study
        return person

    def _ages(self, role: str, relation: tuple[str, str] | None) -> tuple[int, int] | None:
        """The ages that a role's slots ask for where none are declared; class-mates are of one age."""
        if role not in self._studying:
            return _CANDIDATE_AGES if role in self._examined else None
        if relation is not None and relation[0] == "peer":
            age = self.actor(relation[1]).person.age
            return age, age
        return _STUDENT_AGES
