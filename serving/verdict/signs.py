"""Signs in a post's words of what makes an exposure worse, or its purpose a public one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.text import any_of, words

NEAR = 12
"""Characters between a word of the moment and the place that it is said of."""
_PLACES = (EntityType.ADDRESS, EntityType.SCHOOL, EntityType.WORKPLACE)
_CLAUSE_ENDS = re.compile(r"[。!?;\n]")
_TRIP = re.compile(r"(?<![A-Z0-9])(?:[GDCKTZ][0-9]{1,4}|[A-Z0-9][A-Z][0-9]{3,4})(?![0-9])")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(any_of(words(name)))


def told(text: str, name: str) -> bool:
    """Whether a folded text holds a word of a list of ``words.toml``."""
    return _pattern(name).search(text) is not None


_HUNT = re.compile(
    r"(?<![被遭会怕免吃食烤算是])(?<!遭到|开始|粉圈|支持|就是)(?:"
    r"人肉(?:[他她它](?!信息|的)|[这此那](?![么次时事件])|丫|之(?![后前类])|出来?(?!了|完|的)|一下|搜(?:[他她这sS!]|$)|!|\[|啊|呀|呗|$)"
    r"|(?:求|帮忙?|必须|应该|大家|赶紧|快|速度|谁能|谁来|大侠|可不可以)人肉(?!搜索[引技平])"
    r"|(?:求|帮忙?|谁能|谁来)(?:开盒|盒一?下)(?!搭子)|盒(?:死)?[他她](?!们)|开[他她]的?盒(?!的))"
)


def hunts(text: str) -> bool:
    """Whether a folded text asks readers to find somebody out: 人肉他, 求开盒; that somebody was found out is none."""
    return _HUNT.search(text) is not None


def live(text: str, entities: Iterable[Entity]) -> bool:
    """Whether a place is where somebody is right now (现在人在…, 正在…门口), or a trip with its number is told.

    Args:
        text: the folded text.
        entities: those of the persons concerned.
    """
    for entity in entities:
        if entity.type not in _PLACES:
            continue
        before = _CLAUSE_ENDS.split(text[max(0, entity.start - NEAR) : entity.start])[-1]
        after = _CLAUSE_ENDS.split(text[entity.end : entity.end + NEAR])[0]
        moments = list(_pattern("now").finditer(before))
        since = before[moments[-1].end() :] if moments else before
        if (moments or told(after, "now")) and not (told(since, "settled") or told(after, "settled")):
            return True
    return told(text, "travel") and _TRIP.search(text) is not None


@cache
def _title_before() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words('roles'))})[:\s]?$")


@cache
def _title_after() -> re.Pattern[str]:
    return re.compile(
        rf"[\s,(]?(?:是|任|现任|担任)?(?:一[名位])?(?:著名|知名)?(?:{any_of(words('roles'))})(?!的?(?:亲戚|儿子|女儿|老婆|助理))"
    )


def public_role(text: str, names: Sequence[Entity]) -> bool:
    """Whether an office or a calling in public life stands right before or after one of a person's names.

    Args:
        text: the folded text.
        names: the spans that name the person.
    """
    return any(
        _title_before().search(text[max(0, name.start - 8) : name.start])
        or _title_after().match(text[name.end : name.end + 16])
        for name in names
    )
