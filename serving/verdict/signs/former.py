"""Places where somebody lived, worked or studied, and is no more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from gaihe.serving.core.schema import Entity
from gaihe.serving.verdict.signs.whereabouts import NEAR, PLACES
from gaihe.serving.verdict.text import any_of, nameless, words

_OTHERS = "了?[^,。!?;\n]{0,3}(?:[个名位]|人|员工|同事|邻居|下属)"
"""After it those who had to leave: 开除[了十几个人]."""
_ELSEWHERE = (
    "的?房子?(?:早就?|已经?|都)*卖[了掉]|(?:已经?|早就?|刚)退租|退租[了走]"
    "|(?:,?[已后又]经?)?搬[到去往至](?![这此该本我])"
)
"""Right after a home that was given up: 桔园小区3栋502[的房子已经卖了], 从…[搬到]万科城."""
_OLD_ADDRESS = "(?:原家?住(?!民)|(?<!高)原[住地]?址|旧(?:住|地)?址|曾用地址)(?:在|是|为)?[:\\s]?$"


def _stays(moved: str) -> str:
    """That somebody does not leave, or not yet, or that others do: [不]离职, [准备]离职, [逼邻居]搬走."""
    not_yet = "没(?![多几])|不(?![得久到])|别|[要想](?!求)|准备|打算|即将|马上"
    others = "(?<!被)(?:[逼让把赶劝催](?![他她其]|此人)|同事|邻居|员工|下属)"
    return rf"(?:{not_yet})[^,。!?;\n]{{0,2}}(?:{moved})|{others}[^,。!?;\n]{{0,6}}(?:{moved})"


@cache
def _formerly() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Before a place and after it: that somebody was there, and is no more."""
    former, moved = any_of(words("former")), any_of(words("moved"))
    gone = rf"(?:(?!{_stays(moved)})[^,。!?\n])"
    return (
        re.compile(
            rf"(?:{any_of(words('formerly'))})[^,。!?\n他她现今]{{0,6}}$|(?<![是要有住])(?:(?<!(?<!现)在)不|没有?)再?(?:在|住在?)[:\s]?$"
            rf"|{_OLD_ADDRESS}"
        ),
        re.compile(
            rf"的?(?:{former})(?!班|论文|设计|典礼)|{_ELSEWHERE}"
            rf"|{gone}{{0,8}},?{gone}{{0,5}}(?:{moved})(?!{_OTHERS})"
            r"|[^,。!?\n]{0,4}[不没][干住在做]了"
        ),
    )


def left(text: str, entities: Iterable[Entity]) -> list[Entity]:
    """The places where somebody lived, worked or studied, and does no more (毕业于…, 以前住…).

    Args:
        text: the folded text.
        entities: those of the persons concerned.
    """
    before, after = _formerly()
    spans = list(entities)
    shown = nameless(text, spans)
    return [
        span
        for span in spans
        if span.type in PLACES
        and (before.search(shown[max(0, span.start - NEAR) : span.start]) or after.match(shown, span.end))
    ]
