"""Who is spoken of besides the names: the author, relatives, and somebody unnamed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.persons.author_words import is_of_another, is_subject
from gaihe.serving.verdict.persons.callings import callings
from gaihe.serving.verdict.persons.clauses import CLAUSE_BREAKS, TO_BE_CONTACTED, begins_a_clause, is_before_a_value
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
        acted_on: whether it is a relative to whom, or with whom, somebody does something: 骗我爸买保健品, 陈刚虐待他妈.
        calling: the surname and title of one of several who are listed so: 刘老师135…，王老师136….
        speaker: the name of who is quoted, whom 我 stands for there: 陈刚说：“我住…”.
        quoted: whether it is 我 of a relative who is quoted: 我老公说：“我住…”.
        signs: whether it is the author under a complaint: 投诉人李梅.
        to_whom: whether it is the author who tells of whom they speak to, and stands for that one: 陈刚，我知道你家住….
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
    to_whom: bool = False


_NOT_AUTHOR = "(?!们(?!家(?:就?住|在|地址|电话))|国|校|司|市|省|县|区|党|军|院|方|行|馆|局|台|站|店)"
_NOT_A_PERSON = "(?!圈|群|函|事务所|(?<=秘书)[室处]|(?<=客户|司机)端)"
_ABOUT = re.compile(
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


_GOES_ON = re.compile(r"[,。!?;\n]|$")
_I_AM = re.compile("(?:我|俺|本人)(?:就|也)?[是系](?:孩子|学生|患者)?的?$")
_I_AM_OF = re.compile(r"(?:(?:我|俺|本人)[就也才]?(?:是|系)|作为)[^\W\d_的和跟与被让给把听找不]{0,4}$")
"""Before a name, where the author says whose relation they are."""
_WRONGED = re.compile("(?:打|骂|骗|坑|撞|推|咬|抢|欺负|殴打|霸凌)了?过?$")
_WHO_DID_IT = re.compile("的(?:就是|是|那|这|人|叫)|[,。!?;\n]|$")
_GIVEN = re.compile("(?:[^发打]给了?|送给了?|塞给了?|转给了?|分给了?)$")
_BEFORE_A_SUBJECT = re.compile(
    "(?:[晚早]上|[天晚早午年月时候后前刚今里像是为叫但而且可果就也都又才却说有在于]|所以|要是|现在|其实|知道|发现|原来|本来|从来|[出回起]来)$"
)
"""Before a relative of the author's within a clause, who does something there: 但我老公, 那天我妈."""
_IN_A_CLAUSE = 24
"""Characters before a relative of somebody within which it is told who does something to them."""
_THEY = re.compile("[他她佢]|[这那](?:个?[男女]的?|人|家伙|畜生|人渣)|渣[男女]|骗子|老赖|小三")
_BESIDE = re.compile("(?:[和与跟同及、是系为有成转]|以及|[找问堵求]到?)$")
_IS_REACHED = re.compile("[那这]|[打回发去]?[了个一]?(?:电话|信息|微信)")
_HAS = re.compile("(?P<mine>[我俺])?(?:还|家)?有(?:[一1两]?个|一)$")
_THEIRS = "的?(?:电话|手机|微信|[地住]址|单位|公司|学校|身份证|照片)"
_OF_WHOM_THEY_SPEAK_TO = re.compile(f"[^,。!?;\n你]{{0,6}}你们?(?:[家住在叫]|{_THEIRS})")
"""After 我 in what another is quoted as saying to the author: 我[知道你家]在…."""
_OF_THE_ADDRESSEE = re.compile(
    "[^,。!?;\n你]{0,6}?"
    f"(?:(?:知道|晓得|清楚|记得|[查扒找]到)了?你们?(?:[家住在叫]|每天|天天|{_THEIRS})"
    f"|(?:有|[拿存][到着了]|记[下住]|把|打)了?你们?{_THEIRS}"
    "|[去到]了?你们?(?:家|的?(?:单位|公司|学校))|在你们?家)"
)
"""After 我 where the author tells of whom they speak to: 我[知道你家]在…, 我[有你手机号]138…, 我[去你家]…."""
_ITS_CONTACT = re.compile("的?(?:联系)?(?:电话|手机|微信|方式|号码?|邮箱|[vV]|[qQ]{2})")
_CALLED_SO = 80
"""Characters before a contact within which its bearer was called by name: 导师李强…，导师电话138…."""


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
            if Role.AUTHOR in (mention.role, mention.owner):
                mention = _as_quoted(text, mention, quotations.at(start))
            if last:
                yield last
            last = mention
    if last:
        yield last
    yield from (Mention(*span, Role.OTHER, calling=text[slice(*span)]) for span in callings(text, entities))
    yield from (Mention(*span, Role.AUTHOR, signs=True) for span in signatures(text, entities))


