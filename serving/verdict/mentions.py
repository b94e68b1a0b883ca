"""Who is spoken of besides the names: the author, relatives, and somebody unnamed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from gaihe.serving.core.schema import Entity
from gaihe.serving.verdict.text import any_of, words


class Role(Enum):
    """Who a mention stands for."""

    AUTHOR = "author"
    OTHER = "other"
    RELATION = "relation"


@dataclass(frozen=True, slots=True)
class Mention:
    """A word that stands for a person.

    Attributes:
        start, end: offsets in the text.
        role: who it stands for.
        relation: who they are to somebody, of a relation; of a relative's relative both, as 男朋友的前女友.
        owner: whose relation they are: the author's, another's, or not said (``None``).
        title: whether the word, right after a name, is what the named person is called.
    """

    start: int
    end: int
    role: Role
    relation: str = ""
    owner: Role | None = None
    title: bool = False


_NOT_AUTHOR = "(?!们(?!家(?:就?住|在|地址|电话))|国|校|司|市|省|县|区|党|军|院|方|行|馆|局|台|站|店)"
_ABOUT = (
    r"(?:的)?(?:姓名|名字|电话|手机|号码|联系|微信|[vV][xX信]|[qQ扣]|身份证|单位|公司|学校|地址|住|家|也?在|叫|是|开"
    "|账号|银行卡|生日|:)"
)


@cache
def _pattern() -> re.Pattern[str]:
    """Mentions: the author, others, relations; groups say which."""
    whose = "(?P<mine>我|俺|本人)|(?P<theirs>他|她|它|其|你|对方|[tT][aA](?![a-zA-Z]))"
    relation = any_of(words("relations"))
    short = any_of(words("short_relations"))
    tie = any_of(words("ties"))
    others = any_of(words("others"))
    author = any_of(words("author"))
    return re.compile(
        rf"(?:{whose})的?(?:(?P<relation>{relation}|{tie})|(?P<short>{short})(?!们|{short}))"
        rf"|(?P<bare>{relation}|{tie})"
        rf"|(?P<other>(?<![其吉])(?:{others})(?!们|妈的|娘的|[一1]个)|(?<![a-zA-Z])[tT][aA](?![a-zA-Z]))"
        rf"|(?P<author>(?:(?<![其他她它])本人|(?:{author})(?<!本人)){_NOT_AUTHOR})"
    )


_LABELLED = re.compile(_ABOUT)
_OBJECT = re.compile("[骗打骂害坑给跟对和找问向被把让叫欠帮追约撩删怪说告扰胁踪缠拍盯]了?过?$|这是$|就是$")
_GOES_ON = re.compile(r"[,。!?;\n]|$")
_CONTACT = re.compile("(?:加|联系|找|私|私信|打给|call|滴滴|敲|拨打|联络|通知|告诉|还给|寄给)$")
_WRITES = re.compile(
    "(?:就|再|先|也|都)?(?:倒着|反着|倒过来|拆|隔|分[成]?[一二三四两几]|打码|只?(?:写|放|贴|发|挂)|不(?:放|发|写|打)|前面)"
)
_I_AM = re.compile("(?:我|俺|本人)(?:就|也)?是(?:孩子|学生|患者)?的?$")
_OWN = re.compile("(?:的|这边)?(?:电话|手机|号|微信|[vV]|QQ|扣|邮箱|地址|家|卡)")
_WRONGED = re.compile("(?:打|骂|骗|坑|撞|推|咬|抢|欺负|殴打|霸凌)了?过?$")
_WHO_DID_IT = re.compile("的(?:就是|是|那|这|人|叫)|[,。!?;\n]|$")
_GIVEN = re.compile("(?:[^发打]给了?|送给了?|塞给了?|转给了?|分给了?)$")
_WHOSE = re.compile(r"(?![是也做在有])[^,。!?;:\n的]{0,8}的(?:就?是|那|这|[人男女贼]|住|叫|[,:。!?;\n]|$)")
"""After the author, where others are told by what they do to them: 偷我快递的, 骚扰我的人."""
_CLAUSE_BREAKS = frozenset(",，。.!！?？;；\n、:：~（()）")


def mentions(text: str, entities: Sequence[Entity]) -> Iterator[Mention]:
    """The mentions of a folded text in order, none inside an entity."""
    inside = bytearray(len(text))
    ends = {entity.end for entity in entities}
    starts = {entity.start for entity in entities}
    for entity in entities:
        inside[entity.start : entity.end] = b"\1" * (entity.end - entity.start)
    last: Mention | None = None
    for match in _pattern().finditer(text):
        start, end = match.span()
        if any(inside[start:end]):
            continue
        if last and match["bare"] and _is_of_their_own(text, last, start, end, starts):
            last = replace(last, end=end, relation=f"{last.relation}的{match['bare']}")
        elif mention := _mention(text, match, starts, ends):
            if last:
                yield last
            last = mention
    if last:
        yield last


def _mention(text: str, match: re.Match[str], starts: set[int], ends: set[int]) -> Mention | None:
    start, end = match.span()
    if (match["bare"] or match["relation"]) and _I_AM.search(text[max(0, start - 6) : start]):
        return Mention(start, end, Role.AUTHOR)
    if match["bare"]:
        return _bare(text, match, starts, ends)
    if relation := match["relation"] or match["short"]:
        if _is_a_curse(text, match, starts) or _is_done_to(text, start, end):
            return None
        return Mention(start, end, Role.RELATION, relation, Role.AUTHOR if match["mine"] else Role.OTHER)
    if match["other"]:
        return Mention(start, end, Role.OTHER)
    return Mention(start, end, Role.AUTHOR) if _is_subject(text, start, end) else None


def _bare(text: str, match: re.Match[str], starts: set[int], ends: set[int]) -> Mention | None:
    """A relation of nobody in particular counts after a name, before one, and as a field's label."""
    start, end = match.span()
    word = match["bare"]
    called = word in words("ties")
    before_a_value = _is_before_a_value(text, end, starts)
    if start in ends or (start - 1 in ends and text[start - 1] == "的"):
        return Mention(start, end, Role.RELATION, word, None, title=called and start in ends)
    begins = _begins_a_clause(text, start)
    if called and _CONTACT.search(text[max(0, start - 4) : start]) and (before_a_value or _LABELLED.match(text, end)):
        return Mention(start, end, Role.RELATION, word)
    if begins and not called and (before_a_value or _LABELLED.match(text, end)):
        return Mention(start, end, Role.RELATION, word)
    return None


