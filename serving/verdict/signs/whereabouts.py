"""Where somebody is right now, as the words around a place say it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.facts.addresses import Precision, is_a_division, precision
from gaihe.serving.verdict.text import any_of, between, listed, nameless, told, words

NEAR = 12
"""Characters between a word of the moment and the place that it is said of."""
FAR = 60
"""Characters before a place in which it is told who is there."""
PLACES = (EntityType.ADDRESS, EntityType.SCHOOL, EntityType.WORKPLACE)
_SENTENCE_ENDS = re.compile(r"[。!?;\n]")
_THAT_ONE = re.compile(r"[此那这]人在[:\s]?$")
"""Who is told to work or study at a place, where no word of the moment stands before: 此人在三一重工."""
_STILL = re.compile(r"(?<!人)还在[:\s]?$")
"""What tells of an employer or a school that somebody has not left it: 他还在三一重工."""
_AUTHOR = re.compile("[我俺](?!的)")
_IN_PERSON = re.compile("人[就还]?在")
_OCCASIONS = re.compile("(?:毕业|入职|录取)(?:典礼|照|证|晚会|红毯|体检|培训|手续|现场|窗口|宴)")
"""What is held at a place where somebody is, and tells of no degree or post: 毕业典礼, 入职培训."""
_HOURS = (
    "(?:[0-9半一二两三四五六七八九十几]{1,3}多?分钟|(?:(?<![0-9十])[一二两12]个?半?|半个?)多?(?:小时|钟头)|[一1]刻钟)"
)
_MINUTES_AGO = f"{_HOURS}(?:之?前|以前)"
_SEES = "(?:看到|看见|偶遇|撞见|碰到|碰见|遇到|逮到|抓到)"
_SAW_THEM = re.compile(
    rf"(?P<just>刚[^,。!?;\n]{{0,6}})?{_SEES}(?P<who>[^,。!?;\n的]{{1,5}})(?(just)了?|了)[!,。]\s?(?:就?在)?$"
)
"""Before a place: that somebody was seen just now: [看到陈刚了！]万达广场负一楼."""
_GOES_ON = re.compile("[^,。!?;\n]{0,5}[^,。!?;\n空停放摆存挂关养押留有着](?:呢|着呢?)(?=[,。!?;\\s]|$)")
"""After a place of what somebody does there now: 在万达广场[吃饭呢]."""
_HABIT = re.compile("一般|平时|经常|天天|每[天日周晚]|[常总]在")
"""Before it, what tells that they are there time and again: 人[一般]在大集南头坐着."""
_CALLED_THERE = re.compile("[去来][堵抓逮围蹲砸揍骂]|[堵抓逮蹲揍][他她]")
"""What others are called to do to who is at a place: 在桔园小区送外卖,兄弟们[去堵]他."""
_SEIZED = re.compile("[^,]{0,3}(?:抓(?![获到])|围住|堵住|蹲守)")
"""After it of who is there with the police: 警方正在桔园小区3栋[抓捕]陈刚."""
_MOVES_IN = re.compile("入住|住[进到]")
"""What tells of a night at a place as well as of a home, beside a word of the moment."""
_HAPPENS = "出现|存在|漏|停[水电]|断|积水|完工|开工|施工|封闭|改造|拆|涨|降|成为|归|属|是(?![他她])"
_ITS_PEOPLE = re.compile("里?的(?:人|房子?(?![里间内])|邻居|业主|居民|住户|保安)")
"""After a place of those who live there: 现在桔园小区3栋[的人]都知道."""
_IS_SAID_OF_THE_PLACE = re.compile(
    rf"(?:已经?|仍然?|没有?|都|也)?(?:{_HAPPENS})|有(?!人|[他她]|个?[男女])|业主|物业|居民(?!楼)|村民|住户|安置"
)
"""What follows a place that is the matter of a sentence, and nobody's whereabouts: 目前桔园小区[出现漏水]."""


@cache
def _moments() -> re.Pattern[str]:
    """Words of the moment, and minutes ago."""
    return re.compile(f"{any_of(words('moments'))}|{_MINUTES_AGO}")


