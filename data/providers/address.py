"""Addresses as people write them: of a home, a dormitory, a place of work, or where somebody can be found just now.

Sources: divisions by the National Bureau of Statistics; names of roads, estates and villages are composed of common
stems; the shapes and their shares are judgements, not statistics.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Literal

from gaihe.data.lexicon.tables import rows
from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import SplitGenerator
from gaihe.data.providers.home import Home, HomeProvider

_SPACED_SHARE = 0.08
_RURAL_PREFIX = Weighted({"full": 15, "county": 35, "none": 50})

AddressForm = Literal["any", "full", "short", "estate", "rural", "dorm", "landmark", "hotel", "coord", "work"]

_EMPTY_CITY = re.compile(r"\{city(?:_short)?\}[ ，、/-]?")
_ANY_HOME = Weighted({"full": 36, "short": 30, "detail": 20, "estate": 14})
_ANY_FARM = Weighted({"full": 45, "short": 38, "detail": 17})
_COORDINATES = Weighted(
    {
        "{lat:.6f},{lon:.6f}": 10,
        "{lon:.6f},{lat:.6f}": 10,
        "{lat:.4f}, {lon:.4f}": 6,
        "({lat:.5f}, {lon:.5f})": 4,
        "北纬{lat:.4f}，东经{lon:.4f}": 6,
        "北纬{lat:.2f}度东经{lon:.2f}度": 4,
        "东经{lon:.4f} 北纬{lat:.4f}": 6,
        "东经{lon_d}°{lon_m}′，北纬{lat_d}°{lat_m}′": 4,
        "N{lat:.5f} E{lon:.5f}": 4,
        "{lat:.4f}°N, {lon:.4f}°E": 4,
        "{lat:.4f}N {lon:.4f}E": 3,
        "{lat_d}°{lat_m}′{lat_s}″N {lon_d}°{lon_m}′{lon_s}″E": 4,
        "N{lat_d}°{lat_m}'{lat_s}\" E{lon_d}°{lon_m}'{lon_s}\"": 3,
        "经度{lon:.6f} 纬度{lat:.6f}": 4,
        "lat={lat:.6f}&lng={lon:.6f}": 2,
        "lng:{lon:.6f},lat:{lat:.6f}": 2,
        "{lon:.3f}E/{lat:.3f}N": 2,
    }
)
_LAND = Weighted(
    {
        (23.4, 25.0, 100.2, 116.5): 26,
        (25.0, 30.0, 100.2, 118.5): 92,
        (28.5, 32.5, 118.5, 121.0): 10,
        (30.0, 35.0, 100.2, 118.5): 92,
        (35.0, 41.5, 100.2, 117.5): 112,
        (41.5, 46.0, 118.0, 124.5): 29,
    }
)
"""Stretches of the mainland without sea, south to north and west to east in degrees, by their area."""


@cache
def _shapes(where: str, manner: str) -> Weighted[str]:
    return Weighted(
        {
            shape: float(weight)
            for place, kind, weight, shape in rows("address_shapes")
            if (place, kind) == (where, manner)
        }
    )


@cache
def _shapes_with(where: str, manner: str, part: str) -> Weighted[str]:
    """The shapes that name a part: addresses in villages rather than in the main street of a town, hotels."""
    chosen = (row for row in rows("address_shapes") if row[:2] == (where, manner) and part in row[3])
    return Weighted({shape: float(weight) for _, _, weight, shape in chosen})


@cache
def _without_city(shape: str) -> str:
    return _EMPTY_CITY.sub("", shape)


class _Parts(dict[str, str]):
    """Parts of an address; those not given are drawn when a shape first names them."""

    def __init__(self, given: Mapping[str, str], draw: Mapping[str, Callable[[], str]]) -> None:
        super().__init__(given)
        self._draw = draw

    def __missing__(self, key: str) -> str:
        value = self[key] = self._draw[key]()
        return value


class AddressProvider(HomeProvider):
    """Addresses in all forms."""

    def __init__(self, generator: SplitGenerator) -> None:
        super().__init__(generator)
        self._draw: dict[str, Callable[[], str]] = {
            "tower": lambda: self._word("places", "tower"),
            "hotel": lambda: self._word("places", "hotel"),
            "venue": lambda: self._part("places", "venue"),
            "anchor": lambda: self._part("places", "anchor"),
            "place_side": lambda: self._part("places", "side"),
            "dorm": lambda: self._word("places", "dorm"),
            "dept": lambda: self._part("places", "ward"),
            "hospital": lambda: self.entry("hospitals")[0],
            "univ": lambda: self.entry("universities")[0],
            "univ_short": lambda: self.entry("universities")[0],
            "side": lambda: self.random.choice("东南西北"),
            "lane_cn": lambda: self.random.choice("一二三四五六七八九十"),
            "estate_stem": lambda: self._word("places", "estate"),
            "estate": self.estate_name,
            "road": self.road_name,
            "road2": self.road_name,
            "county_short": lambda: "",
            "city_short": lambda: "",
        }

    def address(self, home: Home, form: AddressForm = "any", **places: str) -> str:
        """The address of a home, or a place of its city.

        ``places`` names what a form needs to agree with: ``univ`` and ``univ_short`` for a dormitory, ``firm`` for a
        place of work, ``hospital`` for a landmark. ``rural`` and ``estate`` give such an address even to a home of
        another manner.
        """
        match form:
            case "coord":
                return self._coordinates()
            case "landmark" | "work" | "dorm":
                return self._elsewhere(home, _shapes(form, "any"), places, at_work=form == "work")
            case "hotel":
                return self._elsewhere(home, _shapes_with("landmark", "any", "{hotel}"), places)
            case "estate":
                return self._estate(home)
            case "rural":
                return self._rural(home)
            case "full" | "short":
                return self._prefix(home, form) + self._detail(home)
            case "any":
                return self._any(home)

    def _any(self, home: Home) -> str:
        chosen = (_ANY_FARM if home.manner == "rural" else _ANY_HOME).pick(self.random)
        if chosen == "detail":
            return self._detail(home)
        return self._estate(home) if chosen == "estate" else self._prefix(home, chosen) + self._detail(home)

    def _prefix(self, home: Home, form: str) -> str:
        place = home.manner if home.manner in ("hk", "tw") else "mainland"
        shape = _shapes(form, place).pick(self.random)
        parts = home.parts
        if place == "mainland" and not parts["city"]:
            if form == "short" and home.region.municipality:
                parts = parts | {"city": parts["province"], "city_short": parts["province_short"]}
            else:
                shape = _without_city(shape)
        return shape.format_map(parts)

    def _detail(self, home: Home) -> str:
        return self._fill(_shapes("detail", home.manner).pick(self.random), home.parts)

    def _estate(self, home: Home) -> str:
        if home.manner in ("hk", "tw"):
            return self._detail(home)
        room = _shapes("room", "urban").pick(self.random)
        space = " " if self.random.random() < _SPACED_SHARE else ""
        return self._fill("{estate}" + space + room, home.parts)

    def _rural(self, home: Home) -> str:
        if home.manner in ("hk", "tw"):
            return self._detail(home)
        kind = _RURAL_PREFIX.pick(self.random)
        prefix = self._prefix(home, "full") if kind == "full" else home.parts["county"] if kind == "county" else ""
        return prefix + self._fill(_shapes_with("detail", "rural", "{village}").pick(self.random), home.parts)

    def _elsewhere(self, home: Home, shapes: Weighted[str], places: Mapping[str, str], at_work: bool = False) -> str:
        shape = shapes.pick(self.random)
        given = home.parts | dict(places)
        if not given.get("city"):
            shape = _without_city(shape)
        if home.manner in ("hk", "tw"):
            given["road"] = self._word("hk_tw_places", f"{home.manner}_road")
        elif at_work:
            given |= {"road": self.road_name(home.region), "estate": self.estate_name()}
        return self._fill(shape, given | self._building())

    def _fill(self, shape: str, given: Mapping[str, str]) -> str:
        if "{at}" in shape:
            shape = shape.replace("{at}", _shapes("room", "urban").pick(self.random))
        return shape.format_map(_Parts(given, self._draw))

    def _coordinates(self) -> str:
        south, north, west, east = _LAND.pick(self.random)
        latitude, longitude = self.random.uniform(south, north), self.random.uniform(west, east)
        whole_latitude, whole_longitude = int(latitude), int(longitude)
        return _COORDINATES.pick(self.random).format(
            lat=latitude,
            lon=longitude,
            lat_d=whole_latitude,
            lon_d=whole_longitude,
            lat_m=int((latitude - whole_latitude) * 60),
            lon_m=int((longitude - whole_longitude) * 60),
            lat_s=self.random.randint(0, 59),
            lon_s=self.random.randint(0, 59),
        )
