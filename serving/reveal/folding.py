"""Folding that holds for every type: keycaps, styled digits and letters, invisible characters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from gaihe.serving.core.invisible import INVISIBLE
from gaihe.serving.core.schema import NoiseKind
from gaihe.serving.reveal.tables import digit_of, simplified, whole_radicals

_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_SQUARED = (0x1F150, 0x1F170)
"""First of the white letters in black circles and squares."""
_ORDINARY = re.compile("[\x00-\x7f\u3400-\u9fff]*")
_COUNTED = {chr(0x2460 + number - 1): str(number) for number in range(10, 21)}


@cache
def plain(character: str) -> str:
    """The ASCII digits or letter that a styled character stands for, else the character itself."""
    if character.isascii():
        return character
    digits = digit_of().get(character) or _COUNTED.get(character)
    if digits:
        return digits
    for start in _SQUARED:
        if 0 <= ord(character) - start < 26:
            return chr(ord("A") + ord(character) - start)
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 and folded.isascii() and folded.isalnum() else character


def ordinary(text: str) -> bool:
    """Whether a text holds nothing but ASCII and ideographs, which no folding changes."""
    return _ORDINARY.fullmatch(text) is not None


def fold(text: str, kinds: set[NoiseKind]) -> str:
    """Fold styled digits and letters to ASCII and drop invisible characters, noting what was found in ``kinds``.

    A variation selector or joiner that belongs to an emoji is dropped without note, and radicals, which come from PDF
    files, become characters without note.
    """
    if ordinary(text):
        return text
    text = text.translate(whole_radicals())
    unkeyed = _KEYCAP.sub(r"\1", text)
    shown: list[str] = []
    for character in unkeyed:
        if character not in INVISIBLE:
            shown.append(character)
        elif not (shown and character in "\ufe0f\ufe0e\u200d" and _is_pictograph(shown[-1])):
            kinds.add(NoiseKind.ZERO_WIDTH)
    folded = [plain(character) for character in shown]
    if unkeyed != text or folded != shown:
        kinds.add(NoiseKind.UNICODE_DIGIT)
    return "".join(folded)


def simplify(text: str, kinds: set[NoiseKind]) -> str:
    """Turn traditional characters into simplified ones, one for one, noting it in ``kinds``."""
    result = text.translate(simplified())
    if result != text:
        kinds.add(NoiseKind.TRADITIONAL)
    return result


def _is_pictograph(character: str) -> bool:
    return unicodedata.category(character) in {"So", "Sk"} or character in "‼⁉"
