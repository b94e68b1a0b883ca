"""Schools as people name them, with department, year and class.

Sources: the ministry's register of universities and colleges (names are facts); schools below are composed of places
and common names; short names of well-known universities as their students use them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from gaihe.data.lexicon.pools import words
from gaihe.data.lexicon.regions import HONG_KONG, TAIWAN, Region, short
from gaihe.data.lexicon.tables import Split, entries, rows
from gaihe.data.providers.base import WordProvider
from gaihe.data.providers.school_shapes import (
    COLLEGE,
    COLLEGE_GRADE,
    HIGH_CLASS,
    JUNIOR_TRACKS,
    KINDER_CLASS,
    OVERSEAS_MAJORS,
    POSTGRADUATE,
    PRIMARY_CLASS,
    TRACKS,
    confers_degrees,
    departments_of,
    is_college,
    majors_of,
    short_university,
)

_MANY_CLASSES_SHARE = 0.3
_SHORT_NAME_SHARE = 0.25
_KNOWN_UNIVERSITY_SHARE = 0.4
_NAMED_HIGH_SCHOOL_SHARE = 0.2
_TOWN_JUNIOR_SCHOOL_SHARE = 0.12
_TOWN_PRIMARY_SCHOOL_SHARE = 0.35
_WITH_PLACE_SHARE = 0.6
_IN_PROVINCE_SHARE = 0.5
_WHOLE_PRIMARY_NAME_SHARE = 0.5
_NAME_ALONE_SHARE = 0.75
_ANY_FULL_NAME_SHARE = 0.4
_ANY_SHORT_NAME_SHARE = 0.15

Level = Literal["kindergarten", "primary", "junior", "high", "univ"]
SchoolForm = Literal["any", "univ", "dept", "high", "primary", "short"]
Study = Literal["degree", "college"]
"""A university with degrees, or a vocational college (大专)."""

_NUMERALS = "零一二三四五六七八九"
_ENROLLED_SHARE = 0.2
_POSTGRADUATE_SHARE = 0.06


@dataclass(frozen=True, slots=True)
class School:
    """A school that a person goes or went to.

    ``short`` is how its own people call it, ``year`` that of entering it, ``years`` how many one spends there.
    """

    level: Level
    name: str
    short: str
    dept: str
    major: str
    year: int
    grade: int
    class_number: int
    years: int
    enrolled: bool


@cache
def _short_names() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, nickname in rows("university_short_names"):
        found[name] = (*found.get(name, ()), nickname)
    return found


@cache
def _universities(split: Split, known: bool, study: Study | None) -> dict[str, tuple[str, ...]]:
    """Universities by province, ``""`` for all of them; only those with a well-known short name if ``known``."""
    fits: Callable[[str], bool] = confers_degrees if study == "degree" else is_college if study else bool
    found: dict[str, list[str]] = defaultdict(list)
    for name, province in entries("universities", split):
        if fits(name) and (not known or name in _short_names()):
            found[province].append(name)
            if province:
                found[""].append(name)
    return {province: tuple(names) for province, names in found.items()}


class SchoolProvider(WordProvider):
    """Schools of all levels."""

    def school_at(self, level: Level, region: Region, age: int, year: int, study: Study | None = None) -> School:
        """A school of that level which a person of the region attends or attended.

        Args:
            level: kind of school.
            region: home county; universities are in the same province half of the time.
            age: the person's age in years; sets the grade, and past school age the year of leaving.
            year: the present year.
            study: which kind of university; any if not given.
        """
        starts = {"kindergarten": 3, "primary": 6, "junior": 12, "high": 15, "univ": 18}
        spans = {"kindergarten": 3, "primary": 6, "junior": 3, "high": 3, "univ": 4}
        name, brief = self._university(region, study) if level == "univ" else self._lower(level, region)
        start, span = starts[level], 3 if is_college(name) else spans[level]
        grade = age - start + 1 if start <= age < start + span else self.random.randint(1, span)
        dept = self.random.choice(departments_of(name) or words("school_words", "dept"))
        majors = OVERSEAS_MAJORS if region.code in (HONG_KONG, TAIWAN) else majors_of(dept)
        if majors is OVERSEAS_MAJORS:
            dept = self.random.choice(majors) + "系"
        return School(
            level,
            name,
            brief,
            dept,
            self.random.choice(majors) if majors else self._part("school_words", "major"),
            year - max(age - start, 0),
            grade,
            self.random.randint(
                1, 24 if level in ("junior", "high") and self.random.random() < _MANY_CLASSES_SHARE else 8
            ),
            span,
            start <= age < start + span,
        )

    def school(self, school: School, form: SchoolForm = "any") -> str:
        """The school as written in a post: its name, or with department, year and class."""
        draw = self.random.random()
        match form:
            case "dept":
                return self._with_class(school)
            case "short":
                return school.short
            case "primary" if not school.enrolled:
                return school.name
            case "univ" | "high" | "primary":
                return school.name if draw < _NAME_ALONE_SHARE else self._with_class(school)
            case "any":
                if draw < _ANY_FULL_NAME_SHARE:
                    return school.name
                named = draw < _ANY_FULL_NAME_SHARE + _ANY_SHORT_NAME_SHARE
                return school.short if named else self._with_class(school)

    def _with_class(self, school: School) -> str:
        shapes = {"univ": COLLEGE, "primary": PRIMARY_CLASS, "kindergarten": KINDER_CLASS}.get(school.level, HIGH_CLASS)
        if school.level == "univ" and school.enrolled and self.random.random() < _ENROLLED_SHARE:
            shapes = COLLEGE_GRADE
        elif _has_graduates(school) and self.random.random() < _POSTGRADUATE_SHARE:
            shapes = POSTGRADUATE
        shape = shapes.pick(self.random)
        graduation = school.years if "届" in shape else 0
        return shape.format(
            name=school.short if self.random.random() < _SHORT_NAME_SHARE else school.name,
            dept=school.dept,
            major=school.major,
            year=school.year + graduation,
            yy=f"{(school.year + graduation) % 100:02d}",
            n=school.class_number,
            few=_NUMERALS[school.class_number % 6 + 1],
            g=_NUMERALS[school.grade],
            stage="初" if school.level == "junior" else "高",
            grade=f"大{_NUMERALS[school.grade]}",
            study=_NUMERALS[min(school.grade, 3)],
            track=self.random.choice(JUNIOR_TRACKS if school.level == "junior" else TRACKS),
            size="小中大"[min(school.grade, 3) - 1],
        )

    def _university(self, region: Region, study: Study | None) -> tuple[str, str]:
        random = self.random
        if region.code in (HONG_KONG, TAIWAN):
            name = self._word("school_words", "hk_univ" if region.code == HONG_KONG else "tw_univ")
            return name, name.replace("大学", "大")
        known = study != "college" and random.random() < _KNOWN_UNIVERSITY_SHARE
        pools = _universities(self.generator.split, known, study)
        local = pools.get(region.province) if random.random() < _IN_PROVINCE_SHARE else None
        name = random.choice(local or pools[""])
        nicknames = _short_names().get(name)
        return name, random.choice(nicknames) if nicknames else short_university(name)

    def _lower(self, level: Level, region: Region) -> tuple[str, str]:
        random = self.random
        if region.code in (HONG_KONG, TAIWAN) and level in ("junior", "high"):
            name = self._word("school_words", "hk_high" if region.code == HONG_KONG else "tw_high")
            return name, name
        county, city = region.county, region.home_city
        place = random.choice(
            [name for name in (short(county), short(county), county, short(city), city) if len(name) < 6]
        )
        if level == "kindergarten":
            stem = self._word("school_words", "kinder") + "幼儿园"
            return self._placed(stem, place)
        if level == "primary":
            return self._primary(region, place)
        if random.random() < _NAMED_HIGH_SCHOOL_SHARE:
            stem = self._word("school_words", "high_whole") + random.choice(
                ("中学", "学校", "实验学校") if level == "junior" else ("中学", "高中", "学校")
            )
            return self._placed(stem, place)
        tail = random.choice(_tails(level))
        if region.towns and random.random() < _TOWN_JUNIOR_SCHOOL_SHARE and level == "junior":
            place, tail = random.choice(region.towns), random.choice(("中学", "初级中学", "中心学校"))
            place = place.removesuffix("街道")
        return place + tail, (short(county) if place == county else short(city) if place == city else place) + tail

    def _primary(self, region: Region, place: str) -> tuple[str, str]:
        random = self.random
        if region.towns and random.random() < _TOWN_PRIMARY_SCHOOL_SHARE:
            town = random.choice(region.towns).removesuffix("街道")
            name = town + random.choice(("中心小学", "中心校", "小学", "第一小学", "中心完小"))
            return name, name
        if random.random() < _WHOLE_PRIMARY_NAME_SHARE:
            return self._placed(
                self._word("school_words", "primary_whole") + random.choice(("小学", "小学", "学校")), place
            )
        name = place + self._part("school_words", "primary_tail")
        return name, name

    def _placed(self, stem: str, place: str) -> tuple[str, str]:
        return (place if self.random.random() < _WITH_PLACE_SHARE else "") + stem, stem


def _has_graduates(school: School) -> bool:
    return school.level == "univ" and not school.enrolled and confers_degrees(school.name)


@cache
def _tails(level: Level) -> tuple[str, ...]:
    wrong = ("初级",) if level == "high" else ("高", "职", "技", "卫校", "幼师", "体校", "中等")
    return tuple(tail for tail in words("school_words", "high_tail") if not any(mark in tail for mark in wrong))
