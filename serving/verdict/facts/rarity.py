"""About how many people in the country what is told of a person would fit.

An estimate to an order of magnitude, from these assumptions: 1.4 billion people; surname and given-name characters are
independent of each other (which is too low for names in fashion) and of everything else; groups are of the middling
size below, and of several groups the smallest counts alone; births are spread evenly over 80 years. A number, an
account or a plate has one bearer.

Sources: bearers of surnames and of given-name characters, national name statistics (NCIIC); population by division,
seventh national census (2020): 2,800 counties, 40,000 towns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.core.tables import lines
from gaihe.serving.reveal.tables import COMPOUND_SURNAMES
from gaihe.serving.verdict.facts.addresses import Precision, precision
from gaihe.serving.verdict.facts.masks import is_a_piece, shown_part
from gaihe.serving.verdict.facts.severity import belongs_to_one
from gaihe.serving.verdict.text import plain

POPULATION = 1_400_000_000
DAYS = 80 * 365
LIVING_AT = {Precision.DISTRICT: 100_000, Precision.STREET: 4_000, Precision.BUILDING: 200, Precision.DOOR: 4}
UNIVERSITY, SCHOOL, CLASS, EMPLOYER = 20_000, 1_500, 45, 500
ONE_CHARACTER = 0.14
"""The share of given names of one character."""
RAREST = 20
"""Bearers per million of a surname or a character that the tables do not hold."""
CHARACTERS_OF_A_NAME = 1.86
_CLASS = re.compile("班|级.{0,8}专业")
_UNIVERSITY = re.compile("大学|学院|大[一二三四]|研[一二三]")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_YEAR_AND_MONTH = re.compile(r"[0-9]{4}-闰?[0-9]{2}")
_HAN = re.compile("[\u4e00-\u9fff]{2,4}")


def fitting(spans: Sequence[Entity]) -> int:
    """About how many people what the spans say of one person would fit; at least 1.

    A masked value says nothing.
    """
    told = [span for span in spans if not hidden(span)]
    if any(belongs_to_one(span.type) for span in told):
        return 1
    people = float(min((_group(span) for span in told), default=POPULATION))
    names = [_name_share(value_of(span)) for span in told if span.type == EntityType.NAME]
    dates = [_date_share(value_of(span)) for span in told if span.type == EntityType.BIRTH_DATE]
    for shares in (names, dates):
        people *= min(shares, default=1.0)
    return max(1, _two_digits(people))


def value_of(entity: Entity) -> str:
    """The canonical value, or the folded surface where nobody worked it out; of a masked place what is left to see."""
    return shown_part(entity.value if entity.value is not None else plain(entity.text), entity.type)


def hidden(entity: Entity) -> bool:
    """Whether a value is masked, or no more than a piece of one, so that it leads to nobody."""
    value = value_of(entity)
    if entity.type == EntityType.NAME and ("某" in value or value[1:] in ("x", "xx", "X", "XX")):
        return True
    return "*" in value or is_a_piece(value, entity.type)


def _group(span: Entity) -> int:
    """How many people a place holds."""
    value = value_of(span)
    if span.type == EntityType.ADDRESS:
        return LIVING_AT[precision(value)]
    if span.type == EntityType.WORKPLACE:
        return EMPLOYER
    if span.type == EntityType.SCHOOL:
        if _CLASS.search(value[:64]):
            return CLASS
        return UNIVERSITY if _UNIVERSITY.search(value[:64]) else SCHOOL
    return POPULATION


def _name_share(name: str) -> float:
    """The share of people with a name; names that are not written in two to four Chinese characters count as rare."""
    if not _HAN.fullmatch(name):
        return RAREST / 1e6
    cut = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    surname, given = name[:cut], name[cut:]
    bearers = _bearers("surname_bearers")
    if surname not in bearers and cut == 1 and len(name) == 2:
        surname, given = "", name
    share = bearers.get(surname, RAREST) / 1e6 if surname else 1.0
    share *= ONE_CHARACTER if len(given) == 1 else 1 - ONE_CHARACTER
    for character in given:
        share *= _bearers("given_name_bearers").get(character, RAREST) / 1e6 / CHARACTERS_OF_A_NAME
    return share


def _date_share(value: str) -> float:
    if _YEAR.search(value) is None:
        return 1 / 365
    return 365 / 12 / DAYS if _YEAR_AND_MONTH.fullmatch(value) else 1 / DAYS


@cache
def _bearers(table: str) -> dict[str, int]:
    """Surname or character to its bearers per million."""
    rows = (line.split() for line in lines(table))
    return {word: int(bearers) for word, bearers in rows}


def _two_digits(people: float) -> int:
    """A count rounded to two digits, for it knows no more."""
    whole = round(people)
    scale: int = 10 ** max(0, len(str(whole)) - 2)
    return round(whole / scale) * scale
