"""A text that fails, for a fault of the program, does not take its neighbours with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from gaihe.serving.core.schema import Entity

Found = list[Entity] | Exception
"""What is found in a text, or what stopped the search."""
_Result = TypeVar("_Result")


class TextsFailedError(RuntimeError):
    """Some texts could not be processed, for a fault of the program; the others were. Says nothing of what they hold.

    Attributes:
        found: for each text what was found, or the error; empty where the results went elsewhere.
    """

    def __init__(self, failed: int, count: int, found: Sequence[Any] = ()) -> None:
        super().__init__(f"{failed} of {count} texts could not be processed")
        self.found = list(found)
        self._counts = failed, count

    def __reduce__(self) -> tuple[Any, ...]:
        """How it travels between processes."""
        return type(self), (*self._counts, self.found), self.__dict__


def attempted(search: Callable[[Sequence[str]], list[_Result]], texts: Sequence[str]) -> list[_Result | Exception]:
    """What a search finds in texts; where it fails, each text is searched alone."""
    try:
        return [*search(texts)]
    except Exception as error:
        if len(texts) == 1:
            return [error]
    return [found for text in texts for found in attempted(search, [text])]


def all_found(results: Sequence[_Result | Exception]) -> list[_Result]:
    """The results, where no text failed.

    Raises:
        TextsFailedError: some did.
    """
    found = [result for result in results if not isinstance(result, Exception)]
    if len(found) < len(results):
        raise TextsFailedError(len(results) - len(found), len(results), results)
    return found