def _as_quoted(text: str, mention: Mention, quotation: Quotation | None) -> Mention:
    """The author, or a relative of theirs, as who is quoted, or a relative of theirs; or as 你, of whom they tell."""
    if quotation is None:
        to_whom = mention.role is Role.AUTHOR and _OF_THE_ADDRESSEE.match(text, mention.end)
        return replace(mention, role=Role.OTHER, to_whom=True) if to_whom else mention
    if _OF_WHOM_THEY_SPEAK_TO.match(text, mention.end):
        return mention
    if mention.role is Role.RELATION:
        return replace(mention, owner=Role.OTHER, acted_on=False)
    speaker = quotation.speaker
    if speaker.relation:
        owner = Role.AUTHOR if speaker.mine else None
        return replace(mention, role=Role.RELATION, relation=speaker.relation, owner=owner, quoted=True)
    return replace(mention, role=Role.OTHER, speaker=speaker.name)


def _mention(
    text: str, match: re.Match[str], starts: set[int], ends: set[int], names: Mapping[int, int]
) -> Mention | None:
    start, end = match.span()
    if match["addressed"]:
        spoken_to = begins_a_clause(text, start) and is_before_a_value(text, end, starts)
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
        owner = Role.AUTHOR if match["mine"] else Role.OTHER
        acted_on = _is_acted_on(text, start, ends) and (match["mine"] or _is_by_their_own(text, match, starts, names))
        return Mention(start, end, Role.RELATION, relation, owner, acted_on=bool(acted_on))
    if word := match["other"]:
        told_of = word not in words("labelled_others") or _is_labelled(text, start, end, starts)
        return Mention(start, end, Role.OTHER) if told_of else None
    if match["author"] == "本人":
        if start in names:
            return None
        if is_of_another(text, start, end, starts, names):
            return Mention(start, end, Role.OTHER)
    return Mention(start, end, Role.AUTHOR) if is_subject(text, start, end) else None


def _is_of_whose_the_author_is(text: str, match: re.Match[str], names: Mapping[int, int]) -> bool:
    """Whether the author says whose relation they are: 我是陈刚的妻子; but 我是王芳老师 gives a name."""
    start, named = match.start(), names.get(match.start())
    if named is None and text[start - 1 : start] == "的":
        named = names.get(start - 1)
    elif match["bare"] in words("titles"):
        return False
    return named is not None and _I_AM_OF.search(text[max(0, named - 8) : named]) is not None


def _bare(text: str, match: re.Match[str], starts: set[int], names: Mapping[int, int]) -> Mention | None:
    """A relation of nobody in particular counts after a name, before one, and as a field's label."""
    start, end = match.span()
    word = match["bare"]
    called = word in words("ties")
    before_a_value = is_before_a_value(text, end, starts)
    if start in names or (start - 1 in names and text[start - 1] == "的"):
        return Mention(start, end, Role.RELATION, word, None, title=called and start in names)
    before = text[max(0, start - 6) : start]
    if not (before_a_value or _ABOUT.match(text, end)):
        return None
    if called:
        of_another = TO_BE_CONTACTED.search(before) or _is_of_who_was_named(text, match, starts, names)
        return Mention(start, end, Role.RELATION, word) if of_another else None
    if has := _HAS.search(before):
        return Mention(start, end, Role.RELATION, word, Role.AUTHOR if has["mine"] else None)
    return Mention(start, end, Role.RELATION, word) if begins_a_clause(text, start) else None


