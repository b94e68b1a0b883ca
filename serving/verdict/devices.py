"""Lines that an app puts under a post to say what it was sent from (来自 iPhone 客户端), and the spans in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.text import any_of, plain, words

_MODELS = (EntityType.PHONE, EntityType.QQ, EntityType.MEMBER_ID, EntityType.PLATE, EntityType.NAME, EntityType.ACCOUNT)
"""Types that the model of a device is taken for."""
_NUMBER = re.compile("[+(]*[0-9](?:[ .,()_+/-]*[0-9]){4,}")


@cache
def _pattern() -> re.Pattern[str]:
    device = any_of(words("devices"))
    return re.compile(
        rf"(?:来自|发自|发送自|\b(?:sent[ ])?from|\bvia)[ ]?:?[ ]?(?:我的|my[ ])?(?:{device})"
        rf"(?:{device}|[a-z0-9 .,()_+/-]){{0,60}}+$",
        re.IGNORECASE | re.MULTILINE,
    )


def outside_device_lines(text: str) -> Callable[[Entity], bool]:
    """A test of spans: whether one is more than the model of the device that a post was sent from.

    A bare number of five digits or more counts wherever it stands, for a line of that kind could hide it.

    Args:
        text: the folded text.
    """
    lines = [match.span() for match in _pattern().finditer(text)]
    starts = [start for start, _ in lines]

    def counts(span: Entity) -> bool:
        line = bisect_right(starts, span.start) - 1
        inside = line >= 0 and span.end <= lines[line][1]
        return not inside or span.type not in _MODELS or _NUMBER.fullmatch(plain(span.text)) is not None

    return counts
