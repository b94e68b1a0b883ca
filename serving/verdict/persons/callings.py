"""Those of a list who are called by surname and title, with a value or a door each: 刘老师135…，3栋老李136…."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.reveal.tables import surnames
from gaihe.serving.verdict.text import any_of, words

_UP_TO_A_VALUE = re.compile(r"(?:的?(?:联系)?(?:电话|手机|微信|号码?)+)?[:是\s]{0,2}")


def callings(text: str, entities: Sequence[Entity]) -> Iterator[tuple[int, int]]:
    """Where those stand who are called so, in order, if there are several of them.

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
        if not any(inside[slice(*match.span())]) and ((told and told.end() in starts) or match.start() in doors):
            found.append(match)
    if len({match[0] for match in found}) > 1:
        yield from (match.span() for match in found)


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
