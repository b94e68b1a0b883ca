"""Where any of several strings stands in a text, in time that does not grow with their number."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable


class Occurrences:
    """Finds strings in texts.

    Source: A. V. Aho, M. J. Corasick, "Efficient string matching: an aid to bibliographic search", CACM 18 (1975).

    Args:
        words: the strings; empty ones stand nowhere.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._next: list[dict[str, int]] = [{}]
        self._longest = [0]
        for word in words:
            self._add(word)
        self._shorter = [0] * len(self._next)
        queue = deque(self._next[0].values())
        while queue:
            state = queue.popleft()
            for character, target in self._next[state].items():
                self._shorter[target] = self._step(self._shorter[state], character)
                queue.append(target)
            self._longest[state] = self._longest[state] or self._longest[self._shorter[state]]

    def united(self, text: str) -> list[tuple[int, int, str]]:
        """Stretches that occurrences cover, those that overlap as one: ``(start, end, first occurrence)``."""
        found: list[tuple[int, int, str]] = []
        if not self._next[0]:
            return found
        state = 0
        for end, character in enumerate(text, start=1):
            state = self._step(state, character)
            if length := self._longest[state]:
                start, first = end - length, text[end - length : end]
                while found and found[-1][1] > start:
                    earlier, _, word = found.pop()
                    if earlier <= start:
                        start, first = earlier, word
                found.append((start, end, first))
        return found

    def _add(self, word: str) -> None:
        state = 0
        for character in word:
            if character not in self._next[state]:
                self._next[state][character] = len(self._next)
                self._next.append({})
                self._longest.append(0)
            state = self._next[state][character]
        self._longest[state] = len(word)

    def _step(self, state: int, character: str) -> int:
        while state and character not in self._next[state]:
            state = self._shorter[state]
        return self._next[state].get(character, 0)
