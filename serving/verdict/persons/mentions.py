"""Who is spoken of besides the names: the author, relatives, and somebody unnamed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.persons.quotations import Quotation, Quotations
from gaihe.serving.verdict.persons.signatures import signatures
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
        acted_on: whether it is the author's relative to whom, or with whom, somebody does something: 骗我爸买保健品.
        calling: the surname and title of one of several who are listed so: 刘老师135…，王老师136….
        speaker: the name of who is quoted, whom 我 stands for there: 陈刚说：“我住…”.
        quoted: whether it is 我 of a relative who is quoted: 我老公说：“我住…”.
        signs: whether it is the author under a complaint: 投诉人李梅.
    """

    start: int
    end: int
    role: Role
    relation: str = ""
    owner: Role | None = None
    title: bool = False
    acted_on: bool = False
    calling: str = ""
    speaker: Entity | None = None
    quoted: bool = False
    signs: bool = False


_NOT_AUTHOR = "(?!们(?!家(?:就?住|在|地址|电话))|国|校|司|市|省|县|区|党|军|院|方|行|馆|局|台|站|店)"
_NOT_A_PERSON = "(?!圈|群|函|事务所|(?<=秘书)[室处]|(?<=客户|司机)端)"
_ABOUT = (
    r"(?:的)?(?:姓名|名字|电话|手机|号码|联系|微信|[vV][xX信]|[qQ扣]|身份证|单位|公司|学校|地址|住|家|也?在|叫|是|开"
    "|账号|银行卡|生日|:)"
)


@cache
def _pattern() -> re.Pattern[str]:
    """Mentions: the author, others, relations; groups say which."""
    whose = "(?P<mine>我|俺|本人)|(?P<theirs>他|她|佢|它|其|你|对方|[tT][aA](?![a-zA-Z]))"
    relation = any_of(words("relations"))
    short = any_of(words("short_relations"))
    tie = any_of(words("ties"))
    in_rows = any_of(words("in_rows"))
    others = any_of(words("others") + words("labelled_others"))
    author = any_of(words("author"))
    return re.compile(
        rf"(?:{whose})的?(?:(?P<relation>{relation}|{tie}){_NOT_A_PERSON}|(?P<short>{short})(?!们|{short}))"
        rf"|(?P<bare>{relation}|{tie}|(?<![^\s,。;、:(]){in_rows}){_NOT_A_PERSON}"
        rf"|(?P<other>(?<![其吉])(?:{others})(?![们哋]|妈的|娘的|[一1]个)|(?<![a-zA-Z])[tT][aA](?![a-zA-Z]))"
        r"|(?P<addressed>你)的?(?:工作)?(?:单位|公司|学校|宿舍|班级?|家|电话|手机|微信|身份证)[:是在]?"
        rf"|(?P<author>(?:(?<![其他她它])本人|(?:{author})(?<!本人)){_NOT_AUTHOR})"
    )


