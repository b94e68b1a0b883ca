"""How much of a corpus says the same again: copies, near copies, and n-grams that come back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from datasketch import MinHash, MinHashLSH

SHINGLE = 4
SIMILAR = 0.8
SHORTEST = 12
_PERMUTATIONS = 64
_SEED = 1
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies among posts.

    Attributes:
        posts: how many posts were compared.
        exact: posts whose text, white space aside, an earlier one has.
        near: further posts that share at least `SIMILAR` of their 4-grams (Jaccard) with an earlier one.
        examples: some near copies, the earlier post first.
    """

    posts: int
    exact: int
    near: int
    examples: tuple[tuple[str, str], ...]


def _plain(text: str) -> str:
    return _SPACE.sub("", text)


def shingles(text: str) -> frozenset[str]:
    """The distinct 4-grams of a text without its white space; a shorter text is its own."""
    plain = _plain(text)
    return frozenset(plain[at : at + SHINGLE] for at in range(max(len(plain) - SHINGLE + 1, 1)))


def _similarity(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / len(left | right)


class _Index:
    """Finds posts like one seen before; what the hashes propose is compared in full."""

    def __init__(self) -> None:
        self._exact: set[str] = set()
        self._lsh = MinHashLSH(threshold=SIMILAR - 0.1, num_perm=_PERMUTATIONS)
        self._texts: list[str] = []

    def seen(self, text: str) -> bool:
        return _plain(text) in self._exact

    def similar(self, text: str) -> str | None:
        """An indexed text that shares enough 4-grams; posts under `SHORTEST` characters have none."""
        if len(_plain(text)) < SHORTEST:
            return None
        mine = shingles(text)
        found = (self._texts[number] for number in self._lsh.query(_sketch(mine)))
        return next((other for other in found if _similarity(mine, shingles(other)) >= SIMILAR), None)

    def add(self, text: str) -> None:
        self._exact.add(_plain(text))
        self._lsh.insert(len(self._texts), _sketch(shingles(text)))
        self._texts.append(text)


def _sketch(parts: frozenset[str]) -> MinHash:
    sketch = MinHash(num_perm=_PERMUTATIONS, seed=_SEED, hashfunc=crc32)
    sketch.update_batch([part.encode("utf-8", "surrogatepass") for part in parts])
    return sketch


def copies_within(texts: Iterable[str], examples: int = 10) -> Copies:
    """Copies of earlier posts in a run of posts."""
    index = _Index()
    return _count(_compared(texts, index, grow=True), examples)


def copies_of(texts: Sequence[str], others: Iterable[str], examples: int = 10) -> Copies:
    """Posts of ``others`` that are copies of one of ``texts``."""
    index = _Index()
    for text in texts:
        if not index.seen(text):
            index.add(text)
    return _count(_compared(others, index, grow=False), examples)


def _compared(texts: Iterable[str], index: _Index, grow: bool) -> Iterator[tuple[str, bool, str | None]]:
    for text in texts:
        if index.seen(text):
            yield text, True, None
            continue
        yield text, False, index.similar(text)
        if grow:
            index.add(text)


def _count(compared: Iterable[tuple[str, bool, str | None]], examples: int) -> Copies:
    posts = exact = near = 0
    shown: list[tuple[str, str]] = []
    for text, same, other in compared:
        posts += 1
        exact += same
        if other is not None:
            near += 1
            if len(shown) < examples:
                shown.append((other, text))
    return Copies(posts, exact, near, tuple(shown))


def distinct_ngrams(texts: Iterable[str], characters: int) -> float:
    """Distinct 4-grams of the first so many characters of text, as a share of all 4-grams there."""
    seen: set[str] = set()
    total = read = 0
    for text in texts:
        if read >= characters:
            break
        read += len(text)
        for at in range(len(text) - SHINGLE + 1):
            seen.add(text[at : at + SHINGLE])
            total += 1
    return len(seen) / max(total, 1)
