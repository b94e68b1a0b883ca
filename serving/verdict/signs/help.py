"""Calls for help, by which somebody is to be reached for their own sake or in an emergency."""

from __future__ import annotations

import re

from gaihe.serving.verdict.text import told

_KEPT = re.compile(
    r"(?:小?孩子?|[男女]孩|小朋友|老人家?|[爷奶]{2}|大[爷妈])[^。!\n]{0,20}(?:服务台|派出所|警务室|保安室|门卫室?|岗亭)"
)
"""A child or somebody old who waits where the lost are taken: 这个[小男孩吗?在万达一楼服务台]."""
_CULPRIT = re.compile("认[识得][^,。!?\n]{0,4}[撞打骂推抢刮剐蹭偷骗]")
"""Who is sought for what they did: 谁[认识这个撞]了老人跑的."""


def helps(text: str) -> bool:
    """Whether a folded text calls for help (捡到, 迷路, 救命恩人, 水管爆了, 挪车), and not for an attack."""
    calls = told(text, "help") or _KEPT.search(text) is not None
    return calls and not told(text, "no_help") and _CULPRIT.search(text) is None
