"""Signs that somebody in a post is a child: under 14 (PIPL art. 31), or under 18.

Children enter primary school at six and junior school at twelve (Compulsory Education Law, art. 11), so that grades up
to the seventh are of children under 14 as a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.text import any_of, number, words

ADULT, YOUTH = 18, 14
_AGE = re.compile(
    r"(?<![0-9一二三四五六七八九十.])([0-9]{1,2}|[一二三四五六七八九十]{1,3})(?:周岁|岁)(?:半|多)?(?!以[上下前]|起|时|的时候|那年|那会|开始)"
)
_BORN = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})年?(?:[0-9]{1,2}月)?(?:[0-9]{1,2}[日号])?(?:出生|生人|生(?![产活意]))"
)
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_ID_YEAR = re.compile(r"[0-9]{6}((?:19|20)[0-9]{2})[0-9]{7}[0-9Xx]")


@cache
def _school(name: str) -> re.Pattern[str]:
    """A word of a list that is neither long ago nor another's: 小学, and not 小学老师 or 毕业于…小学."""
    return re.compile(f"(?<!大年)(?<!正月)(?:{any_of(words(name))})(?!十|(?:的)?(?:{any_of(words('school_staff'))}))")


@cache
def _past() -> re.Pattern[str]:
    return re.compile(f"(?:{any_of(words('past'))})[^。!?,\n]{{0,12}}$")


def youngest(text: str, entities: Iterable[Entity], today: date | None = None) -> int | None:
    """An age that nobody in the post falls below: 0 to 13 and 14 to 17 for children, ``None`` without any sign.

    Args:
        text: the folded text.
        entities: those of the persons concerned, whose dates of birth and identity numbers are read.
        today: the day on which the post is judged; without it no age is worked out from a year.

    Returns:
        The least age that is told, worked out or (13 and 17) to be guessed from a school.
    """
    ages = [age for match in _AGE.finditer(text) if (age := number(match[1])) is not None]
    if _attends(text, "under_14"):
        ages.append(YOUTH - 1)
    elif _attends(text, "under_18"):
        ages.append(ADULT - 1)
    if today is not None:
        ages += [today.year - year for year in _birth_years(text, entities) if year <= today.year]
    children = [age for age in ages if 0 <= age < ADULT]
    return min(children, default=None)


def _attends(text: str, name: str) -> bool:
    return any(
        not _past().search(text[max(0, match.start() - 16) : match.start()]) for match in _school(name).finditer(text)
    )


def _birth_years(text: str, entities: Iterable[Entity]) -> Iterable[int]:
    yield from (int(match[1]) for match in _BORN.finditer(text))
    for entity in entities:
        value = entity.value or entity.text
        if entity.type == EntityType.BIRTH_DATE and (match := _YEAR.search(value)):
            yield int(match[0])
        elif entity.type == EntityType.ID_CARD and (match := _ID_YEAR.fullmatch(value)):
            yield int(match[1])
