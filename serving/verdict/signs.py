"""Signs in a post's words of what makes an exposure worse, or its purpose a public one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.addresses import is_a_division
from gaihe.serving.verdict.text import any_of, words

NEAR = 12
"""Characters between a word of the moment and the place that it is said of."""
FAR = 60
"""Characters before a place in which it is told who is there."""
_PLACES = (EntityType.ADDRESS, EntityType.SCHOOL, EntityType.WORKPLACE)
_SENTENCE_ENDS = re.compile(r"[。!?;\n]")
_THAT_ONE = re.compile(r"[此那这]人在[:\s]?$")
"""Who is told to work or study at a place, where no word of the moment stands before: 此人在三一重工."""
_STILL = re.compile(r"(?<!人)还在[:\s]?$")
"""What tells of an employer or a school that somebody has not left it: 他还在三一重工."""
_AUTHOR = re.compile("[我俺](?!的)")
_IN_PERSON = re.compile("人[就还]?在")
_OCCASIONS = re.compile("(?:毕业|入职|录取)(?:典礼|照|证|晚会|红毯|体检|培训|手续|现场|窗口|宴)")
"""What is held at a place where somebody is, and tells of no degree or post: 毕业典礼, 入职培训."""
_ACTORS = ("影帝", "影后", "演员")
_FEIGNS = re.compile("(?:[又还在]|继续|[真最很就]会|真能)*装(?![修备扮甲置])")
"""What follows the name of somebody who is called an actor in mockery: 影帝彭涛[又装]病."""
_FOLLOWERS = re.compile(r"[^。!?\n]{0,8}?(?<![0-9.])[0-9]{1,4}[多来]?个?粉")
"""Followers, too few for a public role."""
_NO_TITLE = "(?!员|会|机|了|公司|我|他|她|别人|大家|[一这那本]|着|过|的(?:[这那一][场出]|骗|闹剧|阴谋))"
"""What makes a verb, or another word, of a title: 导演了这场骗局, 导演的这场骗局, 记者会."""
_NOT_THEIRS = r"(?![^,。!?;\s的]{1,4}的(?!事))"
"""After a title that somebody is said to be next to: 是局长[李强的]小舅子."""
_TRIP = re.compile(
    r"(?<![A-Z0-9])(?<![A-Z]/)(?!C9[0-9]9(?![0-9]))(?:[GDCKTZ][0-9]{1,4}|[A-Z0-9][A-Z][0-9]{3,4})(?![0-9]|[省市县区])"
)
"""The number of a train or a flight, and not of an aircraft's make (C919), a standard (GB/T699) or a masked city."""
_BEFORE_IN_CLAUSE = re.compile(rf"[^,。!?;\n]{{0,{NEAR}}}$")
_OTHER_TRAINS = re.compile("[自机电助]动车|高铁新[城区]")
_FLIES = re.compile(r"(?<=[0-9])\s?飞(?=[\u4e00-\u9fff]{2})(?![快速奔驰])")
"""What tells after the number of a flight where it goes: CA1321[飞]北京."""
_HAPPENS = "出现|存在|漏|停[水电]|断|积水|完工|开工|施工|封闭|改造|拆|涨|降|成为|归|属|是(?![他她])"
_ITS_PEOPLE = re.compile("里?的(?:人|房子?(?![里间内])|邻居|业主|居民|住户|保安)")
"""After a place of those who live there: 现在桔园小区3栋[的人]都知道."""
_IS_SAID_OF_THE_PLACE = re.compile(
    rf"(?:已经?|仍然?|没有?|都|也)?(?:{_HAPPENS})|有(?!人|[他她]|个?[男女])|业主|物业|居民(?!楼)|村民|住户|安置"
)
"""What follows a place that is the matter of a sentence, and nobody's whereabouts: 目前桔园小区[出现漏水]."""


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(any_of(words(name)))


def told(text: str, name: str) -> bool:
    """Whether a folded text holds a word of a list of ``words.toml``."""
    return _pattern(name).search(text) is not None


