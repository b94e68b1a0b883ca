"""Ages that a post tells, in years or by a date of birth, and whose they cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.text import DIGITS, any_of, between, number, sentence_start, words

FAR = 60
"""Characters between an animal and an age that may be said of it, at most."""
_TEENS = 17
"""The age of whom no more is told than 十几岁."""
_OF_AN_ANIMAL = 3
"""Characters from an age to the end of the animal that has it: 三岁[的小猫], at most."""
_ONES = "[一二三四五六七八九]"
_AGE = re.compile(
    r"(?P<below>(?:未满|不满|不足|不到|没满|没到)\s?)?(?<![〇零一二三四五六七八九十百几数0-9.])"
    r"(?:(?P<teens>(?:十|10)[几多来])|(?P<years>[0-9]{1,2})(?:、(?P<older>[0-9]{1,2}))?"
    rf"|(?P<written>{_ONES}?十{_ONES}?|{_ONES}){_ONES}?)"
    r"\s?(?:周岁|岁)(?:半|多)?"
    r"(?!以[上下前]|起|时|的时候|那年|那会|开始|就认识|就出来|就?被拐|的?差|的?年龄差)"
)
_LATER = re.compile(
    "就?(?:辍学|退学|进厂|(?:出[来去])?打工|出来[混闯卖]|当兵|参军|入伍|坐牢|结婚|嫁人?|混社会|闯社会|出国)"
    "(?!在家|的?[少男女])"
    "|就?(?:丧[父母]|没了[爸妈爹娘父母]|父母双亡|成了?孤儿)"
)
"""What somebody did or met with at an age that they have no more: 13岁[辍学], 5岁[丧父]."""
_AGED_NOW = re.compile(r"(?:今年|现在|目前|才|刚满?|仅|只有)\s?$")
_WITHOUT_A_UNIT = (
    re.compile(
        r"(?:(?<!心理)年龄\s?[:是为]?|(?<![A-Za-z])(?i:age)\s?[:=]?)"
        r"\s?(?P<years>[0-9]{1,2})(?![0-9岁周个~到至及以.—-])"
    ),
    re.compile(
        rf"(?:虚岁|周岁|今年)[刚才满有是]{{0,2}}\s?(?P<years>[0-9]{{1,2}}|{_ONES}?十{_ONES}?)"
        r"(?=了|[,。、;!?)]|$)"
    ),
    re.compile(r"(?<=[(,/])[男女][,、/\s]?(?P<years>1[0-7]|[1-9](?=\)))(?=[,/)。]|$)"),
    re.compile(r"(?i)(?<![0-9.])(?P<years>[0-9]{1,2})\s?(?:years?|yrs?)[ -]old(?![a-z])"),
    re.compile(r"(?i)(?<![^,(/男女才])(?P<years>[0-9]{1,2})y/?o?(?![a-z0-9])"),
)
"""Ages without 岁, and no ranges of ages: 年龄12, age:12, 今年十二, 虚岁13, (女,12), 12 years old."""
_NO_AGE = re.compile(
    r"(?:(?:(?<![老最])[大小长]|差|比.{1,6}[大小])(?:了|出)?(?:[我他她你]|对方)?(?:有|整整|将近|至少|差不多|快)?"
    r"|[狗猫犬][^,。!?\n]{0,3}|[车店房楼工网党军警教驾婚球]龄[:是]?|[店厂]开了"
    r"|(?:智商|情商|心智|心理年龄)[^,。!?\n]{0,6}|(?<![好图偶])像一?个?|跟个|不如一?个?"
    r"|(?:装嫩|装成|假装|谎称|谎报|冒充)[^,。!?\n]{0,6})$"
)
"""What precedes years of age that are none of a person's, or not their own: how much older somebody is, how old an
animal or a car, how childish somebody."""
_LONG_AGO = re.compile(r"(?:(?:当年|那年|那时候?|小时候|当时[才还只刚])[^,。!?\n]{0,6}|时候?,?我[才还只刚]*|从)$")
"""What precedes an age that somebody has no more: 当年才[16岁], 打我的时候我才[12岁], 从[12岁]就偷东西."""
_IN_FACT = re.compile(r",?(?:其实|实际|实则|真实)[^,。!?\n]{0,6}(?:[2-9][0-9]|[二三四五六七八九]十)")
"""The age of an adult who says to be younger: 17岁[其实37]."""
_YEAR = r"(?:(?:19|20)[0-9]{2}年?|[0-9〇零一二三四五六七八九]{4}年|[0-9〇零一二三四五六七八九]{2}年)"
_DAY = r"(?:(?P<month>[0-9]{1,2})月)?(?:(?P<day>[0-9]{1,2})[日号])?"
_BORN = (
    re.compile(
        rf"(?<![0-9〇零一二三四五六七八九])(?P<year>{_YEAR}){_DAY}"
        r"(?:出生(?!率|人口)|生人|,?属[鼠牛虎兔龙蛇马羊猴鸡狗猪](?!年)|生(?=[的于,。、;!?)\s]|$))"
    ),
    re.compile(
        rf"(?:(?<=生)(?<![发产诞毕业学先医新考师男女中科究习]生)于|出生(?:在|日期|年月|时间)?[:是为]?)\s?"
        rf"(?P<year>{_YEAR}){_DAY}(?=[,。、;!?)\s的在]|$)"
    ),
    re.compile(
        r"(?<![A-Za-z])(?i:DOB|born(?:\s(?:on|in))?)\s?:?\s?(?P<year>(?:19|20)[0-9]{2})"
        r"(?:[-/.](?P<month>[0-9]{1,2})(?:[-/.](?P<day>[0-9]{1,2}))?)?(?![0-9])"
    ),
)
_DECADE = re.compile(
    r"(?<![0-9A-Za-z.:第前满过点晚早到打月日])(?P<year>[12][05]|[一二][零〇五])后(?=的?[男女小妹娃孩们]|[的,。、;!?)\s]|$)"
)
"""Who was born in a decade, or in its second half: 10后, 一五后."""
_DATE = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?:-(?P<month>[0-9]{2}))?(?:-(?P<day>[0-9]{2}))?")
_ID_DATE = re.compile(
    r"(?=.{16,18}$)[0-9*]{6}(?P<year>(?:19|20)[0-9]{2})"
    r"(?:(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12][0-9]|3[01])?)?[0-9*]{2,8}[0-9Xx*]"
)
"""The birth date in an identity number of 18 digits, as far as it is not masked."""

Sign = tuple[re.Match[str], int]
"""Where an age is told, and the age."""


@cache
def _at_large() -> re.Pattern[str]:
    """What follows years of age that are anybody's, a pet's or a car's: 三岁[小孩都知道], 13岁[的金毛]."""
    child = rf"的?(?:{any_of(words('own_children'))})子?[都也](?:{any_of(words('knows'))})"
    pet = rf"的?[老小大]?(?:{any_of(words('pets'))}|[狗猫犬](?![东男女日贼崽娃蛋剩奴]))"
    return re.compile(rf"{child}|{pet}|的[老破旧小]?(?:{any_of(words('vehicles'))})")


