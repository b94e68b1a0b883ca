r"""Characters as JSON, HTML, Python and addresses write them: ``\u5f20``, ``&#24352;``, ``\xe5``, ``%E5``."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from html import unescape

DEEPEST = 8
"""How often what is escaped may be escaped again, where ways of writing are mixed."""
_HEX = "[0-9a-fA-F]"
_ESCAPE = re.compile(
    rf"""
    (?<!\\)\\++ (?: u([dD][89abAB]{_HEX}{{2}})\\++u([dD][c-fC-F]{_HEX}{{2}}) | u({_HEX}{{4}}) | U({_HEX}{{8}})
                  | u\{{({_HEX}{{1,6}})\}} )
    | &\#(?: 0*([0-9]{{1,7}})(?![0-9]) | [xX]0*({_HEX}{{1,6}})(?!{_HEX}) ) ;?
    | (&amp;)
    | ( (?<!\\)(?:\\++x{_HEX}{{2}})++ | (?:%{_HEX}{{2}})++ )
    """,
    re.VERBOSE,
)
_BYTE = re.compile(rf"(?:\\+x|%)({_HEX}{{2}})")
_CONTINUED = {"\\": re.compile(rf"\\*(?:u\{{?{_HEX}|U0|x{_HEX})"), "&": re.compile("#|amp;"), "%": re.compile(_HEX * 2)}
"""What comes after a character that begins an escape, where it begins one."""


def written_out(text: str) -> str:
    """The text with the characters that are escaped, however often, where they may be part of words and numbers.

    Raises:
        ValueError: they are escaped in more than `DEEPEST` mixed ways.
    """
    for _ in range(DEEPEST):
        plain = _ESCAPE.sub(_character, text)
        if plain == text:
            return text
        text = plain
    raise ValueError(f"characters are escaped more than {DEEPEST} times")


def _character(escape: re.Match[str]) -> str:
    high, low, unit, long, braced, decimal, hexadecimal, ampersand, octets = escape.groups()
    if octets:
        return _characters(escape)
    if high:
        shown = bytes.fromhex(high + low).decode("utf-16-be")
    elif decimal or hexadecimal:
        shown = unescape(f"&#{decimal};" if decimal else f"&#x{hexadecimal};")
    elif ampersand:
        shown = "&"
    else:
        number = int(unit or long or braced, 16)
        shown = chr(number) if number <= 0x10FFFF else ""
    return shown if _is_shown(shown, escape.string, escape.end()) else escape[0]


def _characters(escape: re.Match[str]) -> str:
    """The characters of a run of bytes; those that are none stay."""
    pieces = [piece[0] for piece in _BYTE.finditer(escape[0])]
    content = bytes(int(piece[-2:], 16) for piece in pieces)
    shown, place, end = [], 0, escape.start()
    for character, length in _decoded(content):
        written = "".join(pieces[place : place + length])
        place, end = place + length, end + len(written)
        shown.append(character if _is_shown(character, escape.string, end) else written)
    return "".join([*shown, *pieces[place:]])


def _decoded(content: bytes) -> Sequence[tuple[str, int]]:
    """The characters of bytes that may be cut off, with how many bytes each has."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(content)
        except UnicodeDecodeError:
            continue
        return [(character, len(character.encode(encoding))) for character in text]
    return [(chr(byte), 1) for byte in content]


def _is_shown(character: str, text: str, end: int) -> bool:
    """Whether a character is written out, before what comes at ``end``: others may be part of the markup."""
    if character in _CONTINUED:
        return _CONTINUED[character].match(text, end) is not None
    return character.isalnum() or character == " " or (character.isprintable() and not character.isascii())
