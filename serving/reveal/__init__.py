"""Undoing disguises: from the surface of a span, as posted, to the value as everyone would write it."""

from __future__ import annotations

from typing import NamedTuple

from gaihe.serving.core.schema import EntityType, NoiseKind
from gaihe.serving.reveal.accounts import reveal_account, undisguised_account
from gaihe.serving.reveal.dates import reveal_date, undisguised_date
from gaihe.serving.reveal.folding import fold
from gaihe.serving.reveal.numbers import reveal_number
from gaihe.serving.reveal.plans import NUMBER_TYPES, everyday, plausible
from gaihe.serving.reveal.tables import simplified
from gaihe.serving.reveal.words import reveal_name, reveal_place, undisguised_words

WORD_TYPES = frozenset({EntityType.NAME, EntityType.ADDRESS, EntityType.SCHOOL, EntityType.WORKPLACE})

LONGEST_SURFACE = 256
"""Characters beyond which a span is not judged: no value has so many, whatever stands between its characters, and the
work on a span stays bounded. The longest disguise that the generator writes has half of them."""

__all__ = ["LONGEST_SURFACE", "WORD_TYPES", "Revealed", "reveal", "undo"]

_ORDER = {kind: place for place, kind in enumerate(NoiseKind)}


class Revealed(NamedTuple):
    """An undisguised surface, and the kinds of disguise that were found, in the order of ``NoiseKind``."""

    text: str
    kinds: tuple[NoiseKind, ...]


def reveal(text: str, type: EntityType) -> Revealed:
    """Undo what can be undone of the disguise of a span that is known to be of the type.

    Everyday writing (``138-0013-8000``, 1998年3月5日, 湘A·12345, 买买提·艾力) comes back unchanged, with no kinds.
    Masked characters come back as ``*``; pinyin stays as it is, and so does what is longer than `LONGEST_SURFACE`.
    Never raises.
    """
    if len(text) > LONGEST_SURFACE or _undisguised(text, type):
        return Revealed(text, ())
    return undo(text, type)


def undo(text: str, type: EntityType) -> Revealed:
    """What `reveal` does with a surface that is not undisguised at a glance; the same for all others, but slower."""
    kinds: set[NoiseKind] = set()
    plain = _undo(fold(text, kinds), type, kinds)
    if not kinds or not plain:
        return Revealed(text, ())
    return Revealed(plain, tuple(sorted(kinds, key=_ORDER.__getitem__)))


def _undisguised(text: str, type: EntityType) -> bool:
    """Whether a value is at a glance written as everyone writes it; ``False`` says nothing."""
    if type in WORD_TYPES:
        return undisguised_words(text, type is EntityType.NAME)
    if type not in NUMBER_TYPES:
        return undisguised_account(text, type)
    if text.isascii() and text.isalnum():
        return plausible(text, type)
    if type is EntityType.BIRTH_DATE:
        return undisguised_date(text)
    if not text or "*" in text or text.translate(simplified()) != text:
        return False
    if plausible(text, type):
        return True
    digits = "".join(filter(str.isalnum, text))
    return text.isascii() and text[0].isalnum() and everyday(text, type) and plausible(digits, type)


def _undo(text: str, type: EntityType, kinds: set[NoiseKind]) -> str:
    if type is EntityType.BIRTH_DATE:
        return reveal_date(text, kinds)
    if type in NUMBER_TYPES:
        return reveal_number(text, type, kinds)
    if type is EntityType.NAME:
        return reveal_name(text, kinds)
    if type in (EntityType.EMAIL, EntityType.WECHAT, EntityType.ACCOUNT):
        return reveal_account(text, type, kinds)
    return reveal_place(text, kinds)
