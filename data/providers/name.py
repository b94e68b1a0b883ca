"""People's names: Han by era and sex, and those of Hong Kong and Taiwan; other peoples' come from ``foreign_name``.

Sources: bearers of surnames and of given-name characters by sex and decade (NCIIC figures as published with
psychbruce/ChineseNames); the lists of given names are typical of their era, none is of a known person.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Literal

from gaihe.data.lexicon.pinyin import name_pinyin
from gaihe.data.lexicon.pools import words
from gaihe.data.lexicon.surnames import bearers
from gaihe.data.lexicon.tables import rows
from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import WordProvider

_MARRIED_NAME_SHARE = 0.04
_REDUPLICATED_CALL_SHARE = 0.4

Sex = Literal["m", "f"]
Origin = Literal["han", "minority", "hk", "tw", "foreign"]

_ERAS = {1952: "50", 1972: "70", 1986: "85", 1996: "95", 2008: "08", 2017: "16"}
_SINGLE_SHARE = {1950: 0.14, 1965: 0.2, 1975: 0.3, 1985: 0.36, 1993: 0.22, 2001: 0.13, 2010: 0.05, 2020: 0.04}
_LISTED_SHARE = 0.42
_REDUPLICATED_SHARE = 0.04
_TWO_SURNAMES_SHARE = 0.015
_EVEN_SURNAMES = 0.25
_MASKED = Weighted(
    {
        "{0}某": 20,
        "{0}某某": 30,
        "{0}*{2}": 18,
        "{0}**": 9,
        "{0}*": 9,
        "{0}＊{2}": 2,
        "{0}xx": 4,
        "{0}X": 3,
        "{0}○○": 2,
        "{0}××": 3,
    }
)
_PINYIN = Weighted(
    {"{s} {g}": 36, "{s}{g}": 30, "{S} {G}": 16, "{S}{G}": 6, "{SS} {GG}": 6, "{SS}{GG}": 2, "{s} {spaced}": 4}
)
_ENGLISH = Weighted({"{0} {1}": 60, "{0}": 30, "{0}.{1}": 4, "{1} {0}": 3, "{0}{1}": 3})


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name: its parts, and ``text`` as it is written in full.

    ``surname`` is empty where the culture has none; ``people`` names the culture (``han``, ``uy``, ``en``, …).
    """

    surname: str
    given: str
    text: str
    origin: Origin
    people: str = "han"

    @property
    def pinyin(self) -> tuple[str, ...]:
        """Surname and the given name's syllables, ``("ouyang", "wen", "bo")``; of a Latin name its words."""
        if self.text.isascii():
            return tuple(word.lower() for word in (self.given, self.surname) if word)
        return name_pinyin(self.surname, self.given)


@cache
def _surnames() -> Weighted[str]:
    """Surnames by their bearers, but `_EVEN_SURNAMES` of the draws by none: a model has to know the rare ones too."""
    total, even = sum(bearers().values()), _EVEN_SURNAMES / len(bearers())
    return Weighted({surname: (1 - _EVEN_SURNAMES) * weight / total + even for surname, weight in bearers().items()})


