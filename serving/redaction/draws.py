"""Choices that a key and a value decide: the same for the same, and without the key like chance."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


class Draws:
    """A row of choices.

    Source: HMAC (RFC 2104) with SHA-512 as a pseudorandom function; the 512 bits that it gives are used up from below,
    so that choices whose numbers multiply to less than 2^448 are as good as even.

    Args:
        key: what decides, with the value.
        value: what is drawn for.
        attempt: gives another row for the same value.
    """

    def __init__(self, key: bytes, value: str, attempt: int = 0) -> None:
        message = f"pseudonym\0{attempt}\0{value}".encode("utf-8", "surrogatepass")
        self._left = int.from_bytes(hmac.digest(key, message, "sha512"))

    def below(self, count: int) -> int:
        """A whole number from 0 to ``count`` - 1."""
        self._left, drawn = divmod(self._left, count)
        return drawn

    def of(self, items: Sequence[_Item]) -> _Item:
        """One of the items."""
        return items[self.below(len(items))]

    def digits(self, count: int) -> str:
        """Decimal digits."""
        return f"{self.below(10**count):0{count}}"
