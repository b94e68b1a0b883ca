"""Microsoft Presidio (``presidio-analyzer``, MIT) with a Chinese pattern set and no language model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import version

from gaihe.serving.core.schema import Entity
from gaihe.training.evaluate.systems.presidio_patterns import LANGUAGE, MAPPING, chinese_recognizers
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NoOpNlpEngine


class PresidioSystem:
    """Presidio's analyzer over posts."""

    name = "presidio"
    mapping = MAPPING
    types = frozenset(MAPPING.values())

    def __init__(self) -> None:
        self.version = version("presidio-analyzer")
        self._analyzer = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=chinese_recognizers(), supported_languages=[LANGUAGE]),
            nlp_engine=NoOpNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": "none"}]),
            supported_languages=[LANGUAGE],
        )

    def detect(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The entities of each text, in text order; where results overlap, the surest and longest stays."""
        return [self._detect(text) for text in texts]

    def _detect(self, text: str) -> list[Entity]:
        results = _without_overlap(self._analyzer.analyze(text, language=LANGUAGE))
        return [
            Entity(r.start, r.end, MAPPING[r.entity_type], text[r.start : r.end], score=r.score)
            for r in sorted(results, key=lambda result: result.start)
        ]


def _without_overlap(results: Iterable[RecognizerResult]) -> list[RecognizerResult]:
    kept: list[RecognizerResult] = []
    for result in sorted(results, key=lambda r: (-r.score, r.start - r.end, r.start)):
        if all(result.end <= other.start or other.end <= result.start for other in kept):
            kept.append(result)
    return kept
