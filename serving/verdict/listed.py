"""Values that a policy lists, and whether a span is one of them, however it is written."""

from __future__ import annotations

from collections.abc import Iterable

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.types import sheet_of
from gaihe.serving.verdict.text import plain


class ListedValues:
    """Values that hold in any writing of their type: a number with its country code or without, a date in words.

    Args:
        values: the values as the policy gives them.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._values = frozenset(values)
        self._writings: dict[EntityType, frozenset[str]] = {}

    def hold(self, span: Entity) -> bool:
        """Whether a span is one of the values."""
        if not self._values:
            return False
        if (writings := self._writings.get(span.type)) is None:
            writings = self._writings[span.type] = self._written_as(span.type)
        return not writings.isdisjoint((bare(canonical_value(span)), bare(span.text)))

    def _written_as(self, kind: EntityType) -> frozenset[str]:
        """What `bare` gives of the values, as they were given and as a type writes them."""
        sheet = sheet_of(kind)
        canonical = [value for value in map(sheet.value, self._values) if sheet.valid(value) is not False]
        return frozenset(filter(None, map(bare, [*self._values, *canonical])))


def bare(value: str) -> str:
    """A value without its ways of writing: its letters and digits, folded to half-width, simplified small ones."""
    return "".join(filter(str.isalnum, plain(value))).casefold()


def canonical_value(span: Entity) -> str:
    """The canonical value of a span, worked out where it has none."""
    return sheet_of(span.type).value(span.text) if span.value is None else span.value
