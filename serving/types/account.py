"""User names, user ids and personal home pages on social, game and payment platforms.

Source: the public profile addresses of the platforms; user names follow no common rule.
"""

from __future__ import annotations

import re

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import AccountKind, AccountPlan
from gaihe.serving.types import qq
from gaihe.serving.types.sheet import Severity, Sheet
from gaihe.serving.types.text import fold, masked

_URL = re.compile(
    r"(?:https?://)?(?>(?:www\.|m\.)*(?=[\w-]+\.))((?:[\w-]+\.)+[a-z]{2,})(/[^\s?#]*)(?:[?#]\S*)?",
    re.IGNORECASE | re.ASCII,
)
_HOME_PAGE = re.compile(
    r"space\.bilibili\.com/\d+"
    r"|weibo\.(?:com|cn)/(?:u/\d+|n/\S+|p/\d+|profile/\d+|[A-Za-z0-9]+)"
    r"|douban\.com/people/[\w.-]+"
    r"|zhihu\.com/(?:people|org)/[\w.-]+"
    r"|(?:v\.)?douyin\.com/\S+"
    r"|xiaohongshu\.com/user/profile/[0-9a-f]+"
    r"|(?:github\.com|twitter\.com|x\.com|t\.me|instagram\.com|facebook\.com)/[\w.-]+"
    r"|steamcommunity\.com/(?:id|profiles)/\w+"
    r"|tieba\.baidu\.com/home/main"
)


def canonical(text: str) -> str:
    """The name without a leading ``@``; a home page as ``host/path``, without scheme, ``www`` and query."""
    plain = " ".join(fold(text).split()).lstrip("@ ")
    if match := _URL.fullmatch(plain):
        return (match[1].lower() + match[2]).rstrip("/")
    return plain


def valid(value: str) -> bool | None:
    """``True`` for a known platform's home page, ``False`` for no name at all, ``None`` for what cannot be checked."""
    if masked(value):
        return None
    if _HOME_PAGE.fullmatch(value):
        return True
    return None if any(character.isalnum() for character in value) else False


SHEET = Sheet(
    type=EntityType.ACCOUNT,
    english="a user name, user id or home page on another platform",
    chinese="社交账号",
    format="as written, in half width, without ``@``; a home page as ``host/path``",
    source="the platforms' public profile addresses",
    severity=Severity.GENERAL,
    examples=("@雏菊和鸽子", "https://www.space.bilibili.com/2803301", "28💔0330💔1701"),
    canonical=canonical,
    valid=valid,
    plan=AccountPlan(AccountKind.USER_NAME, re.compile(r"[^\W_]+|(?=.*[A-Za-z])\w+", re.ASCII), qq.PLAN),
    number_like=True,
)