@cache
def _there() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Before a place: that somebody is there now, at this moment, or lately; after it: that they are or were seen."""
    at, going, at_now = (any_of(words(name)) for name in ("at", "going", "at_now"))
    lately, moments = any_of(words("lately")), any_of(words("moments"))
    moment = rf"(?:{moments}|(?:{lately})[^,]{{0,4}}[人就还正])"
    nouns = any_of(sorted({word[-2:] for word in words("people")}))
    people = rf"人(?:(?<={nouns})|(?<=本人)(?<![他她其]本人))"
    just = r"(?:^|(?<=[,他她人\s]))刚"
    home = rf"(?:[他她]?(?:{any_of(words('relations') + words('short_relations'))})家)?"
    goes = rf"(?<!我){moment}[^,我]{{0,8}}(?<![拿收想听看找接领学])(?:{going})"
    then = rf"(?:{moment}[^,了]{{0,8}}|{just})(?:{at}){home}|{goes}"
    return (
        re.compile(rf"(?<!有)(?!{people})(?:{at_now})[:\s\u200b]?$"),
        re.compile(rf"(?:{then})[:\s\u200b]?$"),
        re.compile(rf"(?:(?:{lately})(?:[^,]{{0,8}}(?:{at}){home})?|(?<![出表体呈实发涌浮])现于)[:\s]?$"),
        re.compile(
            rf"(?:{any_of(words('spots'))})?[,\s]?[^,我的]{{0,6}}(?:{any_of(words('there'))})(?:(?<!在)|(?=[,\s呢了~]|$))"
        ),
    )


@cache
def _long_ago() -> re.Pattern[str]:
    """What tells that a clause speaks of days gone by, and not of now: 上周还在…, 去年今天在…, and not 昨晚到现在."""
    now = any_of(words("moments") + words("lately") + words("days_to_come"))
    ago = "[0-9一二两三四五六七八九十几半多]个?(?:年|月|天|周|星期|礼拜)(?:多|半)?前(?:的今[天日])?"
    then = rf"{any_of(words('days_gone'))}|{ago}|(?<![^他她人,\s])(?:曾经?|之前|以前)"
    return re.compile(rf"(?:{then})(?!起|开始|至今|以?来|.{{0,{NEAR}}}(?<!出)(?:{now}))")


@cache
def _denied() -> re.Pattern[str]:
    """Before a place: that somebody is not there: 现在不在…, 没去…."""
    there = any_of(words("at") + words("going") + words("at_now"))
    return re.compile(rf"(?<![是要])(?:不|没有?|未)[再会敢]{{0,2}}(?:{there})[:\s]?$")


@cache
def _of_nobody() -> re.Pattern[str]:
    """A clause before a place in which somebody is only supposed there, or somebody else is: 警察现在在…."""
    now = any_of(words("moments") + words("lately") + words("at_now") + words("at") + words("going"))
    others = rf"(?:{now})*(?:[他她]家?的?)?(?:{any_of(words('not_them'))})们?(?:{now}|[也都正已还就])*[:\s]?$"
    return re.compile(rf"{others}|.*(?:{any_of(words('supposed'))}).{{0,8}}$")


@cache
def _gone() -> re.Pattern[str]:
    """What tells after a place that somebody left it for good, or was not seen since: 今早从桔园小区[走失]."""
    return re.compile(rf"[^,]{{0,4}}(?:{any_of(words('lost') + words('left'))})")


@cache
def _somebody() -> re.Pattern[str]:
    return re.compile(f"{any_of(words('others'))}|{_IN_PERSON.pattern}")


@cache
def _held() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words('held'))})(?![场街面众嘛啥什])")


def whereabouts(text: str, entities: Iterable[Entity]) -> list[Entity]:
    """The places where somebody is right now (现在人在…, 正在…门口); a city is none.

    Args:
        text: the folded text.
        entities: those of the persons concerned.
    """
    spans = list(entities)
    named = sorted(span.start for span in spans if span.type == EntityType.NAME)
    return [
        span
        for span in spans
        if span.type in _PLACES and not is_a_division(span.value or span.text) and _is_there(text, span, named)
    ]


@cache
def _formerly() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Before a place and after it: that somebody was there, and is no more."""
    former, moved = any_of(words("former")), any_of(words("moved"))
    return (
        re.compile(
            rf"(?:{any_of(words('formerly'))})[^,。!?\n他她现今]{{0,6}}$|(?<![是要有住])(?:(?<!(?<!现)在)不|没有?)再?(?:在|住在?)[:\s]?$"
        ),
        re.compile(
            rf"的?(?:{former})(?!班|论文|设计|典礼)|[^,。!?\n]{{0,8}},?[^,。!?\n没]{{0,5}}(?:{moved})"
            r"|[^,。!?\n]{0,4}[不没][干住在做]了"
        ),
    )


