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
_YEAR = re.compile(r"(?<![0-9])(1[0-9]{3}|20[0-9]{2})年(?!级|[0-9]{0,2}月?[0-9]{0,2}日?出?生)")
_THANKS = re.compile(r"感谢您对[^。!?\n]{0,30}的?(?:关心|关注|支持|理解|监督)")
"""How an office ends an answer."""
_OFFICE = re.compile("我[局委办厅处所院校县区市镇乡街](?:已|将|们|高度|对|为|工作|执法|城|医|实|贯|现)")
"""An office that speaks of itself."""


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(any_of(words(name)))


@cache
def _shop() -> re.Pattern[str]:
    """A shop right after its address, and not who owns it: 桔园小区3栋[的蓝调美容店], no 桔园小区3栋的店主."""
    return re.compile(
        rf"[^,。!?;\n他她我叫是]{{0,12}}(?:{any_of(words('shops'))})店?+(?!的?(?:{any_of(words('shop_people'))}))"
    )


def matters(text: str, spans: Sequence[Entity]) -> Iterator[str]:
    """The signs of what a folded text is.

    Args:
        text: the folded text.
        spans: the spans of those whom it concerns.
    """
    if _is_an_answer(text):
        yield "office"
    if len({match[0] for match in _pattern("court").finditer(text)}) >= _FORMULAS:
        yield "judgment"
    if _pattern("press").search(text):
        yield "press"
    if _pattern("business").search(text):
        yield "business"
    if _is_history(text, spans):
        yield "history"
    if any(span.type == EntityType.ADDRESS and _is_of_a_shop(text, span) for span in spans):
        yield "shop"


def _is_an_answer(text: str) -> bool:
    if _THANKS.search(text):
        return True
    addressed = _pattern("addressed").search(text) is not None
    return addressed and (_pattern("answers").search(text) is not None or _OFFICE.search(text) is not None)


def _is_of_a_shop(text: str, address: Entity) -> bool:
    return text.endswith(words("shops"), address.start, address.end) or _shop().match(text, address.end) is not None


def _is_history(text: str, spans: Sequence[Entity]) -> bool:
    years = [int(year) for year in _YEAR.findall(text)]
    told_when = bool(years) and max(years) < LONG_AGO
    return told_when and all(span.type != EntityType.BIRTH_DATE for span in spans)
