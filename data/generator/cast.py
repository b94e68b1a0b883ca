"""The cast of a post: what people are when nothing is declared of them, and the providers that they share."""

from __future__ import annotations

from random import Random

from gaihe.data.lexicon.regions import Region, draw_hong_kong, draw_region, draw_taiwan
from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.address import AddressProvider
from gaihe.data.providers.base import SplitGenerator
from gaihe.data.providers.foreign_name import HOMES, ForeignNameProvider
from gaihe.data.providers.name import NameProvider, Origin, PersonName, Sex
from gaihe.data.providers.school import SchoolProvider
from gaihe.data.providers.workplace import WorkplaceProvider

_AGES = Weighted({(12, 17): 12, (18, 25): 37, (26, 35): 28, (36, 50): 15, (51, 78): 8})
_WORKING_AGES = Weighted({(18, 25): 37, (26, 35): 28, (36, 50): 15, (51, 70): 8})
_ORIGINS: Weighted[Origin] = Weighted({"han": 93.5, "minority": 3.5, "hk": 0.8, "tw": 0.7, "foreign": 1.5})
_AT_HOME_SHARE = 0.75
_MALE_SHARE = 0.5


class Cast:
    """Draws traits, names and regions of people from one generator."""

    def __init__(self, fake: SplitGenerator) -> None:
        self.names = NameProvider(fake)
        self.foreign = ForeignNameProvider(fake)
        self.addresses = AddressProvider(fake)
        self.schools = SchoolProvider(fake)
        self.workplaces = WorkplaceProvider(fake)

    @property
    def random(self) -> Random:
        """The generator's source of randomness."""
        return self.names.random

    def traits(
        self, sex: Sex | None, ages: tuple[int, int] | None, origin: Origin | None, working: bool = False
    ) -> tuple[Sex, int, Origin]:
        """Sex, age in years and origin; those not given are drawn as people are talked about online.

        ``working`` leaves out the ages at which nobody works.
        """
        return (
            sex or ("m" if self.random.random() < _MALE_SHARE else "f"),
            self.random.randint(*(ages or (_WORKING_AGES if working else _AGES).pick(self.random))),
            origin or _ORIGINS.pick(self.random),
        )

    def name(
        self, origin: Origin, sex: Sex, birth_year: int, kin: PersonName | None = None, people: str | None = None
    ) -> PersonName:
        """A name of that origin, with the surname and people of ``kin`` where one is given, or of that people."""
        surname = kin.surname if kin else None
        match origin:
            case "minority":
                return self.foreign.minority_name(sex, surname, kin.people if kin and kin.origin == origin else people)
            case "foreign":
                return self.foreign.foreign_name(sex, surname)
            case "hk":
                return self.names.hong_kong_name(sex, surname)
            case "tw":
                return self.names.taiwan_name(sex, surname)
            case "han":
                return self.names.han_name(sex, birth_year, surname)

    def region(self, name: PersonName, at_home: bool = False) -> Region:
        """Where somebody of that name lives; minorities mostly in their own provinces, ``at_home`` always."""
        if name.origin == "hk":
            return draw_hong_kong(self.random)
        if name.origin == "tw":
            return draw_taiwan(self.random)
        at_home = at_home or (name.origin == "minority" and self.random.random() < _AT_HOME_SHARE)
        return draw_region(self.random, HOMES[name.people] if at_home else ())