def left(text: str, entities: Iterable[Entity]) -> list[Entity]:
    """The places where somebody lived, worked or studied, and does no more (毕业于…, 以前住…).

    Args:
        text: the folded text.
        entities: those of the persons concerned.
    """
    before, after = _formerly()
    return [
        span
        for span in entities
        if span.type in _PLACES
        and (before.search(text[max(0, span.start - NEAR) : span.start]) or after.match(text, span.end))
    ]


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
    if _pattern("travel").search(_OTHER_TRAINS.sub("", shown)) is None and _FLIES.search(shown) is None:
        return False
    trips = (
        _BEFORE_IN_CLAUSE.search(shown, max(0, trip.start() - NEAR), trip.start()) for trip in _TRIP.finditer(shown)
    )
    return any(before is not None and _long_ago().search(before[0]) is None for before in trips)


@cache
def _things() -> re.Pattern[str]:
    """Things that are somewhere, and nobody who brings one or is called by it: 快递, and not 快递员 or 狗东西."""
    return re.compile(rf"(?:{any_of(words('things'))})(?![员哥小男女东日贼])")


def _is_there(text: str, place: Entity, named: Sequence[int]) -> bool:
    """Whether the words around a place say that somebody is there now, and not that they live, work or study there.

    Args:
        text: the folded text.
        place: the place.
        named: where names begin.
    """
    before = _SENTENCE_ENDS.split(text[max(0, place.start - NEAR) : place.start])[-1]
    after = _SENTENCE_ENDS.split(text[place.end : place.end + NEAR])[0]
    clause = _OCCASIONS.sub("", after.partition(",")[0])
    moments = [match.end() for name in ("moments", "lately") for match in _pattern(name).finditer(before)]
    since = before[max([*moments, before.rfind(",") + 1]) :]
    tied = place.type != EntityType.ADDRESS
    if _is_of_a_thing(text, place.start, named) or _gone().match(clause):
        return False
    so_far = before[before.rfind(",") + 1 :]
    if _long_ago().search(so_far) or _denied().search(so_far) or _of_nobody().match(so_far):
        return False
    if told(since, "settled") or told(clause, "settled") or (tied and _held().match(clause)):
        return False
    now, then, lately, there = _there()
    at_a_spot = _pattern("spots").match(clause) is not None
    works_there = tied and not moments and (_THAT_ONE.search(before) or (_STILL.search(before) and not at_a_spot))
    errand = clause.strip() and not at_a_spot and _is_an_errand(text, place.start, named)
    if (now.search(before) and not works_there) or (then.search(before) and not errand) or there.match(after):
        return True
    if lately.search(before) and (at_a_spot or not (tied or _is_spoken_of(text, place, named))):
        return True
    of_the_moment = moments or told(clause, "moments") or told(clause, "lately")
    return bool(of_the_moment) and told(clause, "seen")


@cache
def _right_after_lately() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words('lately'))})[:\s]?$")


def _is_spoken_of(text: str, place: Entity, named: Sequence[int]) -> bool:
    """Whether a place right after a word of the moment is the matter of the sentence: 目前桔园小区出现漏水."""
    if not _right_after_lately().search(text[max(0, place.start - NEAR) : place.start]):
        return False
    if _ITS_PEOPLE.match(text, place.end):
        return True
    return _IS_SAID_OF_THE_PLACE.match(text, place.end) is not None and not _tells_who(text, place.start, named)