def _is_of_their_own(text: str, last: Mention, start: int, end: int, starts: set[int]) -> bool:
    """Whether a relation is that of the relative spoken of right before: 我男朋友的前女友叫…, and not …的朋友都知道."""
    if last.role is not Role.RELATION or last.title or "的" in last.relation or text[last.end : start] != "的":
        return False
    return _is_before_a_value(text, end, starts) or bool(_LABELLED.match(text, end) or _GOES_ON.match(text, end))


def _is_a_curse(text: str, match: re.Match[str], starts: set[int]) -> bool:
    """Whether 他妈的 swears, for want of anything of a mother's after it: 他妈的这个司机, and not 他妈的电话."""
    end = match.end()
    if not match["theirs"] or match["short"] not in ("妈", "娘") or text[end : end + 1] != "的":
        return False
    return end + 1 not in starts and _LABELLED.match(text, end) is None


def _is_before_a_value(text: str, end: int, starts: set[int]) -> bool:
    return end in starts or (end + 1 in starts and text[end] in " :")


def _is_done_to(text: str, start: int, end: int) -> bool:
    """Whether a relative is no more than whom something was done to or given: 打了我儿子，…, 名额给了他侄子，….

    What follows is then said of who did it.
    """
    before = text[max(0, start - 4) : start]
    if _WRONGED.search(before):
        return _WHO_DID_IT.match(text, end) is not None
    return _GIVEN.search(before) is not None and text[end : end + 1] in _CLAUSE_BREAKS


def _is_subject(text: str, start: int, end: int) -> bool:
    """Whether the author is who a clause speaks of, or who is to be contacted, and not whom others do something to."""
    before = text[max(0, start - 4) : start]
    contacted = _CONTACT.search(before) is not None
    if _WRITES.match(text, end):
        return False
    if not (contacted or before.endswith("是") or _begins_a_clause(text, start)) and _WHOSE.match(text, end):
        return False
    return contacted or _OWN.match(text, end) is not None or not _OBJECT.search(before)


def _begins_a_clause(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] in _CLAUSE_BREAKS or text[start - 1].isspace()
