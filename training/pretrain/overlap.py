"""Texts that measure must not be trained on: which posts share a passage with them."""

from __future__ import annotations

from collections.abc import Iterable

RUN = 15


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


class Overlap:
    """Knows every run of `RUN` letters or digits of some texts; white space, punctuation and emoji do not count.

    Args:
        texts: the texts that measure. One shorter than a run counts where a post consists of it.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs: set[str] = set()
        for text in texts:
            letters = _letters(text)
            self._runs.update(letters[i : i + RUN] for i in range(max(1, len(letters) - RUN + 1)))
        self._runs.discard("")

    def touches(self, text: str) -> bool:
        """Whether a post shares a run with any of the texts, or is one of them."""
        letters = _letters(text)
        return any(letters[i : i + RUN] in self._runs for i in range(max(1, len(letters) - RUN + 1)))
