"""Characters as tokens: one Unicode code point, one id, by a single table look-up."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CODE_POINTS = sys.maxunicode + 1
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
        code_points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        return self._table[code_points]

    def tokens(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """Ids of texts of one length, each between start and end, shape ``(texts, length + 2)``."""
        coded = (_END + _START).join([text.encode("utf-32-le", "surrogatepass") for text in texts])
        code_points = np.frombuffer(_START + coded + _END, dtype=np.uint32)
        return self._table[code_points].reshape(len(texts), -1)


def _assign(table: NDArray[np.int32], ids: Mapping[str, int]) -> None:
    characters = "".join(ids)
    code_points = np.frombuffer(characters.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    table[code_points] = np.fromiter(ids.values(), dtype=np.int32, count=len(ids))
