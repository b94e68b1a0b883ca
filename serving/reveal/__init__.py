"""Undoing disguises: from the surface of a span, as posted, to the value as everyone would write it."""

from __future__ import annotations

from typing import NamedTuple

from gaihe.serving.core.schema import NoiseKind
from gaihe.serving.reveal.accounts import reveal_account
from gaihe.serving.reveal.dates import reveal_date, undisguised_date
from gaihe.serving.reveal.folding import fold
from gaihe.serving.reveal.numbers import CROSS_ROW, reveal_number
from gaihe.serving.reveal.plans import AccountPlan, DatePlan, NamePlan, NumberPlan, PlacePlan, Plan, WrittenPlan
from gaihe.serving.reveal.tables import simplified
from gaihe.serving.reveal.words import reveal_name, reveal_place, undisguised_words

LONGEST_SURFACE = 256
"""Characters beyond which a span is not judged: no value has so many, whatever stands between its characters, and the
work on a span stays bounded. The longest disguise that the generator writes has half of them."""

__all__ = ["LONGEST_SURFACE", "Revealed", "reveal"]

_ORDER = {kind: place for place, kind in enumerate(NoiseKind)}


class Revealed(NamedTuple):
    """An undisguised surface, and the kinds of disguise that were found, in the order of ``NoiseKind``."""

    text: str
    kinds: tuple[NoiseKind, ...]


def reveal(text: str, plan: Plan) -> Revealed:
    """Undo what can be undone of the disguise of a span that is known to be of a type with that plan.

    Everyday writing (``138-0013-8000``, 1998年3月5日, 湘A·12345, 买买提·艾力) comes back unchanged, with no kinds.
    Masked characters come back as ``*``; pinyin stays as it is, and so does what is longer than `LONGEST_SURFACE`.
    Never raises.
    """
    if len(text) > LONGEST_SURFACE or _undisguised(text, plan):
        return Revealed(text, ())
    kinds: set[NoiseKind] = set()
    plain = _undo(fold(text, kinds), plan, kinds)
    if not kinds or not plain:
        return Revealed(text, ())
    return Revealed(plain, tuple(sorted(kinds, key=_ORDER.__getitem__)))


def _undisguised(text: str, plan: Plan) -> bool:
    """Whether a value is at a glance written as everyone writes it; ``False`` says nothing."""
    if isinstance(plan, NumberPlan):
        return _undisguised_number(text, plan)
    if isinstance(plan, AccountPlan):
        return plan.undisguised.fullmatch(text) is not None
    return isinstance(plan, WrittenPlan) or undisguised_words(text, isinstance(plan, NamePlan))


def _undisguised_number(text: str, plan: NumberPlan) -> bool:
    if CROSS_ROW.search(text):
        return False
    if text.isascii() and text.isalnum():
        return plan.could_be(text)
    if isinstance(plan, DatePlan):
        return undisguised_date(text)
    if not text or "*" in text or text.translate(simplified()) != text:
        return False
    if plan.could_be(text):
        return True
    digits = "".join(filter(str.isalnum, text))
    return text.isascii() and text[0].isalnum() and plan.is_everyday(text) and plan.could_be(digits)


def _undo(text: str, plan: Plan, kinds: set[NoiseKind]) -> str:
    match plan:
        case DatePlan():
            return reveal_date(text, plan, kinds)
        case NumberPlan():
            return reveal_number(text, plan, kinds)
        case AccountPlan():
            return reveal_account(text, plan, kinds)
        case NamePlan():
            return reveal_name(text, kinds)
        case PlacePlan():
            return reveal_place(text, kinds)
        case WrittenPlan():
            return text
