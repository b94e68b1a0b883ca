"""Hanyu Pinyin of people's names, with surnames read as surnames (曾 zeng, 单 shan)."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import lazy_pinyin

_SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "查": "zha", "仇": "qiu", "任": "ren", "区": "ou",
    "朴": "piao", "翟": "zhai", "尉迟": "yuchi", "万俟": "moqi", "盖": "gai", "乐": "yue", "长孙": "zhangsun",
    "覃": "qin", "缪": "miao", "宁": "ning", "冼": "xian", "纪": "ji", "燕": "yan", "葛": "ge",
    "盛": "sheng", "召": "shao", "隗": "wei", "澹台": "tantai", "单于": "chanyu", "令狐": "linghu", "员": "yun",
    "佟": "tong", "郇": "xun", "逄": "pang", "牟": "mu", "种": "chong", "折": "she", "黑": "he",
    "秘": "bi", "洗": "xian",
}  # fmt: skip


@lru_cache(maxsize=4096)
def syllables(text: str) -> tuple[str, ...]:
    """The syllables of Chinese text, without tones, ü as v."""
    return tuple(lazy_pinyin(text))


def name_pinyin(surname: str, given: str) -> tuple[str, ...]:
    """The surname in one word, where there is one, then the given name's syllables: ``("ouyang", "wen", "bo")``."""
    family = _SURNAMES.get(surname) or "".join(syllables(surname))
    return (*((family,) if family else ()), *syllables(given))
