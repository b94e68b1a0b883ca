"""Those of a list who are called by surname and title, with a value or a door each: 刘老师135…，3栋老李136…."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.reveal.tables import surnames
from gaihe.serving.verdict.persons.drafts import name_key
from gaihe.serving.verdict.text import any_of, words

_UP_TO_A_VALUE = re.compile(r"(?:的?(?:联系)?(?:电话|手机|微信|号码?)+)?[:是\s]{0,2}")
_ORDERS = re.compile(r"[要订拼+x×*]?\s?(?:\d{1,3}|[一二两三四五六七八九十])[份个盒箱袋斤瓶桶件单]")
"""After one of a list at their door, what they order with the others: 3栋1201李姐2份."""


def callings(text: str, entities: Sequence[Entity]) -> Iterator[tuple[int, int]]:
    """Where those stand who are called so, in order, if there are several of them.

    They are nobody besides who is named where all have the one name's surname, and none where all are for hire.

    Args:
        text: the post, folded.
        entities: its entities.
    """
    inside = bytearray(len(text))
    for entity in entities:
        inside[entity.start : entity.end] = b"\1" * (entity.end - entity.start)
    starts = {entity.start for entity in entities}
    doors = {entity.end for entity in entities if entity.type == EntityType.ADDRESS}
    found = []
    for match in _called().finditer(text):
        told = _UP_TO_A_VALUE.match(text, match.end())
        at_a_door = match.start() in doors and not _ORDERS.match(text, match.end())
        if not any(inside[slice(*match.span())]) and ((told and told.end() in starts) or at_a_door):
            found.append(match)
    surnames_told = {name_key(entity)[:1] for entity in entities if entity.type == EntityType.NAME}
    of_who_is_named = len(surnames_told) == 1 and all(surnames_told.intersection(match[0]) for match in found)
    for_hire = all(_hired().search(text, max(0, match.start() - 6), match.start()) for match in found)
    if len({match[0] for match in found}) > 1 and not of_who_is_named and not for_hire:
        yield from (match.span() for match in found)


@cache
def _hired() -> re.Pattern[str]:
    return re.compile(rf"{any_of(words('hired'))}[:\s]?$")


@cache
def _called() -> re.Pattern[str]:
    single = "".join(sorted(name for name in surnames() if len(name) == 1))
    surname = f"(?:{'|'.join(sorted(name for name in surnames() if len(name) > 1))}|[{single}])"
    title = any_of(words("titles"))
    return re.compile(
        rf"[老小阿](?!{any_of(words('no_callings'))}){surname}(?:{title})?"
        rf"|{surname}(?:{title}|{any_of(words('elders'))}|姓{any_of(words('tenants'))})"
        rf"|(?<![^\s,。.!?;、:()])[^\W\da-zA-Z_]{title}"
    )
