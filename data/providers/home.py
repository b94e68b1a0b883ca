"""Where a person lives, with all the parts that an address may be written from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gaihe.data.lexicon.regions import HONG_KONG, TAIWAN, Region, short
from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import WordProvider

_WHOLE_ESTATE_NAME_SHARE = 0.06
_LONG_ESTATE_NAME_SHARE = 0.1
_BARE_ESTATE_NAME_SHARE = 0.12
_MONGOLIAN_VILLAGE_SHARE = 0.4
_UYGHUR_VILLAGE_SHARE = 0.7
_HIGH_RISE_SHARE = 0.4
_FEW_BLOCKS_SHARE = 0.8
_LOW_NUMBER_SHARE = 0.75
_WHOLE_VILLAGE_NAME_SHARE = 0.5
_HUTONG_SHARE = 0.5
_LANE_SHARE = 0.6
_RURAL_STREET_SHARE = 0.05
_RURAL_DISTRICT_SHARE = 0.5
_RURAL_COUNTY_SHARE = 0.72

Manner = Literal["urban", "rural", "hutong", "lane", "hk", "tw"]

_NUMERALS = ("零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_ROAD_KIND = Weighted(
    {
        "路": 52,
        "街": 17,
        "大道": 13,
        "西路": 3,
        "东路": 3,
        "南路": 3,
        "北路": 3,
        "中路": 2,
        "巷": 3,
        "大街": 2,
        "一路": 1,
        "二路": 1,
    }
)
_NORTHERN_ROAD_KIND = Weighted(
    {"路": 36, "街": 22, "大街": 14, "东街": 4, "西街": 4, "北大街": 3, "南路": 4, "胡同": 4, "大道": 6, "巷": 3}
)
_NORTH = frozenset(
    (
        "北京市",
        "天津市",
        "河北省",
        "山西省",
        "内蒙古自治区",
        "辽宁省",
        "吉林省",
        "黑龙江省",
        "山东省",
        "河南省",
        "陕西省",
    )
)


@dataclass(frozen=True, slots=True)
class Home:
    """A dwelling: its region, its manner of address and ``parts``, the words that the shapes of an address name."""

    region: Region
    manner: Manner
    parts: dict[str, str] = field(hash=False)


class HomeProvider(WordProvider):
    """Draws homes."""

    def home(self, region: Region) -> Home:
        """A home in the region, in the manner in which its people give their address."""
        if region.code == HONG_KONG:
            return Home(region, "hk", self._hong_kong(region))
        if region.code == TAIWAN:
            return Home(region, "tw", self._taiwan(region))
        town = self.random.choice(region.towns)
        manner = self._manner(region, town)
        parts = (
            self._names(region)
            | self._building()
            | {"town": town, "road": self.road_name(region), "road2": self.road_name(region)}
        )
        parts["estate"] = self.estate_name()
        parts["village"] = self.village_name(region.province)
        parts["group"] = self._group(region)
        return Home(region, manner, parts)

    def road_name(self, region: Region | None = None) -> str:
        """A road's name."""
        random = self.random
        kinds = _NORTHERN_ROAD_KIND if region and region.province in _NORTH else _ROAD_KIND
        return self._word("places", "road") + kinds.pick(random)

    def estate_name(self) -> str:
        """A residential estate's name."""
        if self.random.random() < _WHOLE_ESTATE_NAME_SHARE:
            return self._word("places", "estate_whole")
        stem = self._word("places", "estate")
        tail = self._part("places", "estate_tail")
        if self.random.random() < _LONG_ESTATE_NAME_SHARE:
            stem += self._word("places", "estate")
        if self.random.random() < _BARE_ESTATE_NAME_SHARE and len(stem) > 2:
            return stem
        return stem if stem.endswith(tail) else stem + tail

    def village_name(self, province: str) -> str:
        """A village's name, without 村 where it has an ending of its own."""
        if province == "内蒙古自治区" and self.random.random() < _MONGOLIAN_VILLAGE_SHARE:
            return self._part("places", "village_mn") + self._part("places", "village_mn") + "嘎查"
        if province == "新疆维吾尔自治区" and self.random.random() < _UYGHUR_VILLAGE_SHARE:
            return self._part("places", "village_uy") + self._part("places", "village_uy") + "村"
        if self.random.random() < _WHOLE_VILLAGE_NAME_SHARE:
            return self._word("places", "village_whole") + "村"
        name = self._word("places", "village_head") + self._part("places", "village_tail")
        return name if name[-1] in "村庄屯寨" else name + self.random.choice(("村", "村", "村", ""))

    def _manner(self, region: Region, town: str) -> Manner:
        draw = self.random.random()
        if region.province == "北京市" and region.county in ("东城区", "西城区") and draw < _HUTONG_SHARE:
            return "hutong"
        if region.province == "上海市" and draw < _LANE_SHARE:
            return "lane"
        rural = _RURAL_DISTRICT_SHARE if region.urban else _RURAL_COUNTY_SHARE
        if town.endswith("街道"):
            rural = _RURAL_STREET_SHARE
        return "rural" if draw > 1 - rural else "urban"

    def _names(self, region: Region) -> dict[str, str]:
        city = "" if region.municipality else region.city
        return {
            "province": region.province,
            "city": city,
            "county": region.county,
            "province_short": short(region.province),
            "city_short": short(city),
            "county_short": short(region.county),
        }

    def _building(self) -> dict[str, str]:
        random = self.random
        high = random.random() < _HIGH_RISE_SHARE
        floor = random.randint(2, 33) if high else random.randint(1, 7)
        block = random.randint(1, 28 if random.random() < _FEW_BLOCKS_SHARE else 120)
        unit = random.randint(1, 3 if high else 6)
        return {
            "number": str(random.randint(1, 300) if random.random() < _LOW_NUMBER_SHARE else random.randint(300, 2999)),
            "block": str(block),
            "block_cn": _NUMERALS[block] if block <= 10 else str(block),
            "letter": random.choice("ABCDEFG"),
            "unit": str(unit),
            "unit_cn": _NUMERALS[unit],
            "floor": str(floor),
            "floor_cn": _NUMERALS[floor] if floor <= 10 else str(floor),
            "room": f"{floor}{random.randint(1, 4 if high else 2):02d}",
            "lane": str(random.randint(5, 1600)),
            "hutong": self._word("places", "hutong"),
            "yard": str(random.randint(1, 99)),
        }

    def _group(self, region: Region) -> str:
        random = self.random
        number = random.randint(1, 16)
        numeral = random.choice((str(number), _NUMERALS[number] if number <= 10 else str(number)))
        if region.province in ("黑龙江省", "吉林省", "辽宁省", "内蒙古自治区"):
            return numeral + random.choice(("组", "队", "屯", "社"))
        if region.province in ("四川省", "重庆市", "甘肃省"):
            return numeral + random.choice(("组", "组", "社"))
        return random.choice((numeral + "组", numeral + "组", numeral + "队", f"第{numeral}村民小组"))

    def _hong_kong(self, region: Region) -> dict[str, str]:
        random = self.random
        estate = self._word("hk_tw_places", "hk_estate")
        house = self._part("hk_tw_places", "hk_block") + self._part("hk_tw_places", "hk_block") + "楼"
        return {
            "province": "香港",
            "county": region.county,
            "area": random.choice(region.towns),
            "road": self._word("hk_tw_places", "hk_road"),
            "number": str(random.randint(1, 700)),
            "estate": estate,
            "house": house if estate.endswith("邨") else f"第{random.randint(1, 20)}座",
            "tower": random.choice("ABCD"),
            "floor": str(random.randint(1, 42)),
            "flat": random.choice((*"ABCDEFGH", str(random.randint(1, 28)))),
        }

    def _taiwan(self, region: Region) -> dict[str, str]:
        random = self.random
        return {
            "province": "台湾",
            "city": region.city,
            "county": region.county,
            "road": self._word("hk_tw_places", "tw_road"),
            "section": random.choice(("", "", "一段", "二段", "三段", "四段")),
            "lane": str(random.randint(3, 500)),
            "alley": str(random.randint(1, 50)),
            "number": str(random.randint(1, 400)),
            "floor": random.choice((*_NUMERALS[2:10], str(random.randint(2, 15)))),
            "door": str(random.randint(1, 3)),
        }
