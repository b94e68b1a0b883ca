"""Characters as tokens: one Unicode code point, one id, by a single table look-up."""

from __future__ import annotations

import sys
import unicodedata
from codecs import utf_32_le_encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CODE_POINTS = sys.maxunicode + 1
_CODE_POINT = np.dtype("<i4")
_START, _END = ((CODE_POINTS + place).to_bytes(4, "little") for place in range(2))
"""Start and end of a text as code points that no text has."""


def fold(character: str) -> str:
    """Fold one code point to one code point: white space to a space, else NFKC where that yields a single one."""
    if character.isspace():
        return " "
    normal = unicodedata.normalize("NFKC", character)
    return normal if len(normal) == 1 else character


def folded_characters(entries: Sequence[str]) -> dict[str, str]:
    """Every code point that reaches an entry only by folding, or by lower case where folding alone does not.

    The result depends on the Unicode version of the running Python, so a model carries the mapping
    that it was made with.
    """
    known = {entry for entry in entries if len(entry) == 1}
    folded: dict[str, str] = {}
    for code_point in range(CODE_POINTS):
        character = chr(code_point)
        target = fold(character)
        if target not in known and len(target.lower()) == 1:
            target = target.lower()
        if target != character and target in known:
            folded[character] = target
    return folded


@dataclass(frozen=True)
class SpecialIds:
    """Ids of the entries that are not characters."""

    padding: int
    unknown: int
    start: int
    end: int


class Vocabulary:
    """Maps text to ids.

    Args:
        entries: the entries by id; special ones are longer than a character.
        folded: code point to entry, as `folded_characters` gives it.
        special: the ids of padding, unknown, start and end.
    """

    def __init__(self, entries: Sequence[str], folded: Mapping[str, str], special: SpecialIds) -> None:
        self.entries = tuple(entries)
        self.folded = dict(folded)
        self.special = special
        ids = {entry: number for number, entry in enumerate(entries) if len(entry) == 1}
        table = np.full(CODE_POINTS + 2, special.unknown, dtype=np.int32)
        _assign(table, ids)
        _assign(table, {source: ids[target] for source, target in folded.items()})
        table[CODE_POINTS:] = special.start, special.end
        self._table = table

    def __len__(self) -> int:
        return len(self.entries)

    def encode(self, text: str) -> NDArray[np.int32]:
        """Ids of the text's code points, shape ``(len(text),)``, without start and end."""
        return self._table.take(_code_points(text))

    def tokens(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """Ids of texts of one length, each between start and end, shape ``(texts, length + 2)``."""
        coded = (_END + _START).join([utf_32_le_encode(text, "surrogatepass")[0] for text in texts])
        return self._table.take(np.frombuffer(_START + coded + _END, _CODE_POINT)).reshape(len(texts), -1)


def _assign(table: NDArray[np.int32], ids: Mapping[str, int]) -> None:
    table[_code_points("".join(ids))] = np.fromiter(ids.values(), dtype=np.int32, count=len(ids))


def _code_points(text: str) -> NDArray[np.int32]:
    return np.frombuffer(utf_32_le_encode(text, "surrogatepass")[0], _CODE_POINT)
