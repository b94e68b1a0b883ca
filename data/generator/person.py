"""Invented people whose values agree: name with sex and birth, address with city, school with age, kin with kin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, get_args

from gaihe.data.generator.cast import Cast
from gaihe.data.lexicon.regions import Region, draw_neighbour, plate_prefixes
from gaihe.data.providers.address import AddressForm
from gaihe.data.providers.base import PRESENT_YEAR, SplitGenerator
from gaihe.data.providers.home import Home
from gaihe.data.providers.name import Origin, PersonName, Sex
from gaihe.data.providers.school import Level, School, SchoolForm, Study
from gaihe.data.providers.workplace import Employer, Sector, WorkplaceForm

_KIN_YEARS = (-30, -28, -27, -25, -24, -5, -3, -2, 2, 3, 5, 24, 26, 28, 30)
_AT_HOME_SHARE = 0.75
_WORKING = (18, 70)
_FORMS = {
    "name": ("full", "given", "masked", "en", "pinyin"),
    "address": get_args(AddressForm),
    "school": get_args(SchoolForm),
    "workplace": get_args(WorkplaceForm),
}


class Person:
    """An invented person; ``create`` makes one, ``kin``, ``mate`` and ``peer`` make people who belong to them.

    Attributes:
        study: the kind of university that the person goes or went to; any if it is not set before the first surface.
    """

    def __init__(
        self,
        cast: Cast,
        sex: Sex,
        age: int,
        name: PersonName,
        home: Home,
        schools: dict[Level, School] | None = None,
        employers: dict[Sector | None, Employer] | None = None,
    ) -> None:
        self._cast = cast
        self._schools = {} if schools is None else schools
        self._employers = {} if employers is None else employers
        self._surfaces: dict[tuple[str, str], str] = {}
        self._plate_prefix: str | None = None
        self.study: Study | None = None
        self.sex: Sex = sex
        self.age = age
        self.name = name
        self.home = home
        self.birth = date(PRESENT_YEAR - age, 1, 1) + timedelta(days=cast.random.randrange(365))

    @classmethod
    def create(
        cls,
        fake: SplitGenerator,
        sex: Sex | None = None,
        ages: tuple[int, int] | None = None,
        origin: Origin | None = None,
        working: bool = False,
        people: str | None = None,
    ) -> Person:
        """A person on their own.

        Args:
            fake: source of randomness and of the split that words are drawn from.
            sex: ``m`` or ``f``; either if not given.
            ages: least and greatest age in years; the ages of people who are talked about online if not given.
            origin: ``han``, ``minority``, ``hk``, ``tw`` or ``foreign``; mostly ``han`` if not given.
            working: whether an age that is not given is that of people who work, 18 to 70; so also below.
            people: of a person of a minority, which one (`HOMES`), at home in its provinces; any if not given.
        """
        cast = Cast(fake)
        sex, age, origin = cast.traits(sex, ages, origin, working)
        name = cast.name(origin, sex, PRESENT_YEAR - age, people=people)
        return cls(cast, sex, age, name, cast.addresses.home(cast.region(name, at_home=people is not None)))

    def kin(
        self,
        sex: Sex | None = None,
        ages: tuple[int, int] | None = None,
        origin: Origin | None = None,
        working: bool = False,
    ) -> Person:
        """A parent, child, brother or sister: same surname and home."""
        if ages is None:
            least, greatest = _WORKING if working else (4, 88)
            age = min(max(self.age + self._cast.random.choice(_KIN_YEARS), least), greatest)
            ages = age, age
        sex, age, origin = self._cast.traits(sex, ages, origin or self.origin)
        name = self._cast.name(origin, sex, PRESENT_YEAR - age, self.name)
        return Person(self._cast, sex, age, name, self.home)

    def mate(
        self,
        sex: Sex | None = None,
        ages: tuple[int, int] | None = None,
        origin: Origin | None = None,
        working: bool = False,
    ) -> Person:
        """A spouse or room-mate: same home, another family."""
        sex, age, origin = self._cast.traits(sex, ages or self._ages_near(6, working), origin)
        people = self.name.people if origin == self.origin == "minority" else None
        name = self._cast.name(origin, sex, PRESENT_YEAR - age, people=people)
        return Person(self._cast, sex, age, name, self.home)

    def peer(
        self,
        sex: Sex | None = None,
        ages: tuple[int, int] | None = None,
        origin: Origin | None = None,
        working: bool = False,
    ) -> Person:
        """A class-mate or colleague: same schools and employer, mostly of the same city."""
        random = self._cast.random
        sex, age, origin = self._cast.traits(sex, ages or self._ages_near(0 if self.age < 19 else 8, working), origin)
        name = self._cast.name(origin, sex, PRESENT_YEAR - age)
        region = draw_neighbour(random, self.region) if random.random() < _AT_HOME_SHARE else self._cast.region(name)
        home = self._cast.addresses.home(region)
        peer = Person(self._cast, sex, age, name, home, self._schools, self._employers)
        peer.study = self.study
        return peer

    @property
    def origin(self) -> Origin:
        """``han``, ``minority``, ``hk``, ``tw`` or ``foreign``."""
        return self.name.origin

    @property
    def region(self) -> Region:
        """The home county."""
        return self.home.region

    @property
    def region_code(self) -> str:
        """The home county's six-digit code, as in a resident identity number."""
        return self.region.code

    @property
    def province(self) -> str:
        """The home province in full."""
        return self.region.province

    @property
    def city(self) -> str:
        """The home city in full: 长沙市, 北京市."""
        return self.region.home_city

    @property
    def plate_prefix(self) -> str | None:
        """The first two characters of the person's vehicle plate (湘A); ``None`` outside the mainland."""
        if self._plate_prefix is None:
            prefixes = plate_prefixes(self.region)
            self._plate_prefix = self._cast.random.choice(prefixes) if prefixes else None
        return self._plate_prefix

    @property
    def pinyin(self) -> str:
        """Surname and the given name's syllables, with a space between them: ``ouyang wen bo``."""
        return " ".join(self.name.pinyin)

    @property
    def enrolment_year(self) -> int:
        """The year of entering the present school, or the university that an adult went to."""
        return self._school(_level(self.age)).year

    def surface(self, slot: str, form: str | None = None) -> str:
        """The text for a slot (``name``, ``address``, ``school``, ``workplace``) in a form; the same at every call.

        Raises:
            ValueError: there is no such slot or form.
        """
        forms = _FORMS.get(slot, ())
        form = form or ("full" if slot == "name" else "any")
        if form not in forms:
            raise ValueError(f"no form {form!r} of slot {slot!r}; known: {', '.join(forms) or ', '.join(_FORMS)}")
        key = slot, form
        if key not in self._surfaces:
            self._surfaces[key] = _WRITERS[slot](self, form)
        return self._surfaces[key]

    def _ages_near(self, years: int, working: bool) -> tuple[int, int]:
        least, greatest = _WORKING if working else (4, 88)
        return min(max(self.age - years, least), greatest), min(max(self.age + years, least), greatest)

    def _name_surface(self, form: str) -> str:
        names = self._cast.names
        match form:
            case "given":
                return names.given_form(self.name)
            case "masked":
                return names.masked_form(self.name)
            case "pinyin":
                return names.pinyin_form(self.name)
            case "en":
                return names.english_form(self.name, self.sex)
            case _:
                return self.name.text

    def _address_surface(self, form: AddressForm) -> str:
        places = {}
        if form == "dorm":
            level = _level(self.age)
            school = self._school(level if level in ("junior", "high") else "univ")
            places = {"univ": school.name, "univ_short": school.short}
        elif form == "work":
            places = {"firm": self._employer(None).short}
        elif form == "landmark":
            places = {"hospital": self._cast.workplaces.general_hospital(self.region)}
        return self._cast.addresses.address(self.home, form, **places)

    def _school_surface(self, form: SchoolForm) -> str:
        level = _level(self.age)
        match form:
            case "univ":
                level = "univ"
            case "high" if level != "junior":
                level = "high"
            case "primary" if level != "kindergarten":
                level = "primary"
        return self._cast.schools.school(self._school(level), form)

    def _workplace_surface(self, form: WorkplaceForm) -> str:
        sector: Sector | None = form if form == "firm" or form == "gov" or form == "hospital" else None
        return self._cast.workplaces.workplace(self._employer(sector), form)

    def _school(self, level: Level) -> School:
        if level not in self._schools:
            self._schools[level] = self._cast.schools.school_at(level, self.region, self.age, PRESENT_YEAR, self.study)
        return self._schools[level]

    def _employer(self, sector: Sector | None) -> Employer:
        if sector not in self._employers:
            self._employers[sector] = self._cast.workplaces.employer(self.region, sector)
        return self._employers[sector]


_WRITERS: dict[str, Callable[[Person, Any], str]] = {
    "name": Person._name_surface,
    "address": Person._address_surface,
    "school": Person._school_surface,
    "workplace": Person._workplace_surface,
}


def _level(age: int) -> Level:
    bounds: tuple[tuple[int, Level], ...] = ((6, "kindergarten"), (12, "primary"), (15, "junior"), (18, "high"))
    return next((level for bound, level in bounds if age < bound), "univ")
