"""Small steps that the canonical forms of all types share."""

from __future__ import annotations

import re
from unicodedata import normalize

from gaihe.serving.reveal.folding import ordinary
from gaihe.serving.reveal.tables import whole_radicals

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Za-z*]")


def fold(text: str) -> str:
    """Fold full-width and other compatibility characters one to one; those without a single counterpart stay."""
    if ordinary(text):
        return text
    text = text.translate(whole_radicals())
    return "".join(folded if len(folded := normalize("NFKC", character)) == 1 else character for character in text)


def compact(text: str) -> str:
    """The folded text without any white space."""
    if text.isascii() and text.isalnum():
        return text
    return "".join(fold(text).split())


def alphanumeric(text: str) -> str:
    """The ASCII letters (as capitals), digits and mask characters ``*`` of the folded text."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _NOT_ALPHANUMERIC.sub("", compact(text)).upper()


def shaped(text: str, shape: re.Pattern[str]) -> str:
    """`alphanumeric` of the text where that has the shape; otherwise the text without white space."""
    value = alphanumeric(text)
    return value if shape.fullmatch(value) else compact(text)


def masked(value: str) -> bool:
    """Whether part of a canonical value is hidden by ``*``."""
    return "*" in value