def _is_of_who_was_named(text: str, match: re.Match[str], starts: set[int], names: Mapping[int, int]) -> bool:
    """Whether a contact is that of somebody around who was named, who is not called so: 陈刚，导师电话138…."""
    start, word = match.start("bare"), match["bare"]
    told = word in words("attached") and begins_a_clause(text, start) and _ITS_CONTACT.match(text, match.end())
    if not told or next(iter(names), start) >= start:
        return False
    before = text.rfind(word, max(0, start - _CALLED_SO), start)
    after = before + len(word)
    return before < 0 or not (before in names or after in starts or after + 1 in starts)


def _is_of_their_own(text: str, last: Mention, start: int, end: int, starts: set[int]) -> bool:
    """Whether a relation is that of the relative spoken of right before: 我男朋友的前女友叫…, and not …的朋友都知道."""
    if last.role is not Role.RELATION or last.title or "的" in last.relation or text[last.end : start] != "的":
        return False
    return is_before_a_value(text, end, starts) or bool(_ABOUT.match(text, end) or _GOES_ON.match(text, end))


def _is_a_curse(text: str, match: re.Match[str], starts: set[int]) -> bool:
    """Whether 他妈的 swears, for want of anything of a mother's after it: 他妈的这个司机, and not 他妈的电话."""
    end = match.end()
    if not match["theirs"] or match["short"] not in ("妈", "娘") or text[end : end + 1] != "的":
        return False
    return end + 1 not in starts and _ABOUT.match(text, end) is None


def _is_labelled(text: str, start: int, end: int, starts: set[int]) -> bool:
    """Whether a word opens a clause and is followed by what is told of its bearer."""
    told = is_before_a_value(text, end, starts) or _ABOUT.match(text, end) is not None
    return told and begins_a_clause(text, start)


def _is_done_to(text: str, start: int, end: int) -> bool:
    """Whether a relative is no more than whom something was done to or given: 打了我儿子，…, 名额给了他侄子，….

    What follows is then said of who did it.
    """
    before = text[max(0, start - 4) : start]
    if _WRONGED.search(before):
        return _WHO_DID_IT.match(text, end) is not None
    return _GIVEN.search(before) is not None and text[end : end + 1] in CLAUSE_BREAKS


def _is_acted_on(text: str, start: int, ends: set[int]) -> bool:
    """Whether a relative is whom a verb or a preposition right before speaks of."""
    before = text[max(0, start - 4) : start]
    subject = start in ends or begins_a_clause(text, start) or _BEFORE_A_SUBJECT.search(before)
    return not subject and not TO_BE_CONTACTED.search(before)


def _is_by_their_own(text: str, relative: re.Match[str], starts: set[int], names: Mapping[int, int]) -> bool:
    """Whether somebody spoken of in the clause does something to a relative of theirs: 陈刚虐待他妈.

    Not where they are beside the relative, or know or say something of them: 陈刚和他老婆, 陈刚说他妈在….
    """
    start, end = relative.span()
    if end in starts or (text[end : end + 1] == "的" and end + 1 in starts) or _IS_REACHED.match(text, end):
        return False
    clause = max([text.rfind(mark, max(0, start - _IN_A_CLAUSE), start) for mark in CLAUSE_BREAKS])
    begin = clause + 1 if clause >= 0 else max(0, start - _IN_A_CLAUSE)
    by = any(place in names for place in range(begin, start)) or _THEY.search(text, begin, start)
    return bool(by) and not _BESIDE.search(text, begin, start) and not _ABOUT.match(text, end)
