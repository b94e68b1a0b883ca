"""A text as its letters and digits alone, in which a value is found in any writing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from gaihe.serving.reveal.folding import plain as unstyled
from gaihe.serving.reveal.tables import emoji_digits, homophone_digits, lookalike_digits, numeral_digits
from gaihe.serving.verdict.listed import bare

_LINE_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")
_SENTENCE_MARKS = frozenset('，。！？；：、…,!?;（）()【】[]《》<>「」『』“”"')
_BETWEEN_DIGITS = frozenset("-. ")


def lettered(text: str, read: Callable[[str], str]) -> tuple[str, list[int]]:
    """What a text's characters are read as, one after another, and where in the text each of these signs stands.

    Args:
        text: the text.
        read: what a character is read as: nothing where it does not count.
    """
    signs = list(map(read, text))
    return "".join(signs), [place for place, read_as in enumerate(signs) for _ in read_as]


@cache
def letter(character: str) -> str:
    """A character as a letter or digit of any value, see `bare`."""
    return bare(character)


@cache
def phrase_letter(character: str) -> str:
    """The same, but that line breaks and the marks of sentences count: no value goes on after them."""
    return character if character in _LINE_BREAKS or character in _SENTENCE_MARKS else letter(character)


@cache
def digit(character: str) -> str:
    """The digit that a character writes, looks or sounds like; of others the letter, or the line break, that it is."""
    if character in _LINE_BREAKS:
        return character
    sign = unstyled(character)
    for table in (numeral_digits(), homophone_digits(), emoji_digits()):
        if sign in table:
            return table[sign]
    return lookalike_digits().get(sign, letter(sign)) if sign.isalnum() else ""


def is_whole(text: str, start: int, end: int, *, grouped: bool) -> bool:
    """Whether a stretch of a text is no part of a longer ASCII word or number.

    Args:
        text: the text.
        start: where the stretch begins.
        end: where it ends.
        grouped: whether digits with a hyphen, a point or a space between them are of one number.
    """
    before, after = text[max(0, start - 2) : start][::-1], text[end : end + 2]
    return not (_goes_on(text[start], before, grouped) or _goes_on(text[end - 1], after, grouped))


def amid_digits(text: str, start: int, end: int) -> bool:
    """Whether a digit stands right before or behind a stretch of a text that begins or ends with an ASCII sign."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return (_in_ascii_word(text[start]) and letter(before).isdigit()) or (
        _in_ascii_word(text[end - 1]) and letter(after).isdigit()
    )


def _goes_on(edge: str, beyond: str, grouped: bool) -> bool:
    """Whether a word's last character, looking out of it, and those beyond are of one word or number."""
    if not beyond or not _in_ascii_word(edge):
        return False
    if _in_ascii_word(beyond[0]):
        return True
    digits = edge + beyond[1:]
    return grouped and beyond[0] in _BETWEEN_DIGITS and len(digits) == 2 and digits.isdigit()


def _in_ascii_word(character: str) -> bool:
    sign = letter(character)
    return sign != "" and sign.isascii()
