"""Contacts that a post gives to its readers, and who answers them: the author, or an office."""

from __future__ import annotations

import re
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.persons.cues import is_contact
from gaihe.serving.verdict.text import any_of, words

_ASKED = re.compile(
    r"(?:线索|消息|知情|看到|见到|发现|懂|有意|遭遇|受害|病友|一起(?:告|维权|起诉|投诉))[^。!?\n]{0,12}"
    r"(?:请打|请?拨打?|请联系|联系|致电给?|请加|加|一起)(?!其)(?P<whom>[^。!?\n\d]{0,12})$"
)
_OF_WHO_SEARCHES = re.compile(
    r"(?:(?:^|[,。!?;:\s(])(?:请?联系|家属|求助|寻人)(?:人?的?(?:电话|手机|方式|微信))|拾到[者的人]?[^,。!?;\n]{0,4}联系)[:是\s]{0,2}$"
)
_SEARCHES = re.compile("寻人|寻物|走失|走丢|遗失|招领")
_ACCUSES = re.compile("骗|[偷欠渣]|老赖|黑心|垃圾|畜生|人肉")
_SIGNED = re.compile(r"[。!?\n]\s{,4}(?:(?:举报|投诉|反映|控告|申请|信访)人|我的?|本人)?联系(?:电话|方式)[:是\s]{0,2}$")
_PETITIONS = re.compile("举报|投诉|信访|控告|反映|恳请|上访")
_LINE = r"的?(?:报警|报案|举报|投诉|值班|服务|联系)?(?:电话|热线|专线|座机|号码|邮箱|信箱)[是为:\s]{0,2}"
_FEIGNED = re.compile("(?:假|冒牌|冒充|自称|装成?|伪|所谓)的?[^,。;!?]{0,4}$")
_OF_A_FIRM = re.compile(rf"(?:^|(?<=[,。!?;:\s]))(?:公司|总公司|总部|单位|学校|医院|店里|门店|商家){_LINE}$")
_BODY = r"(?:^|(?<=[,。!?;:\s(]))[^\s,。!?;:()\d他她我你]{0,10}"
_DESK = re.compile(rf"{_BODY}(?:前台|总机)[:\s]{{0,2}}$")
"""Before a fixed line; a mobile or an account beside it is of who sits there: 桔园酒店前台138…."""
_COMPLAINED_TO = re.compile(r"[^。!?\n]{0,12}(?:投诉|举报|反映)")
_GROUP = re.compile(
    r"(?:(?:^|[,。!?;\s])(?:大家|姐妹们?|兄弟们?|请|快|速|都|一起|可以?|欢迎)*[加进](?:QQ|微信|这个|我们)?"
    r"|(?:维权|受害[人者]?|互助|交流)(?:[^,。;!?\s]{0,4}))群(?:聊|号)?[是:\s]{0,2}$"
)
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_UP_TO_IT = 24
"""Characters before a contact that say whose it is."""


def asked_of_readers(text: str, value: Entity) -> int | None:
    """Where it is said whom readers are to ring who know something, or who join in; ``None`` of any other value.

    After 有线索请打 it says whose the contact is: 张丽电话; or nothing, where it is the author's.
    """
    begin = max(0, value.start - 40)
    match = _ASKED.search(text[begin : value.start]) if is_contact(value) else None
    return begin + match.start("whom") if match else None


def searches(text: str) -> bool:
    """Whether a post looks for somebody or something lost, or for who lost it, and accuses nobody."""
    return _SEARCHES.search(text) is not None and _ACCUSES.search(text) is None


def of_who_searches(text: str, value: Entity) -> bool:
    """Whether a contact of a post that searches is that of who wrote it: …走失，联系电话138…, 拾到者请联系138…."""
    return is_contact(value) and _OF_WHO_SEARCHES.search(text, max(0, value.start - _UP_TO_IT), value.start) is not None


def signs_a_petition(text: str, value: Entity) -> bool:
    """Whether a contact under a petition is that of who petitions: …侵占低保。联系电话：135…."""
    signed = is_contact(value) and _SIGNED.search(text[max(0, value.start - 16) : value.start])
    return bool(signed) and _PETITIONS.search(text, 0, value.start) is not None


def of_the_authors_group(text: str, value: Entity) -> bool:
    """Whether a number is of a group that readers are to join: 维权QQ群123456789."""
    return is_contact(value) and _GROUP.search(text[max(0, value.start - 16) : value.start]) is not None


def of_an_office(text: str, value: Entity, named: int) -> bool:
    """Whether a contact is the line of the police or another office, and not of who feigns one: 派出所电话0731….

    Args:
        text: the folded text.
        value: the contact.
        named: where the name ends that was read last.
    """
    if not is_contact(value):
        return False
    begin = max(0, value.start - _UP_TO_IT)
    office, mobile = _office().search(text, begin, value.start), _is_mobile(value)
    if office and mobile and office["alone"] is not None and office["line"] is None:
        return False
    if office is None and not mobile:
        office = _office_by_its_form().search(text, max(begin, named), value.start) or (
            _OF_A_FIRM.search(text, max(begin, named), value.start) if _COMPLAINED_TO.match(text, value.end) else None
        )
        if office is None and value.type == EntityType.PHONE:
            office = _DESK.search(text, max(begin, named), value.start)
    return office is not None and not _FEIGNED.search(text, begin, office.start())


def _is_mobile(value: Entity) -> bool:
    digits = "".join(filter(str.isdigit, value.text))
    return value.type == EntityType.PHONE and _MOBILE.fullmatch(value.value or digits) is not None


@cache
def _office() -> re.Pattern[str]:
    office, officer = any_of(words("offices")), any_of(words("officers"))
    asked = "(?:联系|致电|报案|办案|值班|负责|拨打|请打|请找)"
    return re.compile(
        rf"(?:{office}(?:[^\W\d_]{{0,3}}{officer}|(?P<alone>))|{asked}[^,。;!?\d]{{0,8}}{officer}"
        rf"|(?<![要想来我])(?:举报|投诉|报案)(?=电话|热线|专线|邮箱))(?P<line>{_LINE})?\s?$"
    )


@cache
def _office_by_its_form() -> re.Pattern[str]:
    """At the beginning of a clause, a body whose line is answered by whoever is on duty: 医院投诉科电话."""
    return re.compile(rf"{_BODY}{any_of(words('on_duty'))}{_LINE}$")