@cache
def _characters(sex: Sex, decade: int, place: int) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Characters and cumulative weights for the first or second place of a given name; place 0 is a name of one."""
    later = min(max((decade - 1960) / 40, 0.0), 1.0) * 2
    chosen: list[str] = []
    weights: list[float] = []
    for character, only, male_share, sixties, eighties, noughties in rows("given_name_characters"):
        if int(only) and int(only) != (place or 2):
            continue
        share = float(male_share) if sex == "m" else 1 - float(male_share)
        early, middle, late = float(sixties), float(eighties), float(noughties)
        frequency = early + (middle - early) * later if later <= 1 else middle + (late - middle) * (later - 1)
        chosen.append(character)
        weights.append(frequency**0.85 * share**1.6)
    return tuple(chosen), tuple(accumulate(weights))


@cache
def _single_share(year: int) -> float:
    return _SINGLE_SHARE[min(_SINGLE_SHARE, key=lambda point: abs(point - year))]


@cache
def _era(year: int) -> str:
    return _ERAS[min(_ERAS, key=lambda point: abs(point - year))]


class NameProvider(WordProvider):
    """Chinese names and the ways in which they are written."""

    def han_name(self, sex: Sex, birth_year: int, surname: str | None = None) -> PersonName:
        """A Han name such as a child born in that year would get."""
        surname = surname or _surnames().pick(self.random)
        if birth_year > 2000 and len(surname) == 1 and self.random.random() < _TWO_SURNAMES_SHARE:
            other = _surnames().pick(self.random)
            surname += other if len(other) == 1 and other != surname else ""
        given = self._given(sex, birth_year)
        return PersonName(surname, given, surname + given, "han")

    def hong_kong_name(self, sex: Sex, surname: str | None = None) -> PersonName:
        """A name of Hong Kong, in simplified characters; some married women add the husband's surname (陈方安生)."""
        surname = surname or self._part("regional_names", "hksurname")
        given = self._word("regional_names", f"hk{sex}")
        husband = ""
        if sex == "f" and self.random.random() < _MARRIED_NAME_SHARE:
            husband = self._part("regional_names", "hksurname")
        return PersonName(surname, given, husband + surname + given, "hk")

    def taiwan_name(self, sex: Sex, surname: str | None = None) -> PersonName:
        """A name of Taiwan, in simplified characters."""
        surname = surname or self._part("regional_names", "twsurname")
        given = self._word("regional_names", f"tw{sex}")
        return PersonName(surname, given, surname + given, "tw")

    def given_form(self, name: PersonName) -> str:
        """The given name alone; one of one character is doubled or, mostly, keeps its surname."""
        if len(name.given) > 1:
            return name.given
        return name.given * 2 if name.people == "han" and self.random.random() < _REDUPLICATED_CALL_SHARE else name.text

    def masked_form(self, name: PersonName) -> str:
        """The name with part of it hidden: 张某某, 张*丽."""
        if name.text.isascii():
            return name.text[0] + "***"
        if "·" in name.text:
            first, _, last = name.text.partition("·")
            return self.random.choice((f"{first}·某某", f"{first}·{last[0]}**", f"{first[0]}**·{last}"))
        surname = name.surname or name.text[0]
        rest = name.text.removeprefix(surname) or name.given
        template = _MASKED.pick(self.random)
        if "{2}" in template and len(rest) < 2:
            template = "*{2}" if template == "{0}*{2}" else "{0}某"
        return template.format(surname, name.given, rest[-1])

    def pinyin_form(self, name: PersonName) -> str:
        """The name in Pinyin: zhang li, zhangli, Zhang Li, ZHANG LI."""
        first, *rest = name.pinyin
        given = "".join(rest)
        if not given or not name.surname:
            return self.random.choice((str.lower, str.capitalize))(first + given)
        return _PINYIN.pick(self.random).format(
            s=first,
            g=given,
            spaced=" ".join(rest),
            S=first.capitalize(),
            G=given.capitalize(),
            SS=first.upper(),
            GG=given.upper(),
        )

    def english_form(self, name: PersonName, sex: Sex) -> str:
        """An English given name, mostly with the surname: Lily Zhang, Lily."""
        if name.text.isascii():
            return name.text
        first = self._word("latin_names", "given_m" if sex == "m" else "given")
        family = self._romanised(name)
        return _ENGLISH.pick(self.random).format(first, family) if family else first

    def _romanised(self, name: PersonName) -> str:
        if name.origin == "foreign":
            return self._word("latin_names", "family")
        spellings = _romanisations().get(name.surname)
        if spellings and name.origin in ("hk", "tw"):
            return spellings[0 if name.origin == "hk" else 1]
        return name.pinyin[0].capitalize() if name.surname else ""

    def _given(self, sex: Sex, birth_year: int) -> str:
        year = birth_year + round(self.random.gauss(0, 3.5))
        single = self.random.random() < _single_share(year)
        if self.random.random() < _LISTED_SHARE:
            pool = words("given_names", sex + _era(year), self.generator.split)
            given = self.random.choice(pool)
            if single == (len(given) == 1):
                return given
        decade = min(max(year // 10 * 10, 1950), 2020)
        if single:
            return self._character(sex, decade, 0)
        return self._own(lambda: self._characters(sex, year, decade))

    def _characters(self, sex: Sex, year: int, decade: int) -> str:
        first = self._character(sex, decade, 1)
        if sex == "f" and year > 1975 and self.random.random() < _REDUPLICATED_SHARE:
            return first * 2
        second = self._character(sex, decade, 2)
        return first + second if first != second else first + self._character(sex, decade, 2)

    def _character(self, sex: Sex, decade: int, place: int) -> str:
        characters, weights = _characters(sex, decade, place)
        return self.random.choices(characters, cum_weights=weights)[0]


@cache
def _romanisations() -> dict[str, tuple[str, str]]:
    return {surname: (hong_kong, taiwan) for surname, hong_kong, taiwan in rows("romanised_surnames")}
