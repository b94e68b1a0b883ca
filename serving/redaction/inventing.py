"""Invented values, a maker a type: check digits are right, and where a register could assign a number, it does not.

Sources: the sheets of the types; RFC 2606 (example.com), RFC 1112 (240.0.0.0/4 is reserved), RFC 3849 (2001:db8::/32 is
for documentation), IEEE 802 (the second bit of a MAC that nobody assigns), 3GPP TS 23.003 (IMEIs of test devices), ISO
3166 (no country has 999), the numbering plan of the mainland (no mobile number begins with 154, no area code is 026).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache

from gaihe.serving.core.schema import EntityType
from gaihe.serving.core.tables import lines
from gaihe.serving.redaction.draws import Draws
from gaihe.serving.redaction.layouts import cased_as
from gaihe.serving.reveal.tables import PROVINCES
from gaihe.serving.types.checksum import luhn_digit, mod_11_2_digit

_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_CHARACTERS = "霁黛翎岚漪澜汐璟珩琬曦琰珞瑶璃沄沅淇湉菀蓁葳蕤芷荇棠棣楹榆槿桉"
"""Of invented places, schools and employers: no real one is called by three of them."""
_CITIES = "州阳川陵城原"
_SCHOOLS = re.compile("大学|学院|附中|中学|小学|幼儿园|职校|技校|高中|初中")
_WORKPLACES = re.compile("医院|银行|派出所|工厂|学校|酒店|餐厅|超市|集团|事务所|研究院|[局厂店]")
_LANDLINE = re.compile(r"0\d{9,11}(?:-\d+)?|[2-9]\d{6,7}(?:-\d+)?")
_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_FIRST_BIRTH, _BIRTH_DAYS = date(1950, 1, 1), 20_000
_SURNAMES, _GIVEN_CHARACTERS = slice(120), slice(60, 560)
"""Of the name tables, which begin with the most frequent: what is common in surnames, not too common in given names."""
_LAST_CHARACTERS = "璟珩琬沄湉蓁翊珺旻祎玥翀彧芮玟恺颢珵昶"
"""At the end of invented given names: they end no word, so that a given name alone is none either, as 海洋 would be."""


def invented(kind: EntityType, surface: str, value: str, draws: Draws) -> str:
    """An invented value of a type.

    Args:
        kind: the type.
        surface: what it stands for, whose script and kind it takes.
        value: the canonical value of the surface.
        draws: what decides.
    """
    return _MAKERS.get(kind, _number)(surface, value, draws)


def _name(surface: str, _: str, draws: Draws) -> str:
    if _IDEOGRAPH.search(surface) or not re.search("[A-Za-z]", surface):
        surname, first, second = draws.of(_surnames()), draws.of(_given_characters()), draws.of(_LAST_CHARACTERS)
        return surname + first + second
    surname, first, second = (draws.of(_syllables()) for _ in range(3))
    made = f"{surname.title()} {first.title()}{second}"
    return next(cased_as(surface, made), made)


@cache
def _surnames() -> Sequence[str]:
    return tuple(line.split()[0] for line in lines("surname_bearers")[_SURNAMES])


@cache
def _given_characters() -> Sequence[str]:
    return tuple(line.split()[0] for line in lines("given_name_bearers")[_GIVEN_CHARACTERS])


@cache
def _syllables() -> Sequence[str]:
    return tuple(dict.fromkeys(line.split()[0] for line in lines("surnames")))


def _phone(_: str, value: str, draws: Draws) -> str:
    if _LANDLINE.fullmatch(value):
        return f"026-{2 + draws.below(7)}{draws.digits(7)}"
    return f"154{draws.digits(8)}"


def _id_card(_: str, __: str, draws: Draws) -> str:
    birth = _FIRST_BIRTH + timedelta(draws.below(_BIRTH_DAYS))
    payload = f"10{draws.digits(4)}{birth:%Y%m%d}{draws.digits(3)}"
    return payload + mod_11_2_digit(payload)


def _passport(_: str, __: str, draws: Draws) -> str:
    return f"E{draws.of('IO')}{draws.digits(7)}"


def _place_name(draws: Draws) -> str:
    return draws.of(_CHARACTERS) + draws.of(_CHARACTERS) + draws.of(_CHARACTERS)


def _address(_: str, __: str, draws: Draws) -> str:
    city = draws.of(_CHARACTERS) + draws.of(_CHARACTERS) + draws.of(_CITIES)
    road = draws.of(_CHARACTERS) + draws.of(_CHARACTERS)
    return f"{city}市{road}路{100 + draws.below(900)}号"


def _school(surface: str, __: str, draws: Draws) -> str:
    kind = _SCHOOLS.search(surface)
    return _place_name(draws) + (kind[0] if kind else "学校")


def _workplace(surface: str, __: str, draws: Draws) -> str:
    kind = _WORKPLACES.search(surface)
    return _place_name(draws) + (kind[0] if kind else "公司")


def _email(_: str, __: str, draws: Draws) -> str:
    return f"{draws.of(_syllables())}{draws.digits(8)}@example.com"


def _qq(_: str, __: str, draws: Draws) -> str:
    return f"99{draws.digits(9)}"


def _wechat(_: str, __: str, draws: Draws) -> str:
    return f"wxid_example_{draws.digits(12)}"


def _account(_: str, __: str, draws: Draws) -> str:
    return f"user_example_{draws.digits(10)}"


def _bank_card(_: str, __: str, draws: Draws) -> str:
    payload = f"9999{draws.digits(11)}"
    return payload + luhn_digit(payload)


def _plate(_: str, __: str, draws: Draws) -> str:
    return f"{draws.of(PROVINCES)}I{draws.digits(5)}"


def _birth_date(_: str, __: str, draws: Draws) -> str:
    birth = _FIRST_BIRTH + timedelta(draws.below(_BIRTH_DAYS))
    return f"{birth.year}年{birth.month}月{birth.day}日"


def _device_id(surface: str, value: str, draws: Draws) -> str:
    made = _device_number(value, draws)
    return surface.replace(value, made) if value and value in surface else made


def _device_number(value: str, draws: Draws) -> str:
    if value.count(".") == 3:
        return ".".join(map(str, (240 + draws.below(15), *(100 + draws.below(156) for _ in range(3)))))
    if _MAC.fullmatch(value):
        return "02" + "".join(f":{draws.below(256):02x}" for _ in range(5))
    if ":" in value:
        return f"2001:db8:{draws.below(1 << 16):04x}:{draws.below(1 << 16):04x}::{draws.below(1 << 16):04x}"
    payload = f"001010{draws.digits(8)}"
    return payload + luhn_digit(payload)


def _number(_: str, __: str, draws: Draws) -> str:
    return f"EX{draws.digits(10)}"


_MAKERS: dict[EntityType, Callable[[str, str, Draws], str]] = {
    EntityType.NAME: _name,
    EntityType.PHONE: _phone,
    EntityType.ID_CARD: _id_card,
    EntityType.PASSPORT: _passport,
    EntityType.ADDRESS: _address,
    EntityType.EMAIL: _email,
    EntityType.QQ: _qq,
    EntityType.WECHAT: _wechat,
    EntityType.ACCOUNT: _account,
    EntityType.BANK_CARD: _bank_card,
    EntityType.PLATE: _plate,
    EntityType.SCHOOL: _school,
    EntityType.WORKPLACE: _workplace,
    EntityType.BIRTH_DATE: _birth_date,
    EntityType.DEVICE_ID: _device_id,
}
