"""What a post is, by its words: an office's answer, a judgment, news, history, a business."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.text import any_of, words

MATTERS = ("office", "judgment", "press", "business", "history", "shop")
"""The signs that this module finds."""
LONG_AGO = 1950
"""The year before which all years of a post lie that tells of history."""
_FORMULAS = 2
"""Words of a court, at least, that tell a judgment from who only speaks of one."""
_BEFORE = 20
"""Characters before a name in which it is told who bears it."""
_YEAR = re.compile(r"(?<![0-9])(1[0-9]{3}|20[0-9]{2})年(?!级|[0-9]{0,2}月?[0-9]{0,2}日?出?生)")
_THANKS = re.compile(
    r"感谢您对[^。!?\n]{0,30}(?:工作|教育|财政|交通|事业|建设|发展|管理)[^。!?\n]{0,4}(?:关心|关注|支持|理解|监督)"
)
"""How an office ends an answer."""
_OFFICE = re.compile("我[局委办厅处所院校县区市镇乡街](?:已|将|们|高度|对(?!面)|为|工作|执法|城|医|实|贯|现)")
"""An office that speaks of itself."""
_CITIZEN = re.compile(r"(?:举报|投诉|信访|来信|申请|反映|当事)人:?[^,。!?;:\n联致拨找]{0,16}$")
"""Whom an office speaks of before a name, who is not of the office: 投诉人系桔园小区住户左梦婷."""
_MYSELF = re.compile("(?:我|本人)叫$")
_UNANSWERED = re.compile(r"客服(?:电话|微信|QQ)[^,。!?\n]{0,4}(?:没人|无人|打不通|不[接通回理])")
"""What complains of a business, and is none: 客服电话没人接."""
_TODAY = re.compile("现在|如今|目前|今年|现住|眼下")
"""What tells of the living, after whatever years."""


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(any_of(words(name)))


@cache
def _shop() -> re.Pattern[str]:
    """A shop right after its address, and not who owns it or lives there: 桔园小区3栋[的蓝调美容店], no 3栋的店主."""
    at_home, shops, people = (any_of(words(name)) for name in ("at_home", "shops", "shop_people"))
    return re.compile(rf"(?:(?!{at_home})[^,。!?;\n他她我叫是]){{0,12}}(?:{shops})店?+(?!的?(?:{people}))")


def matters(text: str, spans: Sequence[Entity]) -> Iterator[str]:
    """The signs of what a folded text is.

    Args:
        text: the folded text.
        spans: the spans of those whom it concerns.
    """
    if _is_an_answer(text) and not _is_before_a_name(_CITIZEN, text, spans):
        yield "office"
    if len({match[0] for match in _pattern("court").finditer(text)}) >= _FORMULAS:
        yield "judgment"
    if _pattern("press").search(text):
        yield "press"
    if _pattern("business").search(_UNANSWERED.sub("", text)) and not _is_before_a_name(_MYSELF, text, spans):
        yield "business"
    if _is_history(text, spans):
        yield "history"
    if any(span.type == EntityType.ADDRESS and _is_of_a_shop(text, span) for span in spans):
        yield "shop"


def _is_an_answer(text: str) -> bool:
    if _THANKS.search(text):
        return True
    answered = _pattern("answers").search(text) is not None
    if _pattern("addressed").search(text):
        return answered or "感谢您" in text or _OFFICE.search(text) is not None
    return answered and _pattern("asked").search(text) is not None


def _is_before_a_name(pattern: re.Pattern[str], text: str, spans: Sequence[Entity]) -> bool:
    """Whether words that a pattern tells stand right before a name."""
    names = (span for span in spans if span.type == EntityType.NAME)
    return any(pattern.search(text[max(0, name.start - _BEFORE) : name.start]) for name in names)


def _is_of_a_shop(text: str, address: Entity) -> bool:
    return text.endswith(words("shops"), address.start, address.end) or _shop().match(text, address.end) is not None


def _is_history(text: str, spans: Sequence[Entity]) -> bool:
    if _TODAY.search(text):
        return False
    years = [int(year) for year in _YEAR.findall(text)]
    told_when = bool(years) and max(years) < LONG_AGO
    return told_when and all(span.type != EntityType.BIRTH_DATE for span in spans)
