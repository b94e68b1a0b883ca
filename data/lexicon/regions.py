"""Where invented people live: the counties of the country, with their towns.

Source: the administrative divisions published by the National Bureau of Statistics, as collected in
modood/Administrative-divisions-of-China; a county's weight is its share of its province's population by the number of
its towns.
Hong Kong and Taiwan have their own places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from random import Random

from gaihe.data.lexicon.pools import words
from gaihe.data.lexicon.tables import rows
from gaihe.data.lexicon.weighted import Weighted

HONG_KONG = "810000"
TAIWAN = "830000"

_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|"
    "达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|保安|锡伯|普米|塔吉克|怒|鄂温克|裕固|独龙|鄂伦春|各"
)
_AUTONOMOUS = re.compile(rf"(?:(?:{_PEOPLES})族|蒙古|维吾尔|哈萨克|柯尔克孜|塔吉克|达斡尔|鄂温克)*自治[区州县旗]$")
_SPECIAL = {
    "内蒙古自治区": "内蒙古",
    "西藏自治区": "西藏",
    "广西壮族自治区": "广西",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
    "鄂温克族自治旗": "鄂温克旗",
    "东乡族自治县": "东乡",
    "察布查尔锡伯自治县": "察布查尔",
    "浦东新区": "浦东",
    "滨海新区": "滨海",
    "神农架林区": "神农架",
}
_SUFFIX = re.compile(r"(?<=..)(?:省|市|地区|区|县)$")


@dataclass(frozen=True, slots=True)
class Region:
    """A county, district or banner.

    ``code`` is the six-digit code of resident identity numbers; ``city`` is empty where the county stands directly
    under its province or municipality.
    """

    code: str
    province: str
    city: str
    county: str
    towns: tuple[str, ...] = ()

    @property
    def home_city(self) -> str:
        """The city that people name: the municipality, the prefecture, or the county itself where it has neither."""
        return self.city or (self.county if self.province.endswith(("省", "区")) else self.province)

    @property
    def municipality(self) -> bool:
        """Whether the province is itself a city (Beijing, Shanghai, Tianjin, Chongqing)."""
        return self.province.endswith("市") and not self.city

    @property
    def urban(self) -> bool:
        """Whether the region is a district of a city."""
        return self.county.endswith("区")


@cache
def short(name: str) -> str:
    """A division's name as people say it: 湖南, 长沙, 岳麓, 湘西州; names of two characters stay whole."""
    if name in _SPECIAL:
        return _SPECIAL[name]
    stem = _AUTONOMOUS.sub("", name)
    if len(stem) >= 2 and stem != name:
        return stem + "州" if name.endswith("州") else stem
    return _SUFFIX.sub("", name)


@cache
def _mainland(provinces: tuple[str, ...]) -> Weighted[Region]:
    return Weighted(
        {
            Region(code, province, city, county, tuple(towns.split("|"))): float(weight)
            for code, province, city, county, weight, towns in rows("divisions")
            if not provinces or province in provinces
        }
    )


@cache
def _neighbours(city: str, province: str) -> tuple[Region, ...]:
    return tuple(
        Region(code, row_province, row_city, county, tuple(towns.split("|")))
        for code, row_province, row_city, county, _, towns in rows("divisions")
        if row_province == province and (row_city or row_province) == city
    )


def draw_region(random: Random, provinces: tuple[str, ...] = ()) -> Region:
    """A mainland county by population, of these provinces (full names) if any are named."""
    return _mainland(provinces).pick(random)


def draw_neighbour(random: Random, region: Region) -> Region:
    """A county of the same city; the region itself where it has no neighbour."""
    nearby = _neighbours(region.city or region.province, region.province)
    return random.choice(nearby) if nearby else region


def draw_hong_kong(random: Random) -> Region:
    """A district of Hong Kong; its towns are the quarters."""
    district = random.choice(words("hk_tw_places", "hk_district"))
    return Region(HONG_KONG, "香港", "", district, words("hk_tw_places", f"hk_{district}"))


def draw_taiwan(random: Random) -> Region:
    """A district or township of Taiwan."""
    city = random.choice(words("hk_tw_places", "tw_city"))
    return Region(TAIWAN, "台湾", city, random.choice(words("hk_tw_places", f"tw_{city}")))


@cache
def _plates() -> dict[str, tuple[str, ...]]:
    return {city: tuple(prefixes) for city, *prefixes in rows("plate_cities")}


def plate_prefixes(region: Region) -> tuple[str, ...]:
    """The first two characters of vehicle plates of the place (湘A), most usual first; empty where none are issued."""
    return _plates().get(region.county) or _plates().get(region.home_city) or ()