_LABELLED = re.compile(_ABOUT)
_TAKEN = re.compile("(?:[偷抢拿捡砸摔撞刮划踩翻删弄][了过到走掉坏丢]?|[扣收][了过到走])$")
"""Before the author, whose things are taken or broken: 偷拿我快递."""
_NUMBERED = re.compile(r"[^,。!?;\n]{0,3}[卡证]")
"""After the author, what bears a number of theirs: 捡到我饭卡，工号…."""
_OBJECT = re.compile("[骗打骂害坑给跟对和找问向被把让叫欠帮追约撩删怪说告扰胁踪缠拍盯]了?过?$|这是$|就是$")
_GOES_ON = re.compile(r"[,。!?;\n]|$")
_CONTACT = re.compile("(?:加|联系|找|私|私信|打给|call|滴滴|敲|拨打|联络|通知|告诉|还给|寄给)$")
_WRITES = re.compile(
    "(?:就|再|先|也|都)?(?:倒着|反着|倒过来|拆|隔|分[成]?[一二三四两几]|打码|只?(?:写|放|贴|发|挂)|不(?:放|发|写|打)|前面(?!的?那?[辆台]?车))"
)
_I_AM = re.compile("(?:我|俺|本人)(?:就|也)?[是系](?:孩子|学生|患者)?的?$")
_I_AM_OF = re.compile(r"(?:(?:我|俺|本人)[就也才]?(?:是|系)|作为)[^\W\d_的和跟与被让给把听找不]{0,4}$")
"""Before a name, where the author says whose relation they are."""
_OWN = re.compile("(?:的|这边)?(?:电话|手机|号|微信|[vV]|QQ|扣|邮箱|地址|家|卡)")
_WRONGED = re.compile("(?:打|骂|骗|坑|撞|推|咬|抢|欺负|殴打|霸凌)了?过?$")
_WHO_DID_IT = re.compile("的(?:就是|是|那|这|人|叫)|[,。!?;\n]|$")
_GIVEN = re.compile("(?:[^发打]给了?|送给了?|塞给了?|转给了?|分给了?)$")
_WHOSE = re.compile(r"(?![是也做在有])[^,。!?;:\n的]{0,8}的(?:就?是|那|这|[人男女贼]|住|叫|[,:。!?;\n]|$)")
"""After the author, where others are told by what they do to them: 偷我快递的, 骚扰我的人."""
_ANNOUNCES = re.compile(
    "(?:今天|现在|要|来|就|再也|想|必须|决定|只好|直接|实名)*(?:曝光|爆料|直说|明说|揭发|揭露|扒|忍不|忍够|挂(?![号科念靠职]))"
)
"""After the author, who does no more than to say that others are exposed: 我直说了吧, 我来曝光."""
_DEPICTED = re.compile(
    r"(?:照片|头像|视频|图片?|号主?)[里中上的]{0,2}$|(?:账户|账号|卡|[^我俺]的)(?:户主|持卡人|号主|机主|车主|店主|老板|房东|负责人)$|[这那][个位名][^,。!?;:\s我是由找加跟和给与将把对为]{1,6}$"
)
"""Before 本人, who is then somebody in a picture or behind an account: 照片本人, 这个号的本人."""
_BEFORE_A_SUBJECT = re.compile(
    "(?:[晚早]上|[天晚早午年月时候后前刚今里像是为叫但而且可果就也都又才却说有在于]|所以|要是|现在|其实|知道|发现|原来|本来|从来|[出回起]来)$"
)
"""Before a relative of the author's within a clause, who does something there: 但我老公, 那天我妈."""
_HAS = re.compile("(?P<mine>[我俺])?(?:还|家)?有(?:[一1两]?个|一)$")
_TITLES = "老师|经理|主管|主任|女士|先生|小姐|师傅|医生|律师|教练|老板|阿姨|总|姐|哥"
_OF_WHOM_THEY_SPEAK_TO = re.compile(
    "[^,。!?;\n你]{0,6}你们?(?:[家住在叫]|的?(?:电话|手机|微信|[地住]址|单位|公司|学校|身份证))"
)
"""After 我 in what another is quoted as saying to the author: 我[知道你家]在…."""
_LISTED = re.compile(rf"(?<![^\s,。.!?;、:()])[^\W\da-zA-Z_](?:{_TITLES})")
_ITS_CONTACT = re.compile("的?(?:联系)?(?:电话|手机|微信|方式|号码?|邮箱|[vV]|[qQ]{2})")
_CALLED_SO = 80
"""Characters before a contact within which its bearer was called by name: 导师李强…，导师电话138…."""
_UP_TO_A_VALUE = re.compile(r"(?:的?(?:联系)?(?:电话|手机|微信|号码?)+)?[:是\s]{0,2}")
_CLAUSE_BREAKS = frozenset(",，。.!！?？;；\n、:：~（()）")


