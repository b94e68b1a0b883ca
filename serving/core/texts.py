"""Several texts, as callers give them."""

from __future__ import annotations

from collections.abc import Iterable


def check_text(text: object) -> None:
    """Raise for what is not one text.

    Raises:
        TypeError: something that is not a string.
    """
    if not isinstance(text, str):
        raise TypeError(f"a text is needed, not {type(text).__name__}")


def listed(texts: Iterable[str]) -> list[str]:
    """Texts in their order, whatever held them: a series goes by its places, not by its labels.

    Raises:
        TypeError: one text alone, or something that is not a string, by its position.
    """
    if isinstance(texts, str):
        raise TypeError("a sequence of texts is needed; for one text there is a method without _batch")
    given = list(texts)
    for position, text in enumerate(given):
        if not isinstance(text, str):
            raise TypeError(f"text {position} is {type(text).__name__}, not str")
    return given
