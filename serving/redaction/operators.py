"""What can take the place of personal data, and how it is known again."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from gaihe.serving.core.schema import EntityType
from gaihe.serving.types import sheet_of

BAR = "█"
SHORTEST_KEY = 16
"""Bytes of the shortest key: with less, whoever knows what values look like can try them all."""
_TAG, _CHECK = 16, 4
"""Hexadecimal digits of a hash: of the value, and those by which the key's owner knows the hash again."""


class Operator(StrEnum):
    """What takes the place of a span."""

    MASK = "mask"
    """``138****8000``, ``张*``: the shape stays."""
    BAR = "bar"
    """``█`` for each character."""
    LABEL = "label"
    """``【姓名】``: the type."""
    REMOVE = "remove"
    """Nothing."""
    HASH = "hash"
    """``【姓名#3f…】``: the same for the same value under the same key; no way back."""
    PSEUDONYM = "pseudonym"
    """An invented value of the type; `restore` has the way back."""
    KEEP = "keep"
    """The span itself."""


def check_secret(key: bytes) -> None:
    """Refuse what is no key.

    Raises:
        TypeError: something that is not bytes.
        ValueError: too few of them.
    """
    if not isinstance(key, bytes):
        raise TypeError(f"a key is bytes, not {type(key).__name__}; of a text: key.encode()")
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"a key must have {SHORTEST_KEY} bytes or more, not {len(key)}")


def label(kind: EntityType, brackets: str) -> str:
    """The type's Chinese name between two brackets."""
    return f"{brackets[0]}{sheet_of(kind).chinese}{brackets[1]}"


def hashed(kind: EntityType, value: str, key: bytes, brackets: str) -> str:
    """The keyed hash of a canonical value, with a check that only the key's owner can make."""
    tag = _digest(key, b"hash", value)[:_TAG]
    return f"{brackets[0]}{sheet_of(kind).chinese}#{tag}{_digest(key, b'check', tag)[:_CHECK]}{brackets[1]}"


def placed(text: str, kinds: Iterable[EntityType], key: bytes | None) -> list[tuple[int, int]]:
    """Where labels stand in a text, bars, and hashes made with the key: they hold nobody's data.

    Args:
        text: the text.
        kinds: types that are neither built in nor installed, but have labels too.
        key: that of the hashes; without it none is known again.
    """
    pattern = _pattern(frozenset(kinds) | frozenset(EntityType))
    return [match.span() for match in pattern.finditer(text) if match["tag"] is None or _made(match, key)]


@cache
def _pattern(kinds: frozenset[EntityType]) -> re.Pattern[str]:
    names = "|".join(sorted({re.escape(sheet_of(kind).chinese) for kind in kinds}))
    return re.compile(
        rf"(?:\[|【)(?:{names})(?:#(?P<tag>[0-9a-f]{{{_TAG}}})(?P<check>[0-9a-f]{{{_CHECK}}}))?(?:\]|】)|{BAR}+"
    )


def _made(match: re.Match[str], key: bytes | None) -> bool:
    return key is not None and hmac.compare_digest(match["check"], _digest(key, b"check", match["tag"])[:_CHECK])


def _digest(key: bytes, purpose: bytes, value: str) -> str:
    return hmac.digest(key, purpose + b"\0" + value.encode("utf-8", "surrogatepass"), "sha256").hex()
