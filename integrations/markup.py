"""Text with tags of HTML as a reader sees it, and back: what is redacted in it leaves the tags whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product, takewhile
from typing import NamedTuple

_INLINE = re.compile(
    "a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|label|mark|nobr|q|rp|rt|ruby|"
    "s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    "address|article|aside|audio|blockquote|body|br|button|caption|center|col|colgroup|dd|details|"
    "dialog|div|dl|dt|fieldset|figcaption|figure|footer|form|h1|h2|h3|h4|h5|h6|head|header|hr|"
    "html|iframe|img|input|legend|li|link|main|meta|nav|noscript|ol|optgroup|option|p|picture|"
    "pre|script|section|select|source|style|summary|svg|table|tbody|td|textarea|tfoot|th|thead|"
    "title|tr|ul|video",
    re.IGNORECASE,
)
"""Elements at whose tags a text begins anew."""
_TAG = re.compile(
    r"""<\\*+/?([a-zA-Z][a-zA-Z0-9]*+)(?=[\s/\\>]) [^<>"'\u0080-\U0010ffff]*+
    (?: (?:"[^"]*+"|'[^']*+') [^<>"'\u0080-\U0010ffff]*+ )*+ >""",
    re.VERBOSE,
)
_TAG_OR_COMMENT = re.compile(
    rf"{_TAG.pattern} | <!-- (?: -?> | \s*+--> | (?P<content>.*?) (?:--!?>|\Z) )", re.VERBOSE | re.DOTALL
)
"""A comment without content has none that is named."""
_LOOKS = "align|bgcolor|border|class|color|dir|face|height|lang|rel|size|style|target|valign|width"
_BARE = re.compile(
    rf"""<\\*/?[a-zA-Z0-9]+(?:\s+(?:{_LOOKS})\s*=\s*(?:"[ !#-~]*"|'[ -&(-~]*'|[^\s"'<>=]+))*\s*\\*/?>""", re.IGNORECASE
)
"""A tag without attributes, or with such as say how it looks."""
_VALUE = re.compile(r""""([^"]*)"|'([^']*)'|(?<==)([^\s"'<>=]+)""")
_WITHIN, _VALUE_GOES_ON = re.compile(r"(?<=[\w@.+-])", re.ASCII), re.compile(r"[\w@.+-]", re.ASCII)
"""Where a number or an address has begun, and where it goes on."""
_NUMBER = re.compile(r"\d{5}")
_MARK, _DIGITS = "\u2061", "\u2062\u2063\u2064"
"""Characters that recognisers pass over: they stand in the place of a tag and tell which it is."""
_MARKS = frozenset(_MARK + _DIGITS)
_MARKED = re.compile(f"{_MARK}[{_DIGITS}]+")


class Markup:
    """A text with its tags taken out.

    Values of attributes and the contents of comments stay in the text, between line breaks; tags within a line leave
    nothing that is seen. The content of a comment amid a number or an address comes behind all else.

    Args:
        text: the text.

    Attributes:
        text: the text to redact.
    """

    def __init__(self, text: str) -> None:
        found = [] if "<" not in text or not _MARKS.isdisjoint(text) else list(_taken(text))
        found.append(_Taken(len(text), len(text), breaks=True))
        begins = [0, *(tag.end for tag in found)]
        self._order = sorted(range(len(found)), key=lambda place: found[place].commented)
        self._tags = [text[found[place].start : found[place].end] for place in self._order]
        self._breaks = [found[place].breaks for place in self._order]
        width = 1
        while len(_DIGITS) ** width < len(found):
            width += 1
        self._numbers: dict[str, int] = {}
        pieces = list[str]()
        for place, digits in zip(self._order, product(_DIGITS, repeat=width), strict=False):
            mark = _MARK + "".join(digits)
            self._numbers[mark] = len(self._numbers)
            pieces += [text[begins[place] : found[place].start], "\n" if found[place].breaks else "", mark]
        self.text = "".join(pieces[:-2])

    def with_tags(self, shown: str, given: str) -> str:
        """The redacted text with its tags.

        Args:
            shown: what became of the text to redact.
            given: what was redacted: `text`, or that with its escaped characters written out.

        Raises:
            ValueError: the order of the text's parts has changed.
        """
        if len(self._tags) == 1:
            return shown
        before = dict(self._parts(given))
        parts, following = [""] * len(self._tags), 0
        for number, part in self._parts(shown):
            if number < following:
                raise ValueError("the parts of a redacted text are in another order")
            cut = len(part) - (_common_end(part, before.get(number, "")) if number > following else 0)
            parts[following] += part[:cut]
            parts[number] += part[cut:]
            following = number + 1
        pieces = dict(zip(self._order, map("".join, zip(parts, self._tags, strict=True)), strict=True))
        return "".join(pieces[place] for place in range(len(pieces))).translate(dict.fromkeys(map(ord, _MARKS)))

    def _parts(self, text: str) -> Iterator[tuple[int, str]]:
        """What stands before each tag, with its number; at last what stands before the tag without a mark."""
        position = 0
        for mark in _MARKED.finditer(text):
            number = self._numbers.get(mark[0])
            if number is not None:
                end = mark.start()
                yield number, text[position : end - (self._breaks[number] and text[position:end].endswith("\n"))]
                position = mark.end()
        yield len(self._tags) - 1, text[position:]


def _common_end(one: str, other: str) -> int:
    """How many characters two texts end with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(reversed(one), reversed(other), strict=False)))


class _Taken(NamedTuple):
    """A range of a text that is a tag, or part of one around a value.

    Attributes:
        breaks: whether the text breaks there.
        commented: whether what stands before it is in a comment amid a value.
    """

    start: int
    end: int
    breaks: bool
    commented: bool = False


def _taken(text: str) -> Iterator[_Taken]:
    """The tags of a text, and the two ends of each comment."""
    for found in _TAG_OR_COMMENT.finditer(text):
        if found[1] is not None:
            yield from _parts_of_tag(found)
        elif found["content"] is None:
            yield _Taken(found.start(), found.end(), breaks=False)
        else:
            start, end = found.span("content")
            parts = (
                _WITHIN.match(text, found.start()) is not None and _VALUE_GOES_ON.match(text, found.end()) is not None
            )
            yield _Taken(found.start(), start, breaks=not parts)
            for tag in _TAG.finditer(text, start, end):
                yield from (part._replace(commented=parts) for part in _parts_of_tag(tag))
            yield _Taken(end, found.end(), breaks=True, commented=parts)


def _parts_of_tag(tag: re.Match[str]) -> Iterator[_Taken]:
    inline = _INLINE.fullmatch(tag[1]) is not None
    if not inline and _BLOCK.fullmatch(tag[1]) is None:
        return
    if _BARE.fullmatch(tag[0]):
        yield _Taken(tag.start(), tag.end(), not inline)
    elif not _NUMBER.search(_VALUE.sub("", tag[0])):
        start = tag.start()
        for value in _VALUE.finditer(tag[0]):
            first, last = value.span(value.lastindex or 0)
            yield _Taken(start, tag.start() + first, breaks=True)
            start = tag.start() + last
        yield _Taken(start, tag.end(), breaks=True)
