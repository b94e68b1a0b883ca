"""What the author tells of another in a clause of their own: 我被138…骗了, 我家楼上…, 我在…见到他."""

from __future__ import annotations

import re
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.persons.cues import is_contact, titled
from gaihe.serving.verdict.text import any_of, words

_PLACES = (EntityType.ADDRESS, EntityType.SCHOOL, EntityType.WORKPLACE)
_NUMBERS = (EntityType.PLATE, EntityType.BANK_CARD, EntityType.ID_CARD, EntityType.PASSPORT, EntityType.MEMBER_ID)
_BORNE = (
    "了?(?:一?[个辆张]|[这那][个辆张]?)?(?:骗子|陌生人?)?的?(?:电话|手机号?|号码?|微信号?|QQ号?|账[号户]|卡号?|车牌号?|尾号)?"
    r"[是:\s]{0,2}"
)
"""What stands between a verb and the number of whom it speaks of: 接到一个电话138…."""
_FOLLOWED = re.compile("(?:(?:跟踪|尾随|蹲守)(?:到了?|在)?|[跟追盯]到了?)$")
_LEARNT = re.compile("(?:(?:打听|查|问|扒|搜)(?:到|出来?)|听说|得知)(?:人|现在|就|家)*(?:住|在)+$")
_GOES_TO = re.compile("(?:现在|马上|今[天晚]|明[天晚]|已经|这就|就|要|会|带人|这|正){0,4}(?:[去到来]|在)了?$")
_SHOP = re.compile(r"的[^,。!?;\n]{0,2}[店铺摊]")
"""After a place where the author is, whose trade it is: 陈刚来我在…的店里闹事."""
_IS = re.compile(r"[,\s]{0,2}[就也都]?是")
_LIVES = re.compile("(?:里|内)?(?:住|租)[着的了]?[^,。!?;\n]{0,4}")


def is_of_another(text: str, value: Entity, before: str, named: int | None, whom: int | None) -> bool:
    """Whether a value in a clause of the author's is told of another.

    Args:
        text: the folded text.
        value: the value.
        before: the words between the author and it.
        named: where a name stands next, if one does.
        whom: where a name or a word for another stands next, if one does.
    """
    if value.type not in _PLACES:
        met = is_contact(value) or value.type in _NUMBERS
        return met and (_acts_on_its_bearer(before) or _is_contact_of(text, value, whom))
    if _is_next_to_the_author(before) or _LEARNT.search(before) or _threatens(text, value, before):
        return True
    after = text[value.end : named] if named is not None else None
    if after and _object().search(before) and (titled(after) or _LIVES.fullmatch(after)):
        return True
    return _is_where_somebody_was_found(text, value, before, whom)


def _acts_on_its_bearer(before: str) -> bool:
    return _object().search(before) is not None or _is_next_to_the_author(before)


def _is_next_to_the_author(before: str) -> bool:
    return _next_to().fullmatch(before) is not None


def _is_contact_of(text: str, value: Entity, whom: int | None) -> bool:
    """Whether a contact is said to be another's right after it: 我存了138…，是他的小号."""
    theirs = _IS.fullmatch(text, value.end, whom) if whom is not None and is_contact(value) else None
    return theirs is not None and text[theirs.end() : theirs.end() + 2] in ("他的", "她的")


def _threatens(text: str, value: Entity, before: str) -> bool:
    """Whether the author goes to a place, or is there, to do harm: 我现在就去…找你算账, 我到…门口了，你给我滚出来."""
    if _GOES_TO.fullmatch(before) is None or (before.endswith("在") and _SHOP.match(text, value.end)):
        return False
    return _threat().match(text, value.end) is not None


def _is_where_somebody_was_found(text: str, value: Entity, before: str, whom: int | None) -> bool:
    if _settled().search(before):
        return False
    found = _found().match(text, value.end)
    return _FOLLOWED.search(before) is not None or (
        found is not None and (bool(found["caught"]) or found.end() == whom)
    )


@cache
def _object() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words('deals_with'))}){_BORNE}$|[给向往跟]$")


@cache
def _threat() -> re.Pattern[str]:
    """After a place, what the author does there; not what is done or said to them: 在…被堵门, 在…，他喊我滚出来."""
    now, to_come = any_of(words("threats")), any_of(words("threats_to_come"))
    not_done_to_them, not_said_to_them = "(?![被让遭]|给人)[^,。!?;\n]", "(?![被喊]|[让叫要]我)[^。!?\n]"
    return re.compile(
        f"(?:{not_done_to_them}){{0,6}}?(?:找你(?![玩吃喝拿取聊借])|{now})|(?:{not_said_to_them}){{0,20}}?{to_come}"
    )


@cache
def _next_to() -> re.Pattern[str]:
    return re.compile(
        rf"(?:的?家|店|公司|学校|宿舍|单位)?的?{any_of(words('next_door'))}(?:的|那[户家个]|邻居|就?是|住)?[:\s]?"
    )


@cache
def _found() -> re.Pattern[str]:
    """After a place, that somebody was seen there; not of who lives or works there: 在…上班碰到."""
    settled, seen = any_of(words("settled")), any_of(words("seen") + words("caught"))
    return re.compile(
        rf"(?!{settled}|的?时候|期间)(?:[^,。!?;\n]{{0,6}}?(?:{seen})[了过]?|(?P<caught>[^,。!?;\n]{{0,2}}捉奸))"
    )


@cache
def _settled() -> re.Pattern[str]:
    return re.compile(rf"{any_of(words('settled'))}|家")