@cache
def _there() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Before a place: that somebody is there now, at this moment, or lately; after it: that they are or were seen."""
    at, going, at_now = (any_of(words(name)) for name in ("at", "going", "at_now"))
    lately = any_of(words("lately"))
    moment = rf"(?:{_moments().pattern}|(?:{lately})[^,]{{0,4}}[人就还正])"
    nouns = any_of(sorted({word[-2:] for word in words("people")}))
    people = rf"人(?:(?<={nouns})|(?<=本人)(?<![他她其]本人))"
    just = r"(?:^|(?<=[,他她人\s]))刚"
    home = rf"(?:[他她]?(?:{any_of(words('relations') + words('short_relations'))})家)?"
    goes = rf"(?<!我){moment}[^,我]{{0,8}}(?<![拿收想听看找接领学驳撤召追])(?:{going})"
    then = rf"(?:{moment}[^,了]{{0,8}}|{just})(?:{at}){home}|{goes}"
    return (
        re.compile(rf"(?<!有)(?!{people})(?:{at_now})[:\s\u200b]?$"),
        re.compile(rf"(?:{then})[:\s\u200b]?$"),
        re.compile(rf"(?:(?:{lately})(?:[^,]{{0,8}}(?:{at}){home})?|(?<![出表体呈实发涌浮])现于)[:\s]?$"),
        re.compile(
            rf"(?:{any_of(words('spots'))})?[,\s]?[^,我的]{{0,6}}(?<!没)(?<!没有)(?:{any_of(words('there'))})(?:(?<!在)|(?=[,\s呢了~]|$))"
        ),
    )


@cache
def long_ago() -> re.Pattern[str]:
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
def _in_trade() -> re.Pattern[str]:
    """After a place of what somebody lives by or owns there: 现在在桔园小区[做家教], and not 卖奶茶[呢]."""
    things = "有[0-9一二两三四五六七八九十几好]*[套间个家栋]?(?:房子?(?!间)|门?店|铺|门面)"
    minding = "带(?:孩子|小孩|娃|孙子|孙女)(?![^,]*[玩吃逛看买打坐等排走])"
    works_as = "(?:卖(?![惨萌乖骚弄])|教(?![练室堂学育训])|当(?![面场街众天晚时地着伴]))[^,呢着]{1,4}(?=[,\\s]|$)"
    at_a_spot = f"(?:{any_of(words('spots'))}|里)?(?:{works_as})"
    return re.compile(f"{at_a_spot}|[^,]{{0,3}}?(?:{any_of(words('trades'))}|{minding}|{things})(?![呢户买取])")


@cache
def _held() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words('held'))})(?![场街面众嘛啥什])")


def whereabouts(text: str, entities: Iterable[Entity]) -> list[Entity]:
    """The places where somebody is right now (现在人在…, 正在…门口); a city, a district or a town is none.

    Args:
        text: the folded text.
        entities: those of the persons concerned.
    """
    spans = list(entities)
    named = sorted(span.start for span in spans if span.type == EntityType.NAME)
    shown = nameless(text, spans)
    return [span for span in spans if span.type in PLACES and _is_there(shown, span, named) and not _is_large(span)]


def _is_large(place: Entity) -> bool:
    value = place.value or place.text
    in_a_district = place.type == EntityType.ADDRESS and precision(value) is Precision.DISTRICT
    return in_a_district or is_a_division(value)


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
    moments = [match.end() for words_of in (_moments(), listed("lately")) for match in words_of.finditer(before)]
    since = _MOVES_IN.sub("", before[max([*moments, before.rfind(",") + 1]) :])
    tied = place.type != EntityType.ADDRESS
    if _is_of_a_thing(text, place.start, named) or _gone().match(clause):
        return False
    so_far = before[before.rfind(",") + 1 :]
    if long_ago().search(so_far) or _denied().search(so_far):
        return False
    if _of_nobody().match(so_far) and not _SEIZED.match(clause):
        return False
    if told(since, "settled") or told(clause, "settled") or (tied and _held().match(clause)):
        return False
    now, then, lately, there = _there()
    of_this_moment = _moments().search(before) or now.search(before)
    called_there = _CALLED_THERE.search(text, place.end, place.end + FAR)
    if _in_trade().match(clause) and not (of_this_moment or called_there):
        return False
    at_a_spot = listed("spots").match(clause) is not None
    works_there = tied and not moments and (_THAT_ONE.search(before) or (_STILL.search(before) and not at_a_spot))
    errand = clause.strip() and not at_a_spot and _is_an_errand(text, place.start, named)
    if (now.search(before) and not works_there) or (then.search(before) and not errand) or there.match(after):
        return True
    if _is_seen_or_at_it(text, place, named):
        return True
    if lately.search(before) and (at_a_spot or told(clause, "busy") or not (tied or _is_spoken_of(text, place, named))):
        return True
    of_the_moment = moments or _moments().search(clause) or told(clause, "lately")
    return bool(of_the_moment) and told(clause, "seen")


def _is_seen_or_at_it(text: str, place: Entity, named: Sequence[int]) -> bool:
    """Whether somebody was just seen at an address, or does something there: 看到陈刚了！万达广场."""
    begin, clause = max(0, place.start - FAR), _clause_start(text, place.start)
    before = text[begin : place.start]
    if place.type != EntityType.ADDRESS or long_ago().search(before):
        return False
    if (seen := _SAW_THEM.search(before)) is not None:
        return bool(
            between(named, begin + seen.start("who"), begin + seen.end("who")) or _somebody().search(seen["who"])
        )
    if not before.endswith("在") or _GOES_ON.match(text, place.end) is None or _HABIT.search(text, clause, place.start):
        return False
    return _AUTHOR.search(text, clause, place.start) is None and _tells_who(text, place.start, named)


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
    begins = clause.startswith("刚") or _moments().match(clause) is not None
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
