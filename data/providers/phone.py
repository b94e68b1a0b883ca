"""Telephone numbers as people write them.

Source: the mainland's numbering plan (see ``gaihe.serving.types.phone``); the shares of prefixes and of ways to
write a number are judgements, not statistics.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import ValueProvider
from gaihe.serving.types.phone import area_codes

_EXTENSION_SHARE = 0.08
_LIKED_END_SHARE = 0.14

_OLD_PREFIXES = (
    "130 131 132 133 134 135 136 137 138 139 150 151 152 153 155 156 157 158 159 180 181 182 183 185 186 187 188 189"
)
_NEW_PREFIXES = "166 172 173 175 176 177 178 184 190 191 192 193 195 196 197 198 199"
_RARE_PREFIXES = "145 147 149 162 165 167 170 171"
_PREFIX = Weighted(
    dict.fromkeys(_OLD_PREFIXES.split(), 10.0)
    | dict.fromkeys(_NEW_PREFIXES.split(), 3.5)
    | dict.fromkeys(_RARE_PREFIXES.split(), 1.7)
)
_MOBILE_FORM = Weighted(
    {
        "{0}{1}{2}": 80,
        "{0} {1} {2}": 6,
        "{0}-{1}-{2}": 5,
        "+86 {0}{1}{2}": 1.5,
        "+86{0}{1}{2}": 1.5,
        "+86 {0} {1} {2}": 1,
        "+86-{0}{1}{2}": 0.8,
        "86-{0}{1}{2}": 0.5,
        "(+86){0}{1}{2}": 0.4,
        "0086{0}{1}{2}": 0.4,
        "{0}{1} {2}": 0.7,
        "{0} {1}{2}": 0.7,
    }
)
_LANDLINE_FORM = Weighted(
    {
        "{0}-{1}": 62,
        "{0}{1}": 14,
        "({0}){1}": 6,
        "（{0}）{1}": 5,
        "{0} {1}": 5,
        "{1}": 4,
        "+86-{2}-{1}": 1,
        "+86 {2} {1}": 1,
    }
)
_REGIONAL_FORM = {
    "hk": Weighted({"+852 {1} {2}": 4, "+852{0}": 2, "+852-{0}": 2, "852-{0}": 2, "852{0}": 1, "{1} {2}": 2, "{0}": 2}),
    "tw": Weighted({"0{3}-{4}-{5}": 4, "0{0}": 4, "+886 {3} {4} {5}": 3, "+886{0}": 2, "+886-{0}": 1}),
}
_LIKED_ENDS = ("000", "666", "888", "999", "66", "88", "99", "168", "520", "123", "789", "5678", "678")
_EXTENSION_FORM = Weighted({"转{0}": 6, "-{0}": 5, " 转{0}": 2, "转分机{0}": 1})


@cache
def _codes_by_city() -> dict[str, tuple[str, ...]]:
    """Area codes by the name of the city, without 市."""
    codes: dict[str, tuple[str, ...]] = {}
    for code, (_, cities) in area_codes().items():
        for city in cities:
            codes[city] = (*codes.get(city, ()), code)
    return codes


@cache
def _codes_in_use() -> tuple[str, ...]:
    return tuple(code for code, (_, cities) in area_codes().items() if cities)


class PhoneProvider(ValueProvider):
    """Mobile and fixed line numbers."""

    def mobile(self) -> str:
        """A mobile number: ``13800138000``, sometimes grouped or with country code."""
        number = _PREFIX.pick(self.random) + self._subscriber(8)
        return _MOBILE_FORM.pick(self.random).format(number[:3], number[3:7], number[7:])

    def landline(self, city: str | None = None) -> str:
        """A fixed line number, ``0731-88823456``, in the city (with or without 市, 地区, 盟) if it has an area code."""
        codes = _codes_by_city().get(_short(city)) if city else None
        code = self.random.choice(codes or _codes_in_use())
        local = self.random.choice("2345678888") + self._subscriber(area_codes()[code][0] - 1)
        number = _LANDLINE_FORM.pick(self.random).format(code, local, code[1:])
        if self.random.random() < _EXTENSION_SHARE:
            number += _EXTENSION_FORM.pick(self.random).format(self.digits(self.random.choice((3, 3, 4))))
        return number

    def regional_mobile(self, region: Literal["hk", "tw"]) -> str:
        """A mobile number of Hong Kong or Taiwan: ``+852 6123 4567``, ``0912-345-678``."""
        first, count = {"hk": (self.random.choice("5699"), 7), "tw": ("9", 8)}[region]
        number = first + self.digits(count)
        groups = number[:-4], number[-4:], number[:-6], number[-6:-3], number[-3:]
        return _REGIONAL_FORM[region].pick(self.random).format(number, *groups)

    def _subscriber(self, count: int) -> str:
        """Random digits; one time in seven with a repeated or rising end, as people pick them."""
        digits = self.digits(count)
        if self.random.random() > _LIKED_END_SHARE:
            return digits
        end = self.random.choice(_LIKED_ENDS)
        return digits[: -len(end)] + end


@cache
def _short(city: str) -> str:
    for suffix in ("地区", "市", "盟"):
        city = city.removesuffix(suffix)
    return next((name for name in _codes_by_city() if city.startswith(name)), city)
