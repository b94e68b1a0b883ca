"""What the words before a name say of it: that it is the name of who is spoken of, or another of theirs."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

from gaihe.serving.core.schema import Entity
from gaihe.serving.verdict.text import any_of, words

_CALLED = re.compile(
    r"(?:姓名|名字|本名|真名|大名|全名|户名|房本名|户主名?|机主|持卡人|名叫|叫|名)(?:也|可能|应该|就|好像)*(?:是|叫做?|为)?[:\s“\"「【(《]{0,3}$"
)
_OTHERWISE = re.compile(
    r"(?:曾用名|自称|网名|小名|乳名|昵称|外号|绰号|又名|原名|化名|别名|艺名|笔名|英文名|真实姓名|真名|本名|实名|现名|现用名)(?:也|可能|应该|就|好像|的|过)*(?:是|叫做?|为)?[:\s“\"「【(《]{0,3}$"
)
_RENAMED = re.compile(
    r"(?:[^。!?\n]{0,12}[,;(\s])?(?:他|她|后来|已经?|就|又|[平]时){0,2}"
    r"(?:改名[叫为成]?|(?:现在|如今|身份证上|户口本上|微信上?|QQ上?|网上|对外|在?外面)(?:的名字|都|也|是)*(?:说|称)?(?:自己)?叫做?)[:\s“\"「【(《]{0,3}"
)
_ENDS = re.compile(r"[了的,。;!?)”」\s]|$")


class Called(Enum):
    """What the words before a name say of it."""

    NAME = "name"
    """It is the name of who is spoken of: 名字, 户名, 叫."""
    OTHERWISE = "otherwise"
    """It is another name of who is spoken of: 曾用名, 自称, 不是…而是."""


def called(text: str, name: Entity, before: str) -> Called | None:
    """What the words before a name say of it.

    Args:
        text: the folded text.
        name: the name.
        before: the words between it and whatever was mentioned last.
    """
    shown = text[max(0, name.start - 12) : name.start]
    renamed = _RENAMED.fullmatch(before) and _ENDS.match(text, name.end)
    if renamed or _OTHERWISE.search(shown):
        return Called.OTHERWISE
    return Called.NAME if _CALLED.search(shown) or _calling().fullmatch(before) else None


def is_called_otherwise(between: str) -> bool:
    """Whether no more than words of another name stand between somebody and a name: 本人[曾用名]刘招娣."""
    return _OTHERWISE.fullmatch(between.lstrip(" ,;(")) is not None


@cache
def _calling() -> re.Pattern[str]:
    return re.compile(rf"[,:\s]{{1,3}}(?:{any_of(words('callings'))})[:\s]?")
