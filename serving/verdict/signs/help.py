"""Calls for help, by which somebody is to be reached for their own sake or in an emergency."""

from __future__ import annotations

import re
from functools import cache

from gaihe.serving.verdict.signs.requests import seeks
from gaihe.serving.verdict.text import any_of, told, words

_KEPT = re.compile(
    r"(?:小?孩子?|[男女]孩|小朋友|老人家?|[爷奶]{2}|大[爷妈])[^。!\n]{0,20}(?:服务台|派出所|警务室|保安室|门卫室?|岗亭)"
    r"(?![^。!\n]{0,12}(?:上班|工作|兼职|打工|旁边|附近|对面))"
)
"""A child or somebody old who waits where the lost are taken: 这个[小男孩吗?在万达一楼服务台], and no 服务台上班."""
_CULPRIT = re.compile("认[识得][^,。!?\n被]{0,4}(?:[撞骂刮剐蹭偷骗]|[打推](?!着|伞|球|扫)|抢(?!救|修))")
"""Who is sought for what they did: 谁[认识这个撞]了老人跑的, and not 谁认识这位被撞的老人."""
_CLAUSES = re.compile(r"[^,。!?;\n]+")
_ASKS = re.compile("求|谁|哪位|哪个|有没有|有人|有认[识得]|帮|告诉|麻烦|打听|想要|我要|还有|以及|顺便|[吗呢]")
"""What a clause has in which readers are asked for something."""
_TOLD = (
    r"认[识得][^他她\n]{1,12}?(?:公司|单位|小区|宿舍)的"
    r"|(?:小区|宿舍)(?=[0-9a-zA-Z东南西北一二三四五六七八九十]|门口|里|物业|业主)"
    r"|照片?[上里中]"
)
"""What is no question, for it is told: 谁[认识三一公司的]刘思源, 桔园[小区]3栋502业主, [照片上]的老人."""


@cache
def _asked_to_help() -> re.Pattern[str]:
    """What a call for help may ask for, and what it tells of those whom it asks for."""
    return re.compile(f"{_TOLD}|{any_of(words('asked_to_help'))}")


def helps(text: str) -> bool:
    """Whether a folded text calls for help (捡到, 迷路, 救命恩人, 水管爆了, 挪车), and not for an attack.

    No call for help asks for more than who somebody is and how they are reached: 捡到她手机，求她单位和照片.
    """
    calls = told(text, "help") or _KEPT.search(text) is not None or (told(text, "hurt") and told(text, "helpless"))
    pretext = told(text, "no_help") or told(text, "admired") or _CULPRIT.search(text) is not None
    return calls and not pretext and not _asks_for_more(text)


def _asks_for_more(text: str) -> bool:
    asked = (_asked_to_help().sub("\0", clause) for clause in _CLAUSES.findall(text) if _ASKS.search(clause))
    return any(seeks(clause) or told(clause, "never_asked_to_help") for clause in asked)
