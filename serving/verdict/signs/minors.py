"""Signs that somebody in a post is a child: under 14 (PIPL art. 31), or under 18."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from datetime import date
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.signs.ages import ages, ages_of, births
from gaihe.serving.verdict.signs.grades import attended, where_somebody_works
from gaihe.serving.verdict.text import NAMELESS, any_of, between, nameless, sentence_end, sentence_start, words

ADULT, YOUTH = 18, 14
FAR = 60
"""Characters between a sign and the data of whom it may be said, at most."""
NEAR = 24
"""Characters between somebody's child and a sign that is said of it."""
_BEFORE = 16
"""Characters before a sign in which it is told what is done to a child."""
_PARENT = re.compile(f"{NAMELESS}的?(?:[妈爸]|爷爷|奶奶|姥[姥爷]|外[公婆]|父|母|家长|监护人)")
"""A parent by the name of the child: 左小丫[的妈妈]."""
_OF_THE_VICTIM = re.compile(
    r"的?[^,。!?;\s的]{0,8}|[^\n]{0,40}(?:孩子?|[男女学]生|童|娃|闺女|女儿|儿子|受害[人者])(?:名?叫|是|:)"
)
"""What stands between the age of a victim and their name or school: 8岁[的女孩]左小丫, 高中女生，[女生叫]左小丫."""


@cache
def _somebodys_child() -> re.Pattern[str]:
    """A child by whose it is, with its age or grade or without: 我女儿, 他5岁的儿子, 有个上小学的女儿.

    A bare child is somebody's where one has been named before: 张丽的儿子, 张丽,[孩子]都上小学了, 张丽[带着5岁的娃].
    """
    grade = f"[在上读念]*(?:{any_of(words('under_14') + words('under_18'))})的?"
    aged = rf"[才刚]?(?:[0-9一二三四五六七八九十]{{1,3}}\s?周?岁多?大?的?|{grade})?"
    some = r"(?:有[一两]?个|带着?)(?![^,。!?\s]{0,6}(?:孩|娃|宝|小朋友))"
    return re.compile(
        rf"(?:(?:(?P<mine>我|俺|本人)|他|她|其|家里?还?有[一两]?个|{some})[们家里的还有一两个]{{0,4}}{aged}"
        rf"|(?P<bare>带着?个?{aged}|(?<={NAMELESS})(?:的{aged}|(?=[儿女闺孙侄]))|(?<![^,。;!?)\s])(?!小孩|小朋友|宝)))"
        rf"(?:{any_of(words('own_children'))})"
    )


@cache
def _another_child() -> re.Pattern[str]:
    """What turns from somebody's child to another: 打我儿子[的是], 撞了我弟弟[还跑的]初三学生."""
    return re.compile(rf"{any_of(words('another_child'))}|[^,。!?\s上读念]的$")


@cache
def _preys() -> re.Pattern[str]:
    """What precedes the age or the school of a victim: 拐走[3岁]男孩, 骚扰[高中]女生, and not 被骗的13岁女孩."""
    return re.compile(
        rf"(?<!被)(?:{any_of(words('preys_on'))})(?:[走过了着到死伤个名位些]|[一两几多]|的是|[我你他她]们?|小姑娘|那|这|(?:{any_of(words('victims_are'))})的?)*$"
    )


def youngest(
    text: str, entities: Sequence[Entity], today: date | None = None, relations: Collection[str] = ()
) -> int | None:
    """An age that nobody in the post falls below: 0 to 13 and 14 to 17 for children, ``None`` without any sign.

    A sign counts only near data, and what is said of a child of the author's, or of another child that nothing else is
    told of, only where data of a child are told.

    Args:
        text: the folded text.
        entities: those of the persons concerned, whose dates of birth and identity numbers are read.
        today: the day on which the post is judged; without it no age is worked out from a date of birth.
        relations: who the persons concerned are to somebody else in the post.

    Returns:
        The least age that is told, worked out (of a year alone the least it can be) or, 13 and 17, to be guessed from a
        school.
    """
    untold = bool(entities) and not any(relation.endswith(words("own_children")) for relation in relations)
    names = [entity for entity in entities if entity.type == EntityType.NAME]
    schools = sorted((entity for entity in entities if entity.type == EntityType.SCHOOL), key=lambda span: span.start)
    shown = nameless(text, names)
    staffed = where_somebody_works(shown, schools)
    named = sorted(name.start for name in names)
    parent_since = named[0] if named and not _PARENT.search(shown) else len(text)
    told = sorted(span.start for span in (*names, *schools))

    near = bytearray(len(text))
    for entity in entities:
        begin, end = max(0, entity.start - FAR), min(len(text), entity.end + FAR)
        near[begin:end] = b"\1" * (end - begin)

    def counts(sign: re.Match[str]) -> bool:
        if entities and not near[sign.start()]:
            return False
        if not untold:
            return True
        if _of_somebodys_child(shown, sign.start(), named, told, parent_since):
            return False
        return not _of_a_victim(text, sign, schools, told)

    found = [age for sign, age in ages(shown, named) if counts(sign)]
    if any(map(counts, attended(shown, "under_14", staffed, today))):
        found.append(YOUTH - 1)
    elif any(map(counts, attended(shown, "under_18", staffed, today))):
        found.append(ADULT - 1)
    if today is not None:
        found += [age for sign, age in births(text, today) if counts(sign)]
        found += ages_of(entities, today)
    return min((age for age in found if 0 <= age < ADULT), default=None)


def _of_somebodys_child(text: str, position: int, named: Sequence[int], told: Sequence[int], parent_since: int) -> bool:
    """Whether the author's child is who was spoken of last, or another's of whom no name and no school is told.

    Args:
        text: the folded text without names.
        position: the place of a sign.
        named: where names begin.
        told: where names and schools begin.
        parent_since: where somebody is named first who may be the parent of a bare child.
    """
    begin = sentence_start(text, position, NEAR)
    children = [
        match
        for match in _somebodys_child().finditer(text, begin, position + NEAR)
        if match.start() <= position and (match["bare"] is None or match.start() > parent_since)
    ]
    if not children or _another_child().search(text, children[-1].end(), position):
        return False
    since = children[-1].end()
    if between(named, since, position):
        return False
    return children[-1]["mine"] is not None or not between(told, since, sentence_end(text, since, FAR))


def _of_a_victim(text: str, sign: re.Match[str], schools: Sequence[Entity], told: Sequence[int]) -> bool:
    """Whether a sign is of a child to whom somebody does harm, and of whom no name and no school is told.

    Args:
        text: the folded text.
        sign: an age or a school.
        schools: the spans of schools, sorted.
        told: where names and schools begin.
    """
    start, end = sign.span()
    if not _preys().search(text, max(0, start - _BEFORE), start):
        return False
    school = schools[at - 1] if (at := bisect_right(schools, start, key=lambda span: span.start)) else None
    if school and start < school.end:
        return False
    after = bisect_left(told, end)
    return after == len(told) or not _OF_THE_VICTIM.fullmatch(text, end, told[after])
