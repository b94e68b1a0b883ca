"""Where a post quotes somebody else, whose 我 is not the author's: 陈刚说：“我住…”, and the lines of a chat."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.persons.cues import is_a_label
from gaihe.serving.verdict.text import any_of, sentence_end, sentence_start, words

_WHOM = "(?:我们?|他们?|她们?|大家|了)*"
_CLOSING = {"“": "”", '"': '"', "「": "」", "『": "』"}
_LONGEST = 200
"""Characters at most from where a quotation opens to where it ends."""
_UP_TO_IT = 40
"""Characters at most from whom it is of to where it opens."""
_CLAUSE_BREAK = re.compile(r"[,;](?=[^,;]*$)")
_ADDRESSED = re.compile("您|还我|你(?:欠|骗|还|把|个|这|为什么)")
"""What tells that a name with a colon is who is written to: 陈刚：你欠我的钱…."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody else than the author who is quoted.

    Attributes:
        name: their name; ``None`` of somebody who is not named there.
        relation: who they are to somebody, of whom no name is given: 我[老公], 房东.
        mine: whether it is to the author.
    """

    name: Entity | None = None
    relation: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Quotation:
    """What somebody else than the author is quoted as saying.

    Attributes:
        start, end: offsets in the text.
        speaker: who says it.
    """

    start: int
    end: int
    speaker: Speaker


class Quotations:
    """The quotations of a post.

    Args:
        text: the post, folded.
        entities: its entities in text order.
    """

    def __init__(self, text: str, entities: Sequence[Entity]) -> None:
        self._text = text
        self._names = [entity for entity in entities if entity.type == EntityType.NAME]
        self._starts = [name.start for name in self._names]
        self._all = sorted([*self._said(), *self._lines_of_a_chat()], key=lambda quotation: quotation.start)

    def at(self, position: int) -> Quotation | None:
        """The quotation that a position stands in, the one that opened last."""
        last = bisect_right(self._all, position, key=lambda quotation: quotation.start) - 1
        return self._all[last] if last >= 0 and position < self._all[last].end else None

    def _said(self) -> Iterator[Quotation]:
        """In quotation marks after a word of speech or a colon, or after both: 陈刚说“…”, 他发朋友圈：…."""
        end = 0
        for match in _opening().finditer(self._text):
            if match.start() < end:
                continue
            mark = match["mark"]
            closed = self._text.find(_CLOSING[mark], match.end(), match.end() + _LONGEST) if mark else -1
            end = closed if closed >= 0 else sentence_end(self._text, match.end(), _LONGEST)
            if speaker := self._speaker(match.start()):
                yield Quotation(match.end(), end, speaker)

    def _speaker(self, position: int) -> Speaker | None:
        """Who speaks up to a position; ``None`` of the author and where nobody does."""
        sentence = sentence_start(self._text, position, _UP_TO_IT)
        broken = _CLAUSE_BREAK.search(self._text, sentence, position)
        for begin in (broken.end() if broken else sentence, sentence):
            word, name = _somebody().search(self._text, begin, position), self._next_name(begin, position)
            if word is None:
                if name:
                    return Speaker(name)
                continue
            called = self._next_name(word.end(), position)
            if called and called.start == word.end() and not word["author"]:
                return Speaker(called)
            if name and name.start < word.start() and not self._tells_whose(name, word):
                return Speaker(name)
            relation = word["relation"] or word["short"] or ""
            return None if word["author"] else Speaker(relation=relation, mine=word["mine"] is not None)
        return None

    def _next_name(self, begin: int, position: int) -> Entity | None:
        """The first name from a place on, if it ends before another."""
        place = bisect_left(self._starts, begin)
        name = self._names[place] if place < len(self._names) else None
        return name if name and name.end <= position else None

    def _tells_whose(self, name: Entity, word: re.Match[str]) -> bool:
        """Whether a name only tells whose relative speaks: 陈刚的老婆说, 陈刚他妈说; not 陈刚老师说."""
        gap = self._text[name.end : word.start()]
        related = word["relation"] or word["short"]
        return bool(related) and (gap == "的" or (gap == "" and word[0] not in words("ties")))

    def _lines_of_a_chat(self) -> Iterator[Quotation]:
        """Lines that begin with who says them: 陈刚：我…."""
        for name in self._names:
            begin = sentence_start(self._text, name.start, _UP_TO_IT)
            if not is_a_label(self._text, name) or not _alone().fullmatch(self._text, begin, name.start):
                continue
            line = self._text.find("\n", name.end, name.end + _LONGEST)
            end = line if line >= 0 else min(name.end + _LONGEST, len(self._text))
            if not _ADDRESSED.search(self._text, name.end, end):
                yield Quotation(name.end, end, Speaker(name))


@cache
def _opening() -> re.Pattern[str]:
    said = any_of(words("speech")) + _WHOM
    return re.compile(rf"(?:{said}[:,]?|:)\s?(?P<mark>[“\"「『])|{said}:")


@cache
def _somebody() -> re.Pattern[str]:
    """The author as who speaks, or a word for another; not 对我说, 告诉房东 or 家长您好."""
    relation, short = any_of(words("relations") + words("ties")), any_of(words("short_relations"))
    return re.compile(
        rf"(?<![给对向跟和被骗打骂诉])(?:(?P<mine>我|俺|本人)们?家?的?|[他她]家?的?|(?<![我俺们家他她])(?<![我俺他她]的))"
        rf"(?:(?P<relation>{relation})|(?<=[我俺人他她])(?P<short>{short}))(?![您你们])"
        rf"|(?<![给对向跟和被骗打骂])(?P<author>{any_of(words('author'))})|{any_of(words('others'))}"
    )


@cache
def _alone() -> re.Pattern[str]:
    return re.compile(rf"\s*{any_of(words('others'))}?")
