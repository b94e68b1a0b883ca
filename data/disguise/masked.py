"""Values with a part hidden, enough left to be recognised."""

from __future__ import annotations

import re
from itertools import count
from random import Random

from gaihe.data.disguise.units import (
    HAN,
    compact,
    is_place,
    is_value,
    name_parts,
    number_plan,
    units,
    without_country_code,
)
from gaihe.data.lexicon.weighted import Weighted
from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import Letters

_MASK_AS_LONG_SHARE = 0.8
_HIDDEN_NUMBERS_SHARE = 0.6
_NAMELESS_SHARE = 0.2
_HIDDEN_MONTH_SHARE = 0.3
_NAMED_BY = 3
"""How many Chinese characters before its first number tell a place when all its numbers are hidden."""

_NAME_MANNER = Weighted({"nameless": 30, "surname": 25, "middle": 35, "last": 10})
_SHORT_NAME_MANNER = Weighted({"nameless": 50, "surname": 50})

_NUMBER_MASKS = "********＊＊●xxX#_✘口■?"
_NAME_MASKS = "*******＊＊xX●×"
_LETTER_MASKS = "********＊＊●✘■"
_NUMBER = re.compile(r"\d+")
_EDGES = {
    EntityType.PHONE: ((3, 4), (3, 4), (3, 4), (3, 4), (3, 2), (3, 3), (4, 3), (7, 0), (0, 4), (3, 0)),
    EntityType.ID_CARD: ((6, 4), (6, 4), (10, 0), (10, 4), (14, 0), (3, 4), (4, 4), (1, 1), (6, 2), (12, 2)),
    EntityType.BANK_CARD: ((4, 4), (4, 4), (6, 4), (6, 3), (0, 4), (4, 3)),
}


def apply(text: str, type: EntityType, random: Random) -> str | None:
    """Hide the middle or an end of a value by asterisks or other signs."""
    if type is EntityType.NAME:
        return _name(text, random)
    if is_place(type):
        return _place(text, random)
    if type is EntityType.EMAIL:
        return _email(text, random)
    if type in (EntityType.WECHAT, EntityType.ACCOUNT):
        return (
            _middle(text, random, 2, 2, _LETTER_MASKS) if text.isascii() and "/" not in text and len(text) > 5 else None
        )
    if type is EntityType.BIRTH_DATE:
        return _date(text, random)
    head, body = without_country_code(text, type)
    number = compact(body, type)
    if number is None or len(units(number)) < 5:
        return None
    keep = min(len(units(number)) // 3, 4)
    first, last = random.choice(_EDGES.get(type, ((keep, keep), (keep, 2), (2, keep))))
    if len(units(number)) - first - last < 2:
        first, last = keep, keep
    plan = number_plan(type)
    signs = _LETTER_MASKS if plan is None or plan.letters is Letters.MANY else _NUMBER_MASKS
    hidden = _middle(number, random, first, last, signs)
    return None if hidden is None else head + hidden


def _middle(text: str, random: Random, first: int, last: int, signs: str) -> str | None:
    parts = units(text)
    end = len(parts) - last
    hidden = end - first
    if hidden < 2 or not all(is_value(part) or not part[0].isalnum() or HAN.match(part) for part in parts):
        return None
    length = hidden if random.random() < _MASK_AS_LONG_SHARE else random.choice((2, 3, 4, hidden))
    return "".join(parts[:first]) + random.choice(signs) * length + "".join(parts[end:])


def _name(text: str, random: Random) -> str | None:
    if not 2 <= len(text) <= 4 or not all(HAN.match(character) for character in text):
        return None
    mark = random.choice(_NAME_MASKS)
    surname, given = name_parts(text)
    manner = (_SHORT_NAME_MANNER if len(given) == 1 else _NAME_MANNER).pick(random)
    if manner == "nameless":
        return surname + "某" * random.choice((1, 2, 2))
    if manner == "surname":
        return surname + mark * random.choice((len(given), len(given), 2))
    if manner == "middle":
        return surname + mark * (len(given) - 1) + given[-1]
    return text[:-1] + mark


def _place(text: str, random: Random) -> str | None:
    mark = random.choice("***＊×xX")
    if random.random() < _HIDDEN_NUMBERS_SHARE and (runs := list(_NUMBER.finditer(text))):
        least = 0 if len(HAN.findall(text, 0, runs[0].start())) >= _NAMED_BY else 1
        if least < len(runs):
            return _hidden_numbers(text, random.randrange(least, len(runs)), mark)
    length = len(text)
    if length < 6:
        return None
    size = random.randint(2, max(2, length // 4))
    start = random.randrange(2, length - size)
    if not all(HAN.match(character) for character in text[start : start + size]):
        return None
    return text[:start] + ("某某" if random.random() < _NAMELESS_SHARE else mark * size) + text[start + size :]


def _hidden_numbers(text: str, kept: int, mark: str) -> str:
    """All numbers after the first ``kept`` hidden."""
    numbers = count()
    return _NUMBER.sub(lambda run: mark * max(len(run[0]), 2) if next(numbers) >= kept else run[0], text)


def _email(text: str, random: Random) -> str | None:
    local, at, host = text.partition("@")
    if not at or len(local) < 4:
        return None
    first = random.randint(1, len(local) // 2)
    last = random.choice((0, 0, 1, 2))
    stars = "*" * random.choice((3, 4, max(2, len(local) - first - last)))
    return local[:first] + stars + (local[-last:] if last else "") + at + host


def _date(text: str, random: Random) -> str | None:
    if text.isdecimal():
        return text[:-2] + random.choice(("**", "xx", "**")) if len(text) > 4 else None
    runs = list(_NUMBER.finditer(text))
    if len(runs) < 2 or not all(character.isascii() or character in "年月日号 " for character in text):
        return None
    kept = len(runs) - (2 if random.random() < _HIDDEN_MONTH_SHARE and len(runs) > 2 else 1)
    return _hidden_numbers(text, kept, random.choice("***＊"))
