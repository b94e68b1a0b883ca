"""Text as the rules of this package read it: folded one to one, so that offsets stay."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Any

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.reveal.tables import simplified
from gaihe.serving.types.text import fold

DIGITS = dict(zip("〇零一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
_CHINESE_NUMBER = re.compile("[〇零一二三四五六七八九两十]{1,3}")
_SENTENCE_ENDS = re.compile(r"[。!?\n]")
NAMELESS = "\1"
"""Each character of a name, where what stands around it is looked at."""


def plain(text: str) -> str:
    """The text in half-width and simplified characters, each in its place."""
    return fold(text).translate(simplified())


def nameless(text: str, entities: Iterable[Entity]) -> str:
    """The text with each character of a name replaced by ``NAMELESS``, so that none is read as a word: 曾丽, 陈刚."""
    shown = list(text)
    for entity in entities:
        if entity.type == EntityType.NAME:
            shown[entity.start : entity.end] = NAMELESS * (entity.end - entity.start)
    return "".join(shown)


@cache
def word_lists() -> dict[str, Any]:
    """The lists of ``words.toml``, by name."""
    file = resources.files("gaihe.serving.verdict") / "words.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def words(name: str) -> tuple[str, ...]:
    """One list of ``words.toml``, longer words first."""
    return tuple(sorted(word_lists()[name].split(), key=len, reverse=True))


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of the words, in letters of either case."""
    return f"(?i:{'|'.join(map(re.escape, words))})"


@cache
def any_word(name: str) -> str:
    """A regular expression for any word of a list, but for one inside ``longer_words``: 去开房, and not 离开房间."""
    return f"(?i:{'|'.join(re.escape(word) + _outside_longer_words(word) for word in words(name))})"


def _outside_longer_words(word: str) -> str:
    """A condition right after a word: that no longer word holds it."""
    parts = [longer.partition(word) for longer in words("longer_words") if word in longer]
    return "".join(f"(?!(?<={re.escape(before + word)}){re.escape(after)})" for before, _, after in parts)


@cache
def listed(name: str) -> re.Pattern[str]:
    """A regular expression for any word of a list of ``words.toml``, but for one inside ``longer_words``."""
    return re.compile(any_word(name))


def told(text: str, name: str) -> bool:
    """Whether a folded text holds a word of a list of ``words.toml`` that is not inside ``longer_words``."""
    return listed(name).search(text) is not None


def number(text: str) -> int | None:
    """The number that digits, or Chinese numerals below a hundred, write; ``None`` where they write none."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not _CHINESE_NUMBER.fullmatch(text):
        return None
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return DIGITS[text] if len(text) == 1 else None
    if len(tens) > 1 or len(ones) > 1 or tens == "十":
        return None
    return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)


def sentence_start(text: str, position: int, longest: int) -> int:
    """Where the sentence before a position begins, but no more than so many characters before it."""
    begin = max(0, position - longest)
    return max([begin, *(match.end() for match in _SENTENCE_ENDS.finditer(text, begin, position))])


def sentence_end(text: str, position: int, longest: int) -> int:
    """Where the sentence after a position ends, but no more than so many characters after it."""
    end = _SENTENCE_ENDS.search(text, position, position + longest)
    return end.start() if end else position + longest


def between(places: Sequence[int], begin: int, end: int) -> Sequence[int]:
    """Of sorted places those from one up to another."""
    return places[bisect_left(places, begin) : bisect_left(places, end)]
