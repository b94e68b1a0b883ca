"""User names, user ids and personal home pages on social, game and payment platforms.

Source: the public profile addresses of the platforms; user names follow no common rule.
"""

from __future__ import annotations

import re

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
