"""The style of a user: punctuation, spaces, line breaks and tails.

Only plain segments change; values and fillers keep their form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from gaihe.data.disguise.segments import Segment
from gaihe.data.lexicon.weighted import Weighted

_TAIL_SHARE = 0.10
_ENDING = Weighted({"stopless": 8, "closed": 18, "as written": 74})

_COMMAS = re.compile(r"[，、；](?!$)")
_BREAK = re.compile(r"(?<=([，。！？；：,!?:;~…]))?\s*\n\s*")
STOPPED = re.compile(r"[，。！？；：…,.!?:;~～]\s*$")
"""Text after which no further comma or stop stands."""
_STOPS = re.compile(r"(?<![“「。！？!?])[。！？!?]+")
_LABELLED = re.compile(r"(?<=电话|微信|QQ|地址|名字|号码)：")
_TAILS = (
    "[doge]", "[允悲]", "[微笑]", "[泪]", "[怒]", "[吃瓜]", "[捂脸]", "[摊手]", "🙏", "😡", "😭", "🙄", "😅", "💩", "👇", "🔥", "❗️", "‼️",
    "！！！", "……", "。。。", "~", "～", "…", "？？", "哈哈哈哈", "呵呵", "谢谢", "求扩散", "顶", "转", "速度", "在线等", "哎", "唉", "呜呜",
    "哈哈", "有知道的说一声", "求转发", "先这样", "懂的都懂", "不多说了", "就这", "绝了", "真的", "xswl", "无语", "好累", "hhh", "233", "蹲", "dd",
)  # fmt: skip
_CLOSINGS = (
    "。", "。", "。", "！", "！", "！", "!", "~", "～", "…", "。。", "[doge]", "[哈哈]", "[泪]", "[笑cry]", "[爱你]", "[心]", "[偷笑]", "[赞]", "[嘻嘻]",
    "[good]", "[可怜]", "[哼]", "[抓狂]", "[鼓掌]",
)  # fmt: skip
_WORD_END = re.compile("[\u4e00-\u9fff]$")
_TYPOS = (
    ("的", "地"), ("得", "的"), ("在", "再"), ("做", "作"), ("那", "哪"), ("他", "她"), ("吗", "嘛"), ("啊", "阿"), ("吧", "把"), ("就", "旧"),
    ("什么", "什莫"), ("没有", "木有"), ("这样", "酱"), ("不知道", "布吉岛"), ("可以", "阔以"), ("这个", "介个"), ("你们", "泥萌"), ("觉得", "jio得"), ("知道", "造"),
    ("因为", "因胃"), ("怎么", "肿么"), ("喜欢", "稀饭"), ("真的", "真滴"), ("是不是", "是8是"), ("不是", "8是"), ("已经", "以经"), ("帐", "账"),
)  # fmt: skip


def _half_width(text: str, random: Random) -> str:
    return text.translate(str.maketrans("，：；！？（）", ",:;!?()"))


def _spaces_for_commas(text: str, random: Random) -> str:
    return _COMMAS.sub(" ", text)


def _spaces_for_all(text: str, random: Random) -> str:
    return _STOPS.sub(" ", _COMMAS.sub(" ", text))


def _no_commas(text: str, random: Random) -> str:
    return re.sub(r"(?<=[\u4e00-\u9fff])，(?=[\u4e00-\u9fff])", "", text)


def _loud(text: str, random: Random) -> str:
    def louder(match: re.Match[str]) -> str:
        asking = "？" in match[0] or "?" in match[0]
        return random.choice(
            ("？？", "？？？", "？！", "???") if asking else ("！！", "！！！", "!!!", "。。。", "……", match[0])
        )

    return _STOPS.sub(louder, text)


def _lines(text: str, random: Random) -> str:
    return re.sub(r"[。！]\s*(?=[^\s”’」』）)】。！？])", lambda match: match[0].rstrip() + "\n", text)


def _one_line(text: str, random: Random) -> str:
    space, mark = random.choice((" ", "  ")), random.choice((" ", "，", "；", "  "))
    return _BREAK.sub(lambda match: space if match[1] else mark, text)


def _typos(text: str, random: Random) -> str:
    right, wrong = random.choice(_TYPOS)
    return text.replace(right, wrong, 1)


def _wide_spaces(text: str, random: Random) -> str:
    return re.sub(r"(?<=[，。！？])(?![”’」』）)])", lambda _: random.choice(("", " ", "  ", "\u3000")), text)


def _loose_colons(text: str, random: Random) -> str:
    mark = random.choice((":", " ", ": ", "：", "是", "——"))
    return _LABELLED.sub(mark, text) if mark == "是" else text.replace("：", mark)


_STYLES: tuple[tuple[float, Callable[[str, Random], str]], ...] = (
    (0.06, _half_width),
    (0.05, _spaces_for_commas),
    (0.02, _spaces_for_all),
    (0.04, _no_commas),
    (0.05, _loud),
    (0.05, _lines),
    (0.12, _one_line),
    (0.08, _typos),
    (0.01, _wide_spaces),
    (0.08, _loose_colons),
)


def vary(segments: list[Segment], random: Random) -> list[Segment]:
    """Write a post in the manner of one user: a few habits, applied throughout."""
    for chance, style in _STYLES:
        if random.random() < chance:
            segments = _apply(segments, style, random)
    ending = _ENDING.pick(random)
    if ending == "stopless":
        segments = _drop_final_stop(segments)
    elif ending == "closed":
        segments = _close(segments, random)
    if random.random() < _TAIL_SHARE:
        joint = random.choice(_tail_joints(segments[-1].text))
        segments = [*segments, Segment(joint + random.choice(_TAILS))]
    return segments


def _tail_joints(text: str) -> tuple[str, ...]:
    """What may stand between the end of a post and its tail."""
    if STOPPED.search(text):
        return "", "", " ", "\n"
    return (" ", "\n", "，") if text[-1:].isascii() else ("", "", " ", "，", "\n")


def _apply(segments: list[Segment], style: Callable[[str, Random], str], random: Random) -> list[Segment]:
    """Change the plain segments, all in one manner; one that stands between two values keeps at least a space."""
    changed: list[Segment] = []
    habit = random.random()
    for index, segment in enumerate(segments):
        if segment.type is None and not segment.filler:
            text = style(segment.text, Random(habit))
            inner = 0 < index < len(segments) - 1
            segment = replace(segment, text=text or (" " if inner and segment.text else ""))
        changed.append(segment)
    return changed


def _close(segments: list[Segment], random: Random) -> list[Segment]:
    """A mark, or a run of emotes, after a post that ends in a word."""
    last = segments[-1]
    if last.type is None and not last.filler and _WORD_END.search(last.text):
        return [*segments[:-1], replace(last, text=last.text + random.choice(_CLOSINGS) * random.choice((1, 1, 1, 2)))]
    return segments


def _drop_final_stop(segments: list[Segment]) -> list[Segment]:
    last = segments[-1]
    if last.type is None and not last.filler:
        return [*segments[:-1], replace(last, text=last.text.rstrip("。！!."))]
    return segments
