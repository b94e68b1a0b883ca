"""Lines of text files, of which those that are too long are read in pieces."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import IO

from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import LONGEST_LINE, open_input, source_name

_PIECE = 1 << 20
TOO_LONG = f"the line is longer than {LONGEST_LINE} bytes"


def lines_of(path: str) -> Iterator[tuple[str, bytes | Iterator[bytes]]]:
    """The lines of a file, undecoded, each with its place, ``file, line N``; ``-`` is standard input.

    A line of more than `LONGEST_LINE` bytes is given in pieces, which are read from the file as they are taken, and
    only until the next line is asked for.

    Raises:
        PostError: the file cannot be read.
    """
    name = source_name(path)
    with _reading(name), open_input(path) as stream:
        for number in count(1):
            line = stream.readline(LONGEST_LINE + 1)
            if not line:
                return
            if len(line) <= LONGEST_LINE:
                yield f"{name}, line {number}", line
                continue
            pieces = _pieces(line, stream, name)
            yield f"{name}, line {number}", pieces
            deque(pieces, maxlen=0)


def _pieces(first: bytes, stream: IO[bytes], name: str) -> Iterator[bytes]:
    """A line that begins with a piece, in pieces."""
    piece = first
    with _reading(name):
        while piece:
            yield piece
            piece = b"" if piece.endswith(b"\n") else stream.readline(_PIECE)


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PostError(f"cannot read {name}: {error.strerror}") from None
