"""Who signs a complaint, and is its author: …拖欠工资。投诉人李梅，139…."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.text import any_of, words

_BEFORE = 40
_AFTER = 60
"""Characters before and after a signature that tell whether others expose who complained."""
_DENOUNCED = re.compile("查到|查出|扒|找到|泄露|内鬼|叛徒|告密|小报告|报复|诬告|恶意|谁(?:举报|投诉)")
_ATTACKED = re.compile(
    "大家|骂|堵|弄死|收拾|人肉|曝光|报复|叛徒|内鬼|[他她](?:就|也|这|那|敢|害|举报|投诉|家|住|电话|手机|微信|单位)"
)
_TOLD_OF = re.compile(r"\s?(?:[系为是称说于在与诉因向的]|反映|举报|投诉|来[电信]|提出|报案)")
"""After the name, where another writes of who complained: 投诉人左梦婷系…."""
_ACCUSED = re.compile("被(?:举报|投诉|反映|控告|检举|申请)(?:人|对象|单位)")


def signatures(text: str, entities: Sequence[Entity]) -> Iterator[tuple[int, int]]:
    """Where the words stand by which the author gives their name under a complaint, in order.

    Args:
        text: the post, folded.
        entities: its entities in text order.
    """
    names = [entity for entity in entities if entity.type == EntityType.NAME]
    for place, name in enumerate(names):
        match = _signer().search(text, max(0, name.start - 16), name.start)
        if match is None or _TOLD_OF.match(text, name.end):
            continue
        until = min([name.end + _AFTER, *(later.start for later in names[place + 1 : place + 2])])
        exposed = _DENOUNCED.search(text, max(0, match.start() - _BEFORE), match.start()) or _ATTACKED.search(
            text, name.end, until
        )
        if not exposed and (match.start("signer") > 0 or _ACCUSED.search(text, name.end, name.end + _AFTER)):
            yield match.span("signer")


@cache
def _signer() -> re.Pattern[str]:
    return re.compile(rf"(?:^|[。!?;\n])\s{{0,4}}(?P<signer>(?:实名)?{any_of(words('signers'))})[:是为]?\s{{0,2}}$")
