"""Signs that somebody in a post is a child: under 14 (PIPL art. 31), or under 18.

Children enter primary school at six and junior school at twelve (Compulsory Education Law, art. 11), so that grades up
to the seventh are of children under 14 as a rule.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.text import any_of, number, words

ADULT, YOUTH = 18, 14
FAR = 60
"""Characters between a sign and the data of whom it may be said, at most."""
NEAR = 24
"""Characters between a child of the author and a sign that is said of it."""
_AGE = re.compile(
    r"(?P<below>(?:未满|不满|不足|不到|没满|没到)\s?)?"
    r"(?<![0-9一二三四五六七八九十.])(?P<years>[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s?(?:周岁|岁)(?:半|多)?"
    r"(?!以[上下前]|起|时|的时候|那年|那会|开始|就认识|就出来|就?被拐|的?差|的?年龄差)"
)
_AGE_FIELD = re.compile(r"(?<!心理)年龄\s?[:是为]?\s?(?P<years>[0-9]{1,2})(?![0-9岁周个~到至及以.—-])")
"""An age without 岁, as forms have it, and no range of ages."""
_NO_AGE = re.compile(
    r"(?:(?:(?<![老最])[大小长]|差|比.{1,6}[大小])(?:了|出)?(?:[我他她你]|对方)?(?:有|整整|将近|至少|差不多|快)?"
    r"|[狗猫犬][^,。!?\n]{0,3}|[车店房楼]龄[:是]?|[店厂]开了)$"
)
"""What precedes years of age that are none of a person's: how much older somebody is, or how old an animal or a car."""
_LUNAR = re.compile("(?:月|(?<![今明去])年|[农阴]历|[逢每])$")
_BORN = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})年?(?:([0-9]{1,2})月)?(?:([0-9]{1,2})[日号])?(?:出生|生人|生(?=[的于,。、;!?)\s]|$))"
)
_DATE = re.compile(r"((?:19|20)[0-9]{2})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_ID_DATE = re.compile(r"[0-9]{6}((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})[0-9]{3}[0-9Xx]")
_CLASS = r"小[一二三四五六](?:班|\([0-9]{1,2}\)|(?:[0-9]{1,2}|[一二三四五六七八九十])班)"
"""A class of a primary school in short: 附小四2班, 小六(3)班."""
_OF_CLASS = r"[()0-9一二三四五六七八九十年级班]{0,8}班?的?"
_SCHOOLS = "(?:生?[、/到至和及]?(?:小学|初中|高中|中学)){0,3}生?的?"
"""More schools after one, as a tutor lists them."""
_SENTENCE_ENDS = re.compile(r"[。!?\n]")

Born = tuple[int, int, int]
"""Year, month and day of birth; the last month and day where they are not told."""


@cache
def _school(name: str) -> re.Pattern[str]:
    """A word of a list that is of a pupil: 小学, and not 小学语文老师, 小学文化, nor 中小学生 for all there are."""
    known = any_of(words(name)) + (f"|{_CLASS}" if name == "under_14" else "")
    return re.compile(
        rf"(?:(?!小学)|(?<!中))(?:(?![一二三四五六]年级)|(?<![高大研初]))(?:{known})"
        rf"(?!{_OF_CLASS}(?:{any_of(words('class_staff'))}))(?!部?的?(?:{any_of(words('school_staff'))}))"
        rf"(?!{_SCHOOLS}(?:{any_of(words('subjects'))})?(?:{any_of(words('tutoring'))}))"
        r"(?!文化|[^,。\s]{0,2}(?:老师|教师))"
    )


@cache
def _subject() -> re.Pattern[str]:
    """What is taught at a school, or at several of them, right after one: 小学[初中数学]."""
    return re.compile(rf"{_SCHOOLS}(?:{any_of(words('subjects'))})")


@cache
def _at_large() -> re.Pattern[str]:
    """What follows years of age that are of no child in particular, or of a pet: 三岁[小孩都知道], 13岁[的金毛]."""
    child = rf"的?(?:{any_of(words('own_children'))})子?[都也](?:{any_of(words('knows'))})"
    return re.compile(rf"{child}|的?老?(?:{any_of(words('pets'))})")


@cache
def _before(name: str) -> re.Pattern[str]:
    gap = {"past": "[^。!?,\n]{0,12}", "teaches": "[^。!?,\n]{0,8}"}.get(name, "[里的]?")
    return re.compile(f"(?:{any_of(words(name))}){gap}$")


@cache
def _lunar_after() -> re.Pattern[str]:
    return re.compile(any_of(words("lunar")))


@cache
def _own_child() -> re.Pattern[str]:
    return re.compile(f"(?:我|俺|本人)们?家?的?(?:{any_of(words('own_children'))})")


@cache
def _another_child() -> re.Pattern[str]:
    return re.compile(any_of(words("another_child")))


def youngest(
    text: str, entities: Sequence[Entity], today: date | None = None, relations: Collection[str] = ()
) -> int | None:
    """An age that nobody in the post falls below: 0 to 13 and 14 to 17 for children, ``None`` without any sign.

    A sign counts only near data, and what is said of a child of the author's only where data of a child are told.

    Args:
        text: the folded text.
        entities: those of the persons concerned, whose dates of birth and identity numbers are read.
        today: the day on which the post is judged; without it no age is worked out from a date of birth.
        relations: who the persons concerned are to somebody else in the post.

    Returns:
        The least age that is told, worked out (of a year alone the least it can be) or, 13 and 17, to be guessed from a
        school.
    """
    own = not set(relations) & {*words("own_children")}
    names = [entity for entity in entities if entity.type == EntityType.NAME]

    near = bytearray(len(text))
    for entity in entities:
        begin, end = max(0, entity.start - FAR), min(len(text), entity.end + FAR)
        near[begin:end] = b"\1" * (end - begin)

    def counts(position: int) -> bool:
        return (not entities or near[position] > 0) and not (own and _of_own_child(text, position, names))

    ages = [
        age - bool(match["below"])
        for match in _AGE.finditer(text)
        if (age := number(match["years"])) is not None
        if not _NO_AGE.search(text[max(0, match.start() - 12) : match.start()]) and counts(match.start())
        if not _at_large().match(text, match.end())
    ]
    ages += [int(match["years"]) for match in _AGE_FIELD.finditer(text) if counts(match.start())]
    if any(map(counts, _attended(text, "under_14"))):
        ages.append(YOUTH - 1)
    elif any(map(counts, _attended(text, "under_18"))):
        ages.append(ADULT - 1)
    if today is not None:
        born = [_born(match) for match in _BORN.finditer(text) if counts(match.start())]
        ages += [_age(each, today) for each in (*born, *_dates_of(entities)) if each[0] <= today.year]
    children = [age for age in ages if 0 <= age < ADULT]
    return min(children, default=None)


def _of_own_child(text: str, position: int, names: Sequence[Entity]) -> bool:
    """Whether a child of the author's is who was spoken of last before a position."""
    begin = max(0, position - NEAR)
    begin = max([begin, *(match.end() for match in _SENTENCE_ENDS.finditer(text, begin, position))])
    own = list(_own_child().finditer(text, begin, position))
    if not own or _another_child().search(text, own[-1].end(), position):
        return False
    since = own[-1].end()
    return not any(since <= name.start < position for name in names)


def _attended(text: str, name: str) -> Iterator[int]:
    """Where a school of a list is said to be attended, now and by a child."""
    for match in _school(name).finditer(text):
        before = text[max(0, match.start() - 16) : match.start()]
        higher = match[0].endswith("年级") and _before("higher").search(before)
        lunar = match[0][0] == "初" and (_LUNAR.search(before) or _lunar_after().match(text, match.end()))
        taught = _before("teaches").search(before) and _subject().match(text, match.end())
        if not (higher or lunar or taught or _before("past").search(before)):
            yield match.start()


def _dates_of(entities: Iterable[Entity]) -> Iterator[Born]:
    readers = {EntityType.BIRTH_DATE: _DATE.search, EntityType.ID_CARD: _ID_DATE.fullmatch}
    for entity in entities:
        read = readers.get(entity.type)
        if read and (match := read(entity.value or entity.text)):
            yield _born(match)


def _born(match: re.Match[str]) -> Born:
    return int(match[1]), int(match[2] or 12), int(match[3] or 31)


def _age(born: Born, today: date) -> int:
    """Full years on a day, at least; 0 in the year of birth."""
    year, month, day = born
    return max(0, today.year - year - ((today.month, today.day) < (month, day)))
