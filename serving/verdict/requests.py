"""Words by which readers are asked for people's data, or to find somebody out, and not told that others asked.

Refusals (别求资料) and reports (求号码的被封了) ask for nothing, unless they go on to offer or to ask:
老号被封，接单加新号.
"""

from __future__ import annotations

import re
from functools import cache

from gaihe.serving.verdict.text import any_of, words

_SENTENCES = re.compile(r"[^。!?;\n]+[。!?;\n]?")
_CLAUSES = re.compile(r"[^,]+,?")
_ASKED = "(?:求|要|讨|问|发|传|查|搜|挖|扒|起底|曝光|挂|打听|买|卖|人肉|开盒|盒|转发|泄露|公开)"
_REFUSED = re.compile(
    r"(?:(?<![区差特告级类分鉴识性个辨离])别(?![人的墅])|(?<!要)不要|不许|不准|不可以|勿|禁止|严禁|拒绝|抵制|停止|谴责|反对|杜绝)"
    r"(?:再|去|来|随便|乱|轻易|跟风|一起|参与|传播|任何人?|那些|这种|在[^,里中]{1,6}[里中]|给我|老是|总|动不动|私自|他人|别人){0,6}"
    rf"{_ASKED}"
    r"|别人肉(?!的)|(?:人肉|开盒|盒|扒|查|挂|曝光)[^,]{0,12}(?:属于|是|算|太|就|也)(?:过分|违法|犯法|犯罪|缺德|可耻|不道德|侵权)(?!的)"
)
"""What is refused, or blamed."""
_REPORTED = re.compile(
    r"(?:被|遭到?|惨遭)[^,]{0,6}?(?:开盒|人肉|扒|挖出|曝光|挂|盒|封|抓|判|拘|处罚|起诉|禁言|泄露|逮)"
    r"|(?:一律|统统|通通|直接|立刻|马上)(?:踢|封|删|禁言|拉黑)"
    r"|判(?:了|刑|处|[一二三四五六七八九十0-9]{1,2}年)|落网|拘留|罚了|封号|封禁|判决书|举报了"
)
"""What was done to somebody, and what came of it."""
_OFFERED = re.compile(
    r"私聊|私信|私[我他]|滴滴|\bdd|加[我微vq]|接单|新号|进群|上车|[可能代包]查|有偿|谁能|谁有|谁知道|谁会|谁来|有没有|帮[我忙]|求助|在线等|悬赏|出价|(?:发|给|告诉)(?:给|到)?我(?![们国])"
    r"|(?:^|,)(?:人肉|开盒|盒)死?[他她它这那](?![^,]{0,12}(?:过分|违法|犯法|犯罪|缺德|可耻|不道德|侵权))"
    r"|(?:大家|我们|都来|都去|赶紧|快)[^,]{0,4}(?:人肉|开盒|盒|扒|查|挖)|(?<![0-9一两几])[0-9一两几]{1,6}[块元米]|(?<![别再要许准勿求])求(?!求)(?![^。!?\n]{0,14}(?:一律|统统|通通)|[^,。!?\n]{0,14}(?:被|判|封|抓|踢|拘|违法))",
    re.IGNORECASE,
)
"""What goes on to offer or to ask, whatever was reported or refused before."""
_PERSON = re.compile("[他她]|[这那]个?[人男女]|一个人|人")
_HUNT = re.compile(
    r"(?<![被遭会怕免吃食烤算是])(?<!遭到|开始|粉圈|支持|就是)(?:"
    r"人肉(?:[他她它](?!信息|的)|[这此那](?![么次时事件])|丫|之(?![后前类])|出来?(?!了|完|的)|一下|搜(?:[他她这sS!]|$)|!|\[|啊|呀|呗|$)"
    r"|(?:求|帮忙?|必须|应该|大家|赶紧|快|速度|谁能|谁来|大侠|可不可以)人肉(?!搜索[引技平])"
    r"|(?:求|帮忙?|谁能|谁来)(?:开盒|盒一?下)(?!搭子)|盒(?:死)?[他她](?!们)|开[他她]的?盒(?!的))"
)


@cache
def _sought() -> re.Pattern[str]:
    return re.compile(any_of(words("sought")))


@cache
def _not_sought() -> re.Pattern[str]:
    return re.compile(rf"{any_of(words('not_sought'))}|帮我找找(?![他她]|[这那]个?[人男女])")


@cache
def _toys() -> re.Pattern[str]:
    return re.compile(any_of(words("toys")))


def hunts(text: str) -> bool:
    """Whether a folded text asks readers to find somebody out: 人肉他, 求开盒; that somebody was found out is none."""
    return _HUNT.search(text) is not None and any(map(_HUNT.search, _meant(text)))


def seeks(text: str) -> bool:
    """Whether a folded text names, in what it asks or offers, something that could be asked for of people."""
    if _sought().search(text) is None:
        return False
    boxes = _toys().search(text) is not None
    return any(
        match[0] != "盒" or not boxes or _PERSON.match(match.string, match.end())
        for part in _meant(text)
        for match in _sought().finditer(_not_sought().sub("\0", part))
    )


def _meant(text: str) -> list[str]:
    """The parts of a folded text that neither refuse nor report; sentences that also ask or offer are whole."""
    parts: list[str] = []
    for sentence in _SENTENCES.findall(text):
        if _OFFERED.search(sentence):
            parts.append(sentence)
        elif not _REPORTED.search(sentence):
            parts += [_REFUSED.split(clause, maxsplit=1)[0] for clause in _CLAUSES.findall(sentence)]
    return parts