def mentions(text: str, entities: Sequence[Entity]) -> Iterator[Mention]:
    """The mentions of a folded text, none inside an entity; those of a list with titles, and signatures, come last."""
    inside = bytearray(len(text))
    ends = {entity.end for entity in entities}
    names = {entity.end: entity.start for entity in entities if entity.type == EntityType.NAME}
    starts = {entity.start for entity in entities}
    for entity in entities:
        inside[entity.start : entity.end] = b"\1" * (entity.end - entity.start)
    quotations = Quotations(text, entities)
    last: Mention | None = None
    for match in _pattern().finditer(text):
        start, end = match.span()
        if any(inside[start:end]):
            continue
        if last and match["bare"] and _is_of_their_own(text, last, start, end, starts):
            last = replace(last, end=end, relation=f"{last.relation}的{match['bare']}")
        elif mention := _mention(text, match, starts, ends, names):
            if mention.role is Role.AUTHOR or mention.owner is Role.AUTHOR:
                mention = _as_quoted(text, mention, quotations.at(start))
            if last:
                yield last
            last = mention
    if last:
        yield last
    yield from _listed(text, starts, inside)
    yield from (Mention(*span, Role.AUTHOR, signs=True) for span in signatures(text, entities))


def _as_quoted(text: str, mention: Mention, quotation: Quotation | None) -> Mention:
    """The author, or a relative of theirs, as who is quoted, or a relative of theirs."""
    if quotation is None or _OF_WHOM_THEY_SPEAK_TO.match(text, mention.end):
        return mention
    if mention.role is Role.RELATION:
        return replace(mention, owner=Role.OTHER, acted_on=False)
    speaker = quotation.speaker
    if speaker.relation:
        owner = Role.AUTHOR if speaker.mine else None
        return replace(mention, role=Role.RELATION, relation=speaker.relation, owner=owner, quoted=True)
    return replace(mention, role=Role.OTHER, speaker=speaker.name)


def _listed(text: str, starts: set[int], inside: bytearray) -> Iterator[Mention]:
    """Those of a list who have a surname and a title, each with a value after it: 刘老师135…，王老师136…."""
    found = [
        Mention(match.start(), match.end(), Role.OTHER, calling=match[0])
        for match in _LISTED.finditer(text)
        if not any(inside[slice(*match.span())]) and _leads_to_a_value(text, match.end(), starts)
    ]
    if len({mention.calling for mention in found}) > 1:
        yield from found


def _mention(
    text: str, match: re.Match[str], starts: set[int], ends: set[int], names: Mapping[int, int]
) -> Mention | None:
    start, end = match.span()
    if match["addressed"]:
        spoken_to = _begins_a_clause(text, start) and _is_before_a_value(text, end, starts)
        return Mention(start, start + 1, Role.OTHER) if spoken_to else None
    if (match["bare"] or match["relation"]) and _I_AM.search(text[max(0, start - 6) : start]):
        return Mention(start, end, Role.AUTHOR)
    if match["bare"] and _is_of_whose_the_author_is(text, match, names):
        return Mention(start, end, Role.AUTHOR, match["bare"])
    if match["bare"]:
        return _bare(text, match, starts, names)
    if relation := match["relation"] or match["short"]:
        if _is_a_curse(text, match, starts) or _is_done_to(text, start, end):
            return None
        if match["mine"]:
            return Mention(start, end, Role.RELATION, relation, Role.AUTHOR, acted_on=_is_acted_on(text, start, ends))
        return Mention(start, end, Role.RELATION, relation, Role.OTHER)
    if word := match["other"]:
        told_of = word not in words("labelled_others") or _is_labelled(text, start, end, starts)
        return Mention(start, end, Role.OTHER) if told_of else None
    if match["author"] == "本人":
        if start in names:
            return None
        if _is_another().search(text[max(0, start - 8) : start]) or _is_depicted(text, start, end, starts):
            return Mention(start, end, Role.OTHER)
    return Mention(start, end, Role.AUTHOR) if _is_subject(text, start, end) else None


def _is_of_whose_the_author_is(text: str, match: re.Match[str], names: Mapping[int, int]) -> bool:
    """Whether the author says whose relation they are: 我是陈刚的妻子; but 我是王芳老师 gives a name."""
    start, named = match.start(), names.get(match.start())
    if named is None and text[start - 1 : start] == "的":
        named = names.get(start - 1)
    elif re.fullmatch(_TITLES, match["bare"]):
        return False
    return named is not None and _I_AM_OF.search(text[max(0, named - 8) : named]) is not None


