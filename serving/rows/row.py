"""A row of a file, with the texts in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

ID = "id"
"""The field or column that names a row; where there is none, its line does."""
_ESCAPED = re.compile(r"[\udc80-\udcff]")


@dataclass(slots=True)
class Row:
    """A row that can be read.

    Attributes:
        place: where it stands, ``file, line N``.
        id: what it is called in results.
        texts: its texts.
        names: what each text is called: a path, a column; none of a post's own text.
        content: the row as its format holds it.
        undecoded: whether its texts hold bytes of the file that are not UTF-8.
    """

    place: str
    id: str
    texts: Sequence[str]
    names: Sequence[str] = ()
    content: Any = field(default=None, repr=False)
    undecoded: bool = False


@dataclass(slots=True)
class BadRow:
    """A row that cannot be read.

    Attributes:
        place: where it stands.
        reason: what is wrong with it; quotes nothing of it.
        content: the row as it stands in the file, in pieces.
        passing: whether the content is read only as it is taken, and gone when the next row is asked for.
    """

    place: str
    reason: str
    content: Iterable[bytes] = field(default=(), repr=False)
    passing: bool = False


def is_undecoded(texts: Iterable[str]) -> bool:
    """Whether texts that were decoded with ``surrogateescape`` hold bytes that are not UTF-8."""
    return any(_ESCAPED.search(text) for text in texts)


class RowWriter(Protocol):
    """Writes the rows of a file to another of its format."""

    def write(self, row: Row, texts: Sequence[str]) -> None:
        """Write a row with other texts; all else in it stays."""

    def write_bad(self, row: BadRow) -> None:
        """Write a row that could not be read, as it stood."""

    def flush(self) -> None:
        """Hand over what was written."""


class RowFile(Protocol):
    """A file of rows."""

    streams: bool
    """Whether a row can be read before the next one has come."""

    def rows(self) -> Iterator[Row | BadRow]:
        """The rows, in order.

        Raises:
            PostError: the file cannot be read.
        """

    def writer(self, path: str) -> AbstractContextManager[RowWriter]:
        """What writes the rows to a file, which appears only when complete; ``-`` is standard output."""
