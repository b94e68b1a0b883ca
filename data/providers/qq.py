"""QQ numbers and QQ group numbers.

Source: five to eleven digits, assigned in sequence; the shares of the lengths are judgements.
"""

from __future__ import annotations

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import ValueProvider

_PERSON_LENGTH = Weighted({5: 0.5, 6: 1.5, 7: 3, 8: 9, 9: 34, 10: 51, 11: 1})
_GROUP_LENGTH = Weighted({6: 2, 7: 4, 8: 12, 9: 72, 10: 10})


class QQProvider(ValueProvider):
    """Numbers of Tencent QQ, without any grouping, as everyone writes them."""

    def qq(self) -> str:
        """A person's QQ number."""
        return self._number(_PERSON_LENGTH.pick(self.random))

    def qq_group(self) -> str:
        """The number of a QQ group."""
        return self._number(_GROUP_LENGTH.pick(self.random))

    def _number(self, length: int) -> str:
        first = self.random.choice("1223" if length >= 10 else "123456789")
        return first + self.digits(length - 1)