@cache
def _of_a_thing() -> re.Pattern[str]:
    """What precedes years of age of what is nobody: 公司今年[10岁], 它都[11岁]了."""
    things = any_of(words("aged_things") + words("vehicles"))
    return re.compile(f"(?i:{things}|它)(?:[都也快有满了就刚]|今年|已经?|马上|整整)*$")


@cache
def _animal() -> re.Pattern[str]:
    """An animal, and nobody who is called one: 一只猫, 家里的狗, 泰迪."""
    return re.compile(
        r"[只条][^,。!?\s]{0,6}?[狗猫犬]|家里?的?[小老大]?[狗猫]|小[狗猫]|狗狗|猫猫|猫咪|宠物"
        rf"|{any_of(words('pets'))}"
    )


@cache
def human() -> re.Pattern[str]:
    """What turns from an animal, or from a shift, to somebody."""
    return re.compile(f"[他她]|主人|男孩|女孩|学生|同学|{any_of(words('own_children'))}")


def ages(text: str, named: Sequence[int]) -> Iterator[Sign]:
    """Years of age of a person, as they are now.

    Args:
        text: the folded text without names.
        named: where names begin, sorted.
    """
    for match in _AGE.finditer(text):
        age = _years(match)
        if age is not None and not _of_nobody_now(text, match, named):
            yield match, age - bool(match["below"])
    for pattern in _WITHOUT_A_UNIT:
        for match in pattern.finditer(text):
            age = number(match["years"])
            if age is not None and not _of_nobody_now(text, match, named):
                yield match, age - match[0].startswith("虚岁")


