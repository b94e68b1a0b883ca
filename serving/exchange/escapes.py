r"""Escapes for formats in which white space or line breaks have a meaning.

A backslash is written ``\\``; white space, control, invisible and private characters and lone surrogates are written
``\uXXXX`` or ``\UXXXXXXXX``. Whatever else follows a backslash stands for itself.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(\\|u[0-9a-fA-F]{4}|U000[0-9a-fA-F]{5}|U0010[0-9a-fA-F]{4})")


def escape(text: str) -> str:
    """The text in printable characters without white space."""
    if text.isprintable() and " " not in text and "\\" not in text:
        return text
    return "".join(map(_escaped, text))


def unescape(text: str) -> str:
    """The text that `escape` wrote."""
    return _ESCAPE.sub(lambda match: "\\" if match[1] == "\\" else chr(int(match[1][1:], 16)), text)


def _escaped(character: str) -> str:
    if character == "\\":
        return r"\\"
    if character.isprintable() and character != " ":
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
