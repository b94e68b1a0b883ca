"""Signs in a post's words of what makes an exposure worse, or its purpose a public one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.addresses import Precision, precision
from gaihe.serving.verdict.text import any_of, words

NEAR = 12
"""Characters between a word of the moment and the place that it is said of."""
_PLACES = (EntityType.ADDRESS, EntityType.SCHOOL, EntityType.WORKPLACE)
_SENTENCE_ENDS = re.compile(r"[。!?;\n]")
_THAT_ONE = re.compile(r"[此那这]人在[:\s]?$")
"""Who is told to work or study at a place, where no word of the moment stands before: 此人在三一重工."""
_NO_TITLE = "(?!员|会|机|了|公司|我|他|她|别人|大家|[一这那本]|着|过)"
"""What makes a verb, or another word, of a title: 导演了这场骗局, 记者会."""
_TRIP = re.compile(r"(?<![A-Z0-9])(?:[GDCKTZ][0-9]{1,4}|[A-Z0-9][A-Z][0-9]{3,4})(?![0-9])")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(any_of(words(name)))


def told(text: str, name: str) -> bool:
    """Whether a folded text holds a word of a list of ``words.toml``."""
    return _pattern(name).search(text) is not None


def said(text: str, name: str, spans: Sequence[Entity]) -> list[int]:
    """Where a folded text holds words of a list of ``words.toml``, other than in the name of a school or an employer.

    A word in an address counts where that leads to the door, as a bed in a hospital does and the hospital does not.

    Args:
        text: the folded text.
        name: the list.
        spans: the spans of the post.
    """
    named = bytearray(len(text))
    for span in spans:
        if span.type in _PLACES and not _is_a_door(span):
            named[span.start : span.end] = b"\1" * (span.end - span.start)
    found = (match for match in _pattern(name).finditer(text) if not named[match.start()])
    return [match.start() for match in found if name != "lodging" or not _of_the_house().match(text, match.end())]


@cache
def _of_the_house() -> re.Pattern[str]:
    """What tells after a hotel of its staff or its trade, and of no guest: 在酒店[做前台], 小李民宿，[预订]."""
    return re.compile(
        rf"[里的]?(?:做|当|任|干|应聘)?(?:{any_of(words('lodging_staff'))})|,?(?:{any_of(words('lodging_trade'))})"
    )


def _is_a_door(span: Entity) -> bool:
    return span.type == EntityType.ADDRESS and precision(span.value or span.text) is Precision.DOOR


@cache
def _there() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Before a place: that somebody is there now, or is so lately; after it: that somebody is or was seen there."""
    at, going, at_now = (any_of(words(name)) for name in ("at", "going", "at_now"))
    lately, moments = any_of(words("lately")), any_of(words("moments"))
    moment = rf"(?:{moments}|(?:{lately})[^,]{{0,4}}[人就还正])"
    people = rf"人(?:(?<={any_of(words('people'))})|(?<=本人)(?<![他她其]本人))"
    then = rf"{moment}[^,]{{0,8}}(?:{at})|(?<!我){moment}[^,我]{{0,8}}(?<![拿收想听看找接领学])(?:{going})"
    return (
        re.compile(rf"(?:(?<!有)(?!{people})(?:{at_now})|{then})[:\s\u200b]?$"),
        re.compile(rf"(?:{lately})(?:[^,]{{0,8}}(?:{at}))?[:\s]?$"),
        re.compile(
            rf"(?:{any_of(words('spots'))})?[,\s]?[^,我的]{{0,6}}(?:{any_of(words('there'))})(?:(?<!在)|(?=[,\s呢了~]|$))"
        ),
    )


@cache
def _lost() -> re.Pattern[str]:
    """What tells after a place that somebody left it and was not seen since: 今早从桔园小区[走失]."""
    return re.compile(rf"[^,]{{0,4}}(?:{any_of(words('lost'))})")


@cache
def _held() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words('held'))})(?![场街面众嘛啥什])")


def whereabouts(text: str, entities: Iterable[Entity]) -> list[Entity]:
    """The places where somebody is right now (现在人在…, 正在…门口).

    Args:
        text: the folded text.
        entities: those of the persons concerned.
    """
    return [entity for entity in entities if entity.type in _PLACES and _is_there(text, entity)]


def travels(text: str, spans: Iterable[Entity] = ()) -> bool:
    """Whether a folded text tells of a trip with its number, other than in its spans: 高铁新城C3栋 is a place.

    Args:
        text: the folded text.
        spans: the spans of the post.
    """
    rest = list(text)
    for span in spans:
        rest[span.start : span.end] = "。" * (span.end - span.start)
    shown = "".join(rest)
    return told(shown, "travel") and _TRIP.search(shown) is not None


@cache
def _things() -> re.Pattern[str]:
    """Things that are somewhere, and nobody who brings one or is called by it: 快递, and not 快递员 or 狗东西."""
    return re.compile(rf"(?:{any_of(words('things'))})(?![员哥小男女东日贼])")


def _is_there(text: str, place: Entity) -> bool:
    """Whether the words around a place say that somebody is there now, and not that they live, work or study there."""
    before = _SENTENCE_ENDS.split(text[max(0, place.start - NEAR) : place.start])[-1]
    after = _SENTENCE_ENDS.split(text[place.end : place.end + NEAR])[0]
    clause = after.partition(",")[0]
    moments = [match.end() for name in ("moments", "lately") for match in _pattern(name).finditer(before)]
    since = before[max([*moments, before.rfind(",") + 1]) :]
    tied = place.type != EntityType.ADDRESS
    if _things().search(before.rpartition(",")[2]) or _lost().match(clause):
        return False
    if told(since, "settled") or told(clause, "settled") or (tied and _held().match(clause)):
        return False
    now, lately, there = _there()
    works_there = tied and not moments and _THAT_ONE.search(before) is not None
    if (now.search(before) and not works_there) or there.match(after):
        return True
    if lately.search(before) and (not tied or _pattern("spots").match(clause)):
        return True
    of_the_moment = moments or told(clause, "moments") or told(clause, "lately")
    return bool(of_the_moment) and told(clause, "seen")


@cache
def _title_before(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words(name))})[:\s]?$")


@cache
def _title_after(name: str) -> re.Pattern[str]:
    titles = rf"(?:{any_of(words(name))})(?!的?(?:{any_of(words('of_an_office'))}))"
    return re.compile(
        rf"[\s(]?(?:是|任|现任|担任)?(?:一[名位])?(?:著名|知名)?{titles}{_NO_TITLE}"
        rf"|,(?:是|任|现任|担任)?(?:一[名位])?(?:著名|知名)?{titles}(?=[,、。;!?)\s]|$)"
        r"|[\s,(]?(?:是|系|任|现任|时任|担任|身为)"
        rf"[^\s,。;!?的他她我你给替帮找骂告和跟与被让对向了过冒充假骗打坑害欺诬诈]{{1,10}}?{titles}(?!的)"
    )


def public_role(text: str, names: Sequence[Entity]) -> bool:
    """Whether an office or a calling in public life stands right before or after one of a person's names.

    Args:
        text: the folded text.
        names: the spans that name the person.
    """

    def called(name: Entity, titles: str) -> bool:
        before, after = text[max(0, name.start - 10) : name.start], text[name.end : name.end + 20]
        return bool(_title_before(titles).search(before) or _title_after(titles).match(after))

    return any(called(name, "roles") and not called(name, "no_roles") for name in names)