def _years(age: re.Match[str]) -> int | None:
    """The years of an age, the fewer of two that follow each other: 17、8岁, 十七八岁, but 17 in 1、17岁."""
    if age["teens"]:
        return _TEENS
    if age["written"]:
        return number(age["written"])
    years, older = int(age["years"]), age["older"]
    return years if older is None or (years + 1) % 10 == int(older) % 10 else int(older)


def births(text: str, today: date) -> Iterator[Sign]:
    """Ages on a day by the dates of birth that are told: of a year alone the least it allows, of a decade the most.

    Args:
        text: the folded text.
        today: the day.
    """
    for pattern in (*_BORN, _DECADE):
        for match in pattern.finditer(text):
            age = _age(match, today)
            if age is not None:
                yield match, age


def ages_of(entities: Iterable[Entity], today: date) -> Iterator[int]:
    """Ages on a day by the dates of birth and the identity numbers among spans."""
    readers = {EntityType.BIRTH_DATE: _DATE.search, EntityType.ID_CARD: _ID_DATE.fullmatch}
    for entity in entities:
        read = readers.get(entity.type)
        match = read(entity.value or entity.text) if read else None
        age = _age(match, today) if match else None
        if age is not None:
            yield age


def year_of(told: str, today: date) -> int:
    """A year as it is told, the last such of two digits: 2014, 14, 一四."""
    year = int("".join(str(DIGITS.get(character, character)) for character in told))
    if year < 100:
        year += 2000 if 2000 + year <= today.year else 1900
    return year


def _age(born: re.Match[str], today: date) -> int | None:
    """Full years on a day, at least; 0 in the year of birth, ``None`` before it."""
    told = born.groupdict()
    year = year_of(told["year"].removesuffix("年"), today)
    if year > today.year:
        return None
    birthday = int(told.get("month") or 12), int(told.get("day") or 31)
    return max(0, today.year - year - ((today.month, today.day) < birthday))


def _of_nobody_now(text: str, age: re.Match[str], named: Sequence[int]) -> bool:
    """Whether years of age are a thing's, an animal's or anybody's, or somebody's of long ago."""
    before = text[max(0, age.start() - 12) : age.start()]
    at_large = _at_large().match(text, age.end())
    if at_large and not between(named, age.end(), at_large.end()):
        return True
    if _NO_AGE.search(before) or _LONG_AGO.search(before) or _of_a_thing().search(before):
        return True
    if _IN_FACT.match(text, age.end()):
        return True
    if _LATER.match(text, age.end()) and not _AGED_NOW.search(before):
        return True
    return _of_an_animal(text, age, named)


def _of_an_animal(text: str, age: re.Match[str], named: Sequence[int]) -> bool:
    """Whether an animal is what was spoken of last before an age, or around it: 狗狗丢了，公的，三岁; 一只三岁的猫."""
    position = age.start()
    found = _animal().finditer(text, sentence_start(text, position, FAR), age.end() + _OF_AN_ANIMAL)
    animals = [animal for animal in found if animal.start() < position]
    if not animals or human().search(text, animals[-1].end(), position):
        return False
    since = animals[-1].end()
    return all(text[start - 1] == "叫" for start in between(named, since, position))
