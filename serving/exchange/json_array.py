"""A JSON array read one element at a time, so that an export of any size needs little memory."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import LONGEST_LINE, open_input, source_name

_CHUNK = 1 << 16
_WHITE = " \t\r\n"


class _Cursor:
    """A place in a text that is read in pieces."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream
        self._text = ""
        self._at = 0
        self._decoder = json.JSONDecoder()

    def _more(self) -> bool:
        piece = self._stream.read(max(_CHUNK, len(self._text) - self._at))
        self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)

    def peek(self) -> str:
        """The next character that is not white space, empty at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _WHITE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def skip(self) -> None:
        """Step over a character that was peeked at."""
        self._at += 1

    def value(self) -> Any:  # noqa: ANN401
        """The JSON value that begins here; an object, array or string, whose end is part of it.

        Raises:
            PostError: it is longer than `LONGEST_LINE`.
        """
        self.peek()
        while True:
            try:
                value, self._at = self._decoder.raw_decode(self._text, self._at)
                return value
            except json.JSONDecodeError:
                if len(self._text) - self._at > LONGEST_LINE:
                    raise PostError(f"longer than {LONGEST_LINE} characters, or never closed") from None
                if not self._more():
                    raise


def _value(cursor: _Cursor, place: str) -> Any:  # noqa: ANN401
    try:
        return cursor.value()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except RecursionError:
        raise PostError(f"{place}: not readable JSON: it is nested too deeply") from None
    except PostError as error:
        raise PostError(f"{place}: {error}") from None
    except ValueError:
        raise PostError(f"{place}: not readable JSON: a number has too many digits") from None


def read_array(path: str | Path, element: str) -> Iterator[tuple[str, Any]]:
    """The elements of the array that a file holds, each with its place, ``file, ELEMENT N``; ``-`` is standard input.

    Raises:
        PostError: the file cannot be read, or is not an array of objects.
    """
    name = source_name(path)
    number = 0
    place = name
    try:
        with open_input(path) as binary:
            stream = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
            try:
                cursor = _Cursor(stream)
                if cursor.peek() != "[":
                    raise PostError(f"{name}: expected a JSON array of {element}s")
                cursor.skip()
                closing = cursor.peek()
                while closing != "]":
                    number += 1
                    place = f"{name}, {element} {number}"
                    if cursor.peek() != "{":
                        raise PostError(f"{place}: expected an object")
                    yield place, _value(cursor, place)
                    closing = cursor.peek()
                    if closing not in (",", "]"):
                        raise PostError(f"{place}: expected ',' or ']' after it")
                    if closing == ",":
                        cursor.skip()
                cursor.skip()
                if cursor.peek():
                    raise PostError(f"{name}: something follows the array's end; a file holds one array")
            finally:
                stream.detach()
    except json.JSONDecodeError as error:
        raise PostError(f"{place}: not JSON: {error.msg}") from None
    except UnicodeDecodeError as error:
        raise PostError(f"{place}: not UTF-8: {error.reason}") from None
    except OSError as error:
        raise PostError(f"cannot read {name}: {error.strerror}") from None
