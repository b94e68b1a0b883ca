"""Text with tags of HTML as a reader sees it, and back: what is redacted in it leaves the tags whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product, takewhile

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
    r"""<!--|--> | <\\*+/?([a-zA-Z][a-zA-Z0-9]*+)(?=[\s/\\>]) [^<>"'\u0080-\U0010ffff]*+
    (?: (?:"[^"]*+"|'[^']*+') [^<>"'\u0080-\U0010ffff]*+ )*+ >""",
    re.VERBOSE,
)
_LOOKS = "align|bgcolor|border|class|color|dir|face|height|lang|rel|size|style|target|valign|width"
_BARE = re.compile(
    rf"""<\\*/?[a-zA-Z0-9]+(?:\s+(?:{_LOOKS})\s*=\s*(?:"[ !#-~]*"|'[ -&(-~]*'|[^\s"'<>=]+))*\s*\\*/?>""", re.IGNORECASE
)
"""A tag without attributes, or with such as say how it looks."""
_VALUE = re.compile(r""""([^"]*)"|'([^']*)'|(?<==)([^\s"'<>=]+)""")
_NUMBER = re.compile(r"\d{5}")
_MARK, _DIGITS = "\u2061", "\u2062\u2063\u2064"
"""Characters that recognisers pass over: they stand in the place of a tag and tell which it is."""
_MARKS = frozenset(_MARK + _DIGITS)
_MARKED = re.compile(f"{_MARK}[{_DIGITS}]+")


class Markup:
    """A text with its tags taken out.

    Values of attributes stay in the text, between line breaks; tags within a line leave nothing that is seen.

    Args:
        text: the text.

    Attributes:
        text: the text to redact.
    """

    def __init__(self, text: str) -> None:
        found = [] if "<" not in text or not _MARKS.isdisjoint(text) else list(_taken(text))
        self._tags = [text[start:end] for start, end, _ in found]
        self._breaks = [breaks for _, _, breaks in found]
        width = 1
        while len(_DIGITS) ** width < len(found):
            width += 1
        self._numbers: dict[str, int] = {}
        pieces, position = [], 0
        for (start, end, breaks), digits in zip(found, product(_DIGITS, repeat=width), strict=False):
            mark = _MARK + "".join(digits)
            self._numbers[mark] = len(self._numbers)
            pieces += [text[position:start], "\n" if breaks else "", mark]
            position = end
        self.text = "".join([*pieces, text[position:]])

    def with_tags(self, shown: str, given: str) -> str:
        """The redacted text with its tags.

        Args:
            shown: what became of the text to redact.
            given: what was redacted: `text`, or that with its escaped characters written out.

        Raises:
            ValueError: the order of the text's parts has changed.
        """
        if not self._tags:
            return shown
        before = dict(self._parts(given))
        pieces, following = [], 0
        for number, part in self._parts(shown):
            if number < following:
                raise ValueError("the parts of a redacted text are in another order")
            lost = self._tags[following:number]
            cut = len(part) - (_common_end(part, before.get(number, "")) if lost else 0)
            pieces += [part[:cut], *lost, part[cut:], *self._tags[number : number + 1]]
            following = number + 1
        return "".join(pieces).translate(dict.fromkeys(map(ord, _MARKS)))

    def _parts(self, text: str) -> Iterator[tuple[int, str]]:
        """What stands before each tag, and at last behind them, with the number of the tag."""
        position = 0
        for mark in _MARKED.finditer(text):
            number = self._numbers.get(mark[0])
            if number is not None:
                end = mark.start()
                yield number, text[position : end - (self._breaks[number] and text[position:end].endswith("\n"))]
                position = mark.end()
        yield len(self._tags), text[position:]


def _common_end(one: str, other: str) -> int:
    """How many characters two texts end with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(reversed(one), reversed(other), strict=False)))


def _taken(text: str) -> Iterator[tuple[int, int, bool]]:
    """The ranges of a text that are tags, or parts of tags around values; and whether the text breaks there."""
    for tag in _TAG.finditer(text):
        inline = tag[1] is not None and _INLINE.fullmatch(tag[1]) is not None
        if not inline and tag[1] is not None and _BLOCK.fullmatch(tag[1]) is None:
            continue
        if tag[1] is None or _BARE.fullmatch(tag[0]):
            yield tag.start(), tag.end(), not inline
        elif not _NUMBER.search(_VALUE.sub("", tag[0])):
            start = tag.start()
            for value in _VALUE.finditer(tag[0]):
                first, last = value.span(value.lastindex or 0)
                yield start, tag.start() + first, True
                start = tag.start() + last
            yield start, tag.end(), True