def _bare(text: str, match: re.Match[str], starts: set[int], names: Mapping[int, int]) -> Mention | None:
    """A relation of nobody in particular counts after a name, before one, and as a field's label."""
    start, end = match.span()
    word = match["bare"]
    called = word in words("ties")
    before_a_value = _is_before_a_value(text, end, starts)
    if start in names or (start - 1 in names and text[start - 1] == "的"):
        return Mention(start, end, Role.RELATION, word, None, title=called and start in names)
    before = text[max(0, start - 6) : start]
    if not (before_a_value or _LABELLED.match(text, end)):
        return None
    if called:
        of_another = _CONTACT.search(before) or _is_of_who_was_named(text, match, starts, names)
        return Mention(start, end, Role.RELATION, word) if of_another else None
    if has := _HAS.search(before):
        return Mention(start, end, Role.RELATION, word, Role.AUTHOR if has["mine"] else None)
    return Mention(start, end, Role.RELATION, word) if _begins_a_clause(text, start) else None


def _is_of_who_was_named(text: str, match: re.Match[str], starts: set[int], names: Mapping[int, int]) -> bool:
    """Whether a contact is that of somebody around who was named, who is not called so: 陈刚，导师电话138…."""
    start, word = match.start("bare"), match["bare"]
    told = word in words("attached") and _begins_a_clause(text, start) and _ITS_CONTACT.match(text, match.end())
    if not told or next(iter(names), start) >= start:
        return False
    before = text.rfind(word, max(0, start - _CALLED_SO), start)
    after = before + len(word)
    return before < 0 or not (before in names or after in starts or after + 1 in starts)


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


def _leads_to_a_value(text: str, end: int, starts: set[int]) -> bool:
    match = _UP_TO_A_VALUE.match(text, end)
    return match is not None and match.end() in starts


def _is_labelled(text: str, start: int, end: int, starts: set[int]) -> bool:
    """Whether a word opens a clause and is followed by what is told of its bearer."""
    told = _is_before_a_value(text, end, starts) or _LABELLED.match(text, end) is not None
    return told and _begins_a_clause(text, start)


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


def _is_acted_on(text: str, start: int, ends: set[int]) -> bool:
    """Whether a relative of the author's is whom a verb or a preposition right before speaks of."""
    before = text[max(0, start - 4) : start]
    subject = start in ends or _begins_a_clause(text, start) or _BEFORE_A_SUBJECT.search(before)
    return not subject and not _CONTACT.search(before)


@cache
def _is_another() -> re.Pattern[str]:
    """Before 本人, a word for somebody that no author says of themself: 骗子本人; but 我就是当事人本人."""
    others = any_of(word for word in words("others") if len(word) > 1 and word not in words("callings"))
    return re.compile(rf"(?<![我是系])(?:{others})$")


def _is_depicted(text: str, start: int, end: int, starts: set[int]) -> bool:
    """Whether 本人 is the one in a picture or behind an account who is named next: 照片本人王雪, 号主本人：…."""
    named = _is_before_a_value(text, end, starts) or text[end : end + 1] in (":", "叫")
    return named and _DEPICTED.search(text[max(0, start - 10) : start]) is not None


def _is_subject(text: str, start: int, end: int) -> bool:
    """Whether the author is who a clause speaks of, or who is to be contacted, and not whom others do something to."""
    before = text[max(0, start - 4) : start]
    contacted = _CONTACT.search(before) is not None
    if _WRITES.match(text, end) or _ANNOUNCES.match(text, end):
        return False
    if _TAKEN.search(before) and not contacted and not _NUMBERED.match(text, end):
        return False
    if not (contacted or before.endswith("是") or _begins_a_clause(text, start)) and _WHOSE.match(text, end):
        return False
    return contacted or _OWN.match(text, end) is not None or not _OBJECT.search(before)


def _begins_a_clause(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] in _CLAUSE_BREAKS or text[start - 1].isspace()
