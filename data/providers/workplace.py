"""Employers as people name them, with department or branch.

Sources: short names of firms from wainshine/Company-Names-Corpus, hospitals from the public lists gathered by wuhan2020
(hhui64/wuhan2020map); government bodies, shops, factories and branches are composed of places and common names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from gaihe.data.lexicon.pools import words
from gaihe.data.lexicon.regions import HONG_KONG, TAIWAN, Region, short
from gaihe.data.lexicon.tables import Split, entries, rows
from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import WordProvider

_SPACED_DEPARTMENT_SHARE = 0.05
_REAL_BRAND_SHARE = 0.7
_IN_TOWN_SHARE = 0.35
_NAMED_AFTER_COUNTY_SHARE = 0.75
_FULL_BRANCH_NAME_SHARE = 0.6
_SHORT_BEFORE_DEPARTMENT_SHARE = 0.5
_WHOLE_STREET_NAME_SHARE = 0.5
_LISTED_HOSPITAL_SHARE = 0.5

Sector = Literal["firm", "brand", "gov", "hospital", "school", "shop", "factory", "delivery"]
WorkplaceForm = Literal["any", "dept", "firm", "gov", "hospital", "short"]

_SECTORS: Weighted[Sector] = Weighted(
    {"firm": 38, "brand": 16, "gov": 12, "hospital": 9, "school": 5, "shop": 9, "factory": 7, "delivery": 4}
)
_FORM = Weighted({"short": 28, "full": 44, "dept": 28})
_SCHOOL = Weighted({"univ": 30, "high": 35, "primary": 25, "kindergarten": 10})
_FIRM = Weighted(
    {
        "{city}{root}{line}{tail}": 40,
        "{province}{root}{line}{tail}": 16,
        "{full_city}{root}{line}{tail}": 16,
        "{root}{line}（{city}）{tail}": 4,
        "{root}({city}){line}{tail}": 4,
        "{root}{line}{tail}": 10,
        "{root}{line}{tail}{city}分公司": 6,
        "{county}{root}{line}{tail}": 4,
    }
)
_FIRM_SHORT = Weighted({"{root}{line}": 45, "{root}": 20, "{city}{root}": 15, "{root}公司": 10, "{root}集团": 10})
_BRANCH = Weighted(
    {
        "{name}": 50,
        "{name}{city}分公司": 16,
        "{city}{name}": 12,
        "{name}{county}店": 5,
        "{name}({city})": 3,
        "{name}{road}店": 4,
    }
)
_OFFICES = {
    "公安局": "police_dept",
    "派出所": "police_dept",
    "人民法院": "court_dept",
    "税务局": "tax_dept",
    "交警大队": "traffic_dept",
}
_TOWN_DESKS = ("办公室", "窗口", "综治办", "党政办", "便民大厅", "值班室", "财务室", "社保窗口")
_DESKS = {
    "政府": _TOWN_DESKS,
    "街道办": _TOWN_DESKS,
    "便民服务中心": ("窗口", "社保窗口", "便民大厅", "办公室"),
    "派出所": ("户籍室", "值班室", "办公室", "户籍窗口"),
    "卫生": ("挂号窗口", "药房", "注射室", "值班室", "公卫科", "妇保室"),
    "学校": ("教务处", "总务处", "门卫室", "办公室"),
}
_OF_ONE_FIELD = re.compile(
    "骨|口腔|牙|儿童|宝贝|妇|产|眼|肺|胃|肛肠|肿瘤|皮肤|精神|脑|心理|传染|结核|康复|老年|职业病|病医院|病防治|美容|整形|男科|疗养|中医|"
    "卫生院|卫生服务|卫生室|校医院"
)
_DESKS_OF_ANY_HOSPITAL = (
    "护理部",
    "药房",
    "门诊部",
    "住院部",
    "挂号处",
    "收费处",
    "院办",
    "检验科",
    "医保办",
    "后勤科",
)
_OTHER_DESKS = ("办公室", "窗口", "值班室", "财务室")


@dataclass(frozen=True, slots=True)
class Employer:
    """An employer; ``short`` is how people call it, ``dept`` where in it the person works."""

    sector: Sector
    name: str
    short: str
    dept: str


@cache
def _hospitals_near(region: Region, split: Split) -> tuple[str, ...]:
    """The listed hospitals named after a county, its city or province; those named after no place if there are none."""
    own = tuple({short(region.county), short(region.home_city), short(region.province)})
    near = tuple(name for name, *_ in entries("hospitals", split) if name.startswith(own))
    return near or _hospitals_of_no_place(split)


@cache
def _hospitals_of_no_place(split: Split) -> tuple[str, ...]:
    places = tuple({short(name) for row in rows("divisions") for name in row[1:4] if name})
    return tuple(name for name, *_ in entries("hospitals", split) if not name.startswith(places))


class WorkplaceProvider(WordProvider):
    """Employers of all sectors."""

    def employer(self, region: Region, sector: Sector | None = None) -> Employer:
        """An employer in the region."""
        sector = sector or _SECTORS.pick(self.random)
        if region.code in (HONG_KONG, TAIWAN) and sector not in ("shop", "school"):
            return self._overseas(region, sector)
        name, brief, dept = {
            "firm": self._firm,
            "brand": self._brand,
            "gov": self._government,
            "hospital": self._hospital,
            "school": self._school,
            "shop": self._shop,
            "factory": self._factory,
            "delivery": self._delivery,
        }[sector](region)
        return Employer(sector, name, brief, dept)

    def general_hospital(self, region: Region) -> str:
        """The name of a hospital near the region that has all departments."""
        return self._until(lambda name: not _OF_ONE_FIELD.search(name), lambda: self.employer(region, "hospital").name)

    def workplace(self, employer: Employer, form: WorkplaceForm = "any") -> str:
        """The employer as written in a post: its name in full or short, or with the department."""
        drawn = _FORM.pick(self.random)
        if form == "short":
            return employer.short
        if "dept" in (form, drawn):
            space = " " if self.random.random() < _SPACED_DEPARTMENT_SHARE else ""
            short_name = self.random.random() < _SHORT_BEFORE_DEPARTMENT_SHARE
            return (employer.short if short_name else employer.name) + space + employer.dept
        return employer.short if drawn == "short" else employer.name

    def _firm(self, region: Region) -> tuple[str, str, str]:
        words = {
            "root": self.entry("companies")[0],
            "line": self._part("work_words", "firm_line"),
            "tail": self._part("work_words", "firm_form"),
            "city": short(region.home_city),
            "full_city": region.home_city,
            "province": short(region.province),
            "county": region.county,
        }
        name = _FIRM.pick(self.random).format_map(words)
        return name, _FIRM_SHORT.pick(self.random).format_map(words), self._part("work_words", "dept")

    def _brand(self, region: Region) -> tuple[str, str, str]:
        brand = self._word("work_words", "brand_real" if self.random.random() < _REAL_BRAND_SHARE else "brand_firm")
        road = self._word("places", "road") + "路"
        name = _BRANCH.pick(self.random).format(
            name=brand, city=short(region.home_city), county=short(region.county), road=road
        )
        return name, brand, self._part("work_words", "dept")

    def _government(self, region: Region) -> tuple[str, str, str]:
        random = self.random
        if region.towns and random.random() < _IN_TOWN_SHARE:
            return self._local_government(random.choice(region.towns))
        body = self._part("work_words", "gov")
        place = region.county if random.random() < _NAMED_AFTER_COUNTY_SHARE else region.home_city
        full = "公安分局" if body == "公安局" and place.endswith("区") else body
        return place + full, short(place) + body, self._part("work_words", _OFFICES.get(body, "gov_dept"))

    def _local_government(self, town: str) -> tuple[str, str, str]:
        if town.endswith("街道"):
            body = self._part("work_words", "street")
            place = town.removesuffix("街道")
            if not body.startswith("街道") and self.random.random() < _WHOLE_STREET_NAME_SHARE:
                place = town
            name = place + body
        elif town.endswith("镇"):
            body = self._part("work_words", "town_gov")
            name = town.removesuffix("镇") + body if body.startswith("镇") else town + body
        else:
            name = town + self._part("work_words", "town_gov").replace("镇政府", "政府")
        desks = next((desks for body, desks in _DESKS.items() if body in name), _OTHER_DESKS)
        return name, name, self.random.choice(desks)

    def _hospital(self, region: Region) -> tuple[str, str, str]:
        random = self.random
        if random.random() < _LISTED_HOSPITAL_SHARE:
            name = random.choice(_hospitals_near(region, self.generator.split))
            return name, name, self._ward(name)
        place = random.choice((region.county, short(region.county), region.home_city, short(region.home_city)))
        kind = random.choice(
            (
                "人民医院",
                "中医院",
                "中心医院",
                "第一人民医院",
                "第二人民医院",
                "第三医院",
                "妇幼保健院",
                "妇幼",
                "人民医院新院区",
                "骨科医院",
                "口腔医院",
                "儿童医院",
                "精神病医院",
                "一医院",
                "二医院",
            )
        )
        name = place + kind
        return name, random.choice((name, short(place) + kind)), self._ward(name)

    def _ward(self, hospital: str) -> str:
        """A department of a hospital; of one of a single field, or a small one, only those that every hospital has."""
        if _OF_ONE_FIELD.search(hospital):
            return self.random.choice(_DESKS_OF_ANY_HOSPITAL)
        return self._part("work_words", "hosp_dept")

    def _school(self, region: Region) -> tuple[str, str, str]:
        random = self.random
        kind = _SCHOOL.pick(random)
        if kind == "univ":
            name = self.entry("universities")[0]
            return name, name, self._part("school_words", "dept")
        if kind == "high":
            name = short(region.county) + self._part("school_words", "high_tail")
        elif kind == "primary":
            name = short(region.county) + self._word("school_words", "primary_whole") + "小学"
        else:
            name = self._word("school_words", "kinder") + "幼儿园"
        return name, name, self._part("work_words", "school_dept")

    def _shop(self, region: Region) -> tuple[str, str, str]:
        name = self._word("work_words", "shop_name") + self._part("work_words", "shop_kind")
        place = self.random.choice(
            ("", "", short(region.county), short(region.home_city), self._word("places", "road") + "路")
        )
        return (
            place + name,
            name,
            self.random.choice(("前台", "收银台", "后厨", "店面", "二楼", "总店", "分店", "吧台")),
        )

    def _factory(self, region: Region) -> tuple[str, str, str]:
        root = self.entry("companies")[0]
        kind = self._part("work_words", "factory")
        town = self.random.choice(region.towns) if region.towns else ""
        place = self.random.choice(("", short(region.home_city), short(region.county), town))
        return place + root + kind, root + kind, self._part("work_words", "factory_dept")

    def _delivery(self, region: Region) -> tuple[str, str, str]:
        brand = self._word("work_words", "site")
        place = self.random.choice(
            (short(region.county), self._word("places", "road") + "路", self._word("places", "estate"))
        )
        name = brand + place + self._part("work_words", "site_tail")
        return (
            name,
            name if self.random.random() < _FULL_BRANCH_NAME_SHARE else brand,
            self.random.choice(("分拣组", "客服", "早班组", "夜班", "仓库", "骑手组")),
        )

    def _overseas(self, region: Region, sector: Sector) -> Employer:
        side = "hk" if region.code == HONG_KONG else "tw"
        firms = words("work_words", f"{side}_firm", self.generator.split)
        fitting = [name for name in firms if ("医院" in name) == (sector == "hospital")]
        name = self.random.choice(fitting or firms)
        office = "hosp_dept" if "医院" in name else f"{side}_dept"
        return Employer(sector, name, name, self._part("work_words", office))