def _is_an_errand(text: str, position: int, named: Sequence[int]) -> bool:
    """Whether a clause begins with the moment, and nobody is told of who could be at the place but the author."""
    clause = text[_clause_start(text, position) : position].lstrip()
    begins = clause.startswith("刚") or _pattern("moments").match(clause) is not None
    return begins and not _tells_who(text, position, named)


def _is_of_a_thing(text: str, position: int, named: Sequence[int]) -> bool:
    """Whether a thing is what a clause, or one before in which nobody is, speaks of: 快递寄错了，现在在桔园小区."""
    begin, clause = _sentence_start(text, position), _clause_start(text, position)
    things = [match.end() for match in _things().finditer(text, begin, position)]
    if not things:
        return False
    if things[-1] > clause:
        return _IN_PERSON.search(text, things[-1], position) is None
    return not _tells_who(text, position, named) and not _AUTHOR.search(text, begin, position)


def _tells_who(text: str, position: int, named: Sequence[int]) -> bool:
    """Whether it is told in the sentence before a place who is there; the author only in the same clause."""
    begin = _sentence_start(text, position)
    if bisect_left(named, begin) < bisect_left(named, position) or _somebody().search(text, begin, position):
        return True
    return _AUTHOR.search(text, _clause_start(text, position), position) is not None


def _sentence_start(text: str, position: int) -> int:
    begin = max(0, position - FAR)
    return max([begin, *(match.end() for match in _SENTENCE_ENDS.finditer(text, begin, position))])


def _clause_start(text: str, position: int) -> int:
    begin = _sentence_start(text, position)
    return max(begin, text.rfind(",", begin, position) + 1)


@cache
def _title_before(name: str) -> re.Pattern[str]:
    return re.compile(rf"[^,。!?;:\s]{{0,8}}(?:{any_of(words(name))})[:\s]?$")


@cache
def _small() -> re.Pattern[str]:
    """What makes a small, a mocking, a feigned or a former one of a title: 社团书记, 奇葩选手, 假警官, 前主播."""
    fame = any_of(words("fame"))
    feigned = rf"(?<![休请放寒暑产婚病事年度虚])(?:{any_of(words('feigned'))})(?:{any_of(words('roles'))})"
    given_up = rf"(?:(?<![目面之以从当生赛台])前|过气|退役|退圈)的?(?:{any_of(words('given_up'))})"
    return re.compile(
        rf"{feigned}|{given_up}|"
        rf"{any_of(words('small'))}|(?:{any_of(words('mocking'))})[^,]{{0,4}}(?:{fame})|小(?!校长)(?:{fame})"
    )


@cache
def _title_after(name: str) -> re.Pattern[str]:
    titles = rf"(?:{any_of(words(name))})(?!的?(?:{any_of(words('of_an_office'))}))"
    known = rf"(?:一[名位])?(?:著名|知名)?{titles}"
    return re.compile(
        rf"[\s(]?(?:{known}{_NO_TITLE}|(?:是|任|现任|担任){known}{_NO_TITLE}{_NOT_THEIRS})"
        rf"|,(?:是|任|现任|担任)?{known}(?=[,、。;!?)\s]|$)"
        r"|[\s,(]?(?:是|系|任|现任|时任|担任|身为)"
        rf"[^\s,。;!?的他她我你给替帮找骂告和跟与被让对向了过冒充假骗打坑害欺诬诈]{{1,10}}?{titles}(?!的){_NOT_THEIRS}"
    )


def public_role(text: str, names: Sequence[Entity]) -> bool:
    """Whether an office or a calling in public life stands right before or after one of a person's names.

    Args:
        text: the folded text.
        names: the spans that name the person.
    """

    def titles(name: Entity, known: str) -> list[str]:
        before, after = text[max(0, name.start - 16) : name.start], text[name.end : name.end + 20]
        found = (_title_before(known).search(before), _title_after(known).match(after))
        return [match[0] for match in found if match]

    def has_role(name: Entity) -> bool:
        found = titles(name, "roles")
        if not found or titles(name, "no_roles") or any(map(_small().search, found)):
            return False
        feigns = found[0].endswith(_ACTORS) and _FEIGNS.match(text, name.end)
        return not feigns and _FOLLOWERS.match(text, name.end) is None

    return any(map(has_role, names))
