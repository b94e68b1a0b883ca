"""Offices and callings in public life that stand next to a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from gaihe.serving.core.schema import Entity
from gaihe.serving.verdict.text import any_of, any_word, words

_ACTORS = ("影帝", "影后", "演员", "选手")
_FEIGNS = re.compile(
    "(?:[又还在]|继续|[真最很就]会|真能)*装(?![修备扮甲置])|[^。!?\n]{0,30}?(?:送人头|送塔|挂机|坑队友|演队友)"
)
"""What follows the name of who is called so in mockery, or in a game: 影帝彭涛[又装]病, 演员彭涛,故意[送人头]."""
_PLAYS_FOR_A_LIVING = re.compile("电竞|职业|奥运|国家队")
_FOLLOWERS = re.compile(
    r"[^。!?\n]{0,8}?(?<![0-9.])[0-9]{1,4}[多来]?个?粉"
    r"|[^。!?\n]{0,16}?粉丝数?(?:只?有|才|就|仅|不到|:){0,2}[0-9]{1,4}(?![0-9.万千百kKwW])"
)
"""Followers, too few for a public role."""
_MANY = r"(?:[1-9][0-9]{1,3}(?:\.[0-9])?[万wW]|[一二两三四五六七八九几数]?[十百千]+多?万|[1-9][0-9]{5,})"
_FAMOUS = re.compile(
    rf"[^。!?\n]{{0,16}}?(?:(?<![0-9.]){_MANY}[多来]?个?粉|粉丝数?(?:有|超过?|破|近|达|过|:){{0,2}}{_MANY})"
)
"""Followers of who is known by them, 100,000 at least."""
_ADDRESSED = "尊敬|敬爱|亲爱|各位|致|报告|求|感谢|请|@|投诉到|反映到|告诉|写给|呈"
"""What precedes a title by which somebody is spoken to, who is not who is named next: 尊敬的市长:陈刚骗我钱."""
_NO_TITLE = "(?!员|会|机|了|公司|我|他|她|别人|大家|[一这那本]|着|过|的(?:[这那一][场出]|骗|闹剧|阴谋)|[吗嘛么])"
"""What makes a verb or another word of a title, or asks: 导演了这场骗局, 导演的这场骗局, 记者会, 记者吗."""
_NOT_THEIRS = r"(?![^,。!?;\s的]{1,4}的(?!事))"
"""After a title that somebody is said to be next to: 是局长[李强的]小舅子."""


@cache
def _title_before(name: str) -> re.Pattern[str]:
    titles, run = any_of(words(name)), r"[^,。!?;:\s]"
    addressed = rf"{run}*?(?:{_ADDRESSED}|[向给找]{run}*:)"
    return re.compile(
        rf"{run}{{0,8}}(?:{titles})$|(?:^|(?<=[,。!?;:\s]))(?!{addressed}){run}{{0,15}}(?:{titles})[:\s]$"
    )


@cache
def _small() -> re.Pattern[str]:
    """What makes a small, a mocking, a feigned or a former one of a title: 社团书记, 奇葩选手, 假警官, 前主播."""
    fame = any_of(words("fame"))
    feigned = rf"(?<![休请放寒暑产婚病事年度虚])(?:{any_of(words('feigned'))})(?:{any_of(words('roles'))})"
    given_up = rf"(?:(?<![目面之以从当生赛台])前|过气|退役|退圈)的?(?:{any_of(words('given_up'))})"
    return re.compile(
        rf"{feigned}|{given_up}|"
        rf"{any_word('small')}|(?:{any_of(words('mocking'))})[^,]{{0,4}}(?:{fame})|小(?!校长)(?:{fame})"
    )


@cache
def _title_after(name: str) -> re.Pattern[str]:
    titles = rf"(?:{any_of(words(name))})(?!的?(?:{any_of(words('of_an_office'))}))"
    known = rf"(?:一[名位])?(?:著名|知名)?{titles}"
    return re.compile(
        rf"[\s(]?(?:{known}{_NO_TITLE}|(?:是|任|现任|担任){known}{_NO_TITLE}{_NOT_THEIRS})"
        rf"|,(?:是|任|现任|担任)?{known}(?=[,、。;!?)\s]|$)"
        r"|(?:老师|同志)?[\s,(]?(?:是(?!不是|否)|系|任|现任|时任|担任|身为)"
        rf"[^\s,。;!?的他她我你给替帮找骂告和跟与被让对向了过冒充假骗打坑害欺诬诈]{{1,10}}?{titles}(?!的|[吗嘛么]|大[^人]){_NOT_THEIRS}"
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
        if not found and _FAMOUS.match(text, name.end):
            found = titles(name, "creators")
        if not found or titles(name, "no_roles") or any(map(_small().search, found)):
            return False
        called = found[0].endswith(_ACTORS) and not _PLAYS_FOR_A_LIVING.search(found[0])
        feigns = called and _FEIGNS.match(text, name.end)
        return not feigns and _FOLLOWERS.match(text, name.end) is None

    return any(map(has_role, names))
