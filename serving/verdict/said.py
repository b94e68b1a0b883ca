"""Words of health, lodging and the like, where they are said of somebody whose data a post holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.addresses import Precision, precision
from gaihe.serving.verdict.text import any_of, words

_PLACES = (EntityType.ADDRESS, EntityType.SCHOOL, EntityType.WORKPLACE)
_BEFORE = 16
"""Characters before a word that say of whom it is."""
_ENDS = r"(?=[,。!?;\s]|$)"
_OF_THE_AUTHOR = re.compile(
    r"[我俺]都?[^,。!?;\n他她]{0,2}被[^,。!?;\n]{0,5}[得到成进出打气骂逼害搞整][^,。!?;\n他她]{0,3}$"
    r"|(?:[把害让]|(?:气|打|逼|搞|骂|整|吓)得?)[我俺][^,。!?;\n他她]{0,6}$"
)
"""Before an illness that is the author's: 我被他打得[住院], 害我[流产]."""
_CURSE = re.compile("吧你|吧" + _ENDS)
"""After an illness that is only shouted at somebody: 精神病[吧你]."""
_CURED = re.compile(r"(?:[能专包根主]|可以?|声称)治[疗好愈]?[^,。!?;\n]{0,6}$|(?:预防|防治)[^,。!?;\n]{0,6}$")
"""Before an illness that something is said to cure: 保健品[能治]癌症."""
_RUNS = re.compile(r"(?:家里?是?开|[开办]了?一?[家个间]|经营)[^,。!?;\n]{0,3}$")
"""Before a hotel that somebody runs: [家里开]宾馆的."""
_IN_THE_TRADE = re.compile("[开做干搞]$")
_CALLING = re.compile("的" + _ENDS)


def said(text: str, name: str, spans: Sequence[Entity]) -> list[int]:
    """Where a folded text holds words of a list of ``words.toml``, other than in the name of a school or an employer.

    A word in an address counts where that leads to the door, as a bed in a hospital does and the hospital does not; a
    word of health not where it is the author's, a curse or somebody's calling, and a hotel not where one works there.

    Args:
        text: the folded text.
        name: the list.
        spans: the spans of the post.
    """
    named = bytearray(len(text))
    for span in spans:
        if span.type in _PLACES and not _is_a_door(span):
            named[span.start : span.end] = b"\1" * (span.end - span.start)
    found = (match.span() for match in _pattern(name).finditer(text) if not named[match.start()])
    return [start for start, end in found if not _is_of_another_matter(text, name, start, end)]


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(any_of(words(name)))


def _is_a_door(span: Entity) -> bool:
    return span.type == EntityType.ADDRESS and precision(span.value or span.text) is Precision.DOOR


def _is_of_another_matter(text: str, name: str, start: int, end: int) -> bool:
    before = text[max(0, start - _BEFORE) : start]
    if name == "health":
        others = any(each.search(before) for each in (_OF_THE_AUTHOR, _CURED))
        return others or any(each.match(text, end) for each in (_CURSE, _treated()))
    if name == "lodging":
        in_the_trade = _IN_THE_TRADE.search(before) and _CALLING.match(text, end)
        return bool(in_the_trade or _RUNS.search(before) or _of_the_house().match(text, end))
    return False


@cache
def _treated() -> re.Pattern[str]:
    """What tells after an illness of who treats it: 产检[医生]."""
    return re.compile(rf"科?的?(?:{any_of(words('health_staff'))})")


@cache
def _of_the_house() -> re.Pattern[str]:
    """What tells after a hotel of its staff or its trade, and of no guest: 在酒店[做前台], 小李民宿，[预订]."""
    return re.compile(
        rf"[里的]?(?:做|当|任|干|应聘)?(?:{any_of(words('lodging_staff'))})|,?(?:{any_of(words('lodging_trade'))})"
    )
