"""Statistics of the texts of posts: what readers see before they read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]|\\[[\u4e00-\u9fffa-z]{1,6}\\]")


def _holds(pattern: str) -> Callable[[str], float]:
    compiled = re.compile(pattern)
    return lambda text: float(bool(compiled.search(text)))


def _rate(pattern: str) -> Callable[[str], float]:
    compiled = re.compile(pattern)
    return lambda text: 100 * len(compiled.findall(text)) / max(len(text), 1)


STATISTICS: dict[str, Callable[[str], float]] = {
    "characters": len,
    "，、 per 100 characters": _rate("[，、]"),
    "。 per 100 characters": _rate("。"),
    "！？ per 100 characters": _rate("[！？]"),
    "half-width ,.!?:; per 100 characters": _rate(r"[,.!?:;]"),
    "“”《》（） per 100 characters": _rate("[“”《》（）「」【】]"),
    "digits per 100 characters": _rate("[0-9]"),
    "Latin letters per 100 characters": _rate("[A-Za-z]"),
    "ends in a full stop": _holds("[。.]$"),
    "ends in ！？…~": _holds("[！？!?…~～]$"),
    "ends in a Chinese character": _holds("[\u4e00-\u9fff]$"),
    "no punctuation at all": lambda text: float(not re.search(r"[，。、！？；：,.!?;:…~]", text)),
    "holds a doubled mark (！！ 。。 ??)": _holds(r"([！？。，!?.,~～])\1"),
    "holds an ellipsis": _holds("…|\\.{3,}|。{2,}"),
    "holds an emoji or [emote]": lambda text: float(bool(_EMOJI.search(text))),
    "holds a line break": _holds("\n"),
    "holds a space": _holds("[ \u3000]"),
    "holds a digit": _holds("[0-9]"),
    "holds a Latin word": _holds("[A-Za-z]{2,}"),
    "holds @": _holds("@"),
    "holds #topic#": _holds("#[^#]+#"),
    "holds a link": _holds("https?:"),
    "holds laughter (哈哈, 233, hhh)": _holds("哈哈|2333*|hhh|[Ll][Oo][Ll]|hah"),
    "holds a sentence particle (啊吧呢嘛哦呀啦)": _holds("[啊吧呢嘛哦呀啦诶欸]"),
    "holds a repeated character (好好好, 啊啊啊)": _holds("([\u4e00-\u9fff])\\1\\1"),
}
"""What is measured; each is the mean over posts."""


def text_statistics(texts: Iterable[str]) -> dict[str, float]:
    """The mean of every statistic over the texts; 0 for none."""
    kept = list(texts)
    return {name: sum(map(measure, kept)) / max(len(kept), 1) for name, measure in STATISTICS.items()}
