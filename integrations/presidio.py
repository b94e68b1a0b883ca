"""A recogniser for Microsoft Presidio: ``AnalyzerEngine`` finds, ``AnonymizerEngine`` replaces, in Chinese.

Entities have Presidio's names where it has one (`NAMES`); the project's own type, the canonical value and the disguises
are in a result's ``recognition_metadata``. Presidio needs no language model for that: give it the ``no_op`` engine.
Explanations, which Presidio may log, hold no text and no value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from gaihe.integrations.texts import loaded
from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.core.version import installed_version
from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult

LANGUAGE = "zh"
NAMES: Mapping[EntityType, str] = MappingProxyType(
    {
        EntityType.NAME: "PERSON",
        EntityType.PHONE: "PHONE_NUMBER",
        EntityType.ID_CARD: "CN_RESIDENT_ID",
        EntityType.PASSPORT: "CN_PASSPORT",
        EntityType.ADDRESS: "LOCATION",
        EntityType.EMAIL: "EMAIL_ADDRESS",
        EntityType.QQ: "CN_QQ",
        EntityType.WECHAT: "CN_WECHAT",
        EntityType.ACCOUNT: "USERNAME",
        EntityType.BANK_CARD: "CREDIT_CARD",
        EntityType.PLATE: "CN_LICENSE_PLATE",
        EntityType.SCHOOL: "ORGANIZATION",
        EntityType.WORKPLACE: "ORGANIZATION",
        EntityType.BIRTH_DATE: "DATE_TIME",
    }
)
"""Presidio's names; a type that is not here goes by its own."""


class GaiheRecognizer(EntityRecognizer):
    """Finds personal data in Chinese text.

    Args:
        supported_entities: what to look for, by Presidio's names; all when left out.
        name: of the recogniser, as results and explanations give it.
        supported_language: the language that texts are announced in.
        model: the path of an exported model; the released one when left out.
        threshold: the lowest score of an entity, 0 to 1; that of the operating point ``balanced`` when left out.
        names: names of one's own by type, beside `NAMES`.
        version: of the recogniser; this package's when left out.
        context: words that Presidio's context enhancers look for near an entity.

    Raises:
        ModelError: the model cannot be used.
        ValueError: a threshold outside 0 to 1, or a name that no entity or type has.
    """

    def __init__(
        self,
        supported_entities: Sequence[str] | None = None,
        name: str = "GaiheRecognizer",
        supported_language: str = LANGUAGE,
        model: str | None = None,
        threshold: float | None = None,
        names: Mapping[str, str] | None = None,
        version: str | None = None,
        context: Sequence[str] | None = None,
    ) -> None:
        self._shown_name = name
        self._given = {"model": model, "threshold": threshold, "names": None if names is None else dict(names)}
        self._recognizer = loaded(model, threshold)
        self._names = {kind: NAMES.get(kind, kind.value) for kind in self._recognizer.metadata.labels.types}
        if unknown := [kind for kind in names or {} if kind not in {*self._names, *EntityType}]:
            raise ValueError(f"names: no type is called {unknown[0]!r}; known: {', '.join(self._names)}")
        self._names |= {EntityType.named(kind): given for kind, given in (names or {}).items()}
        given_names = dict.fromkeys(self._names.values())
        wanted = list(supported_entities or given_names)
        if unknown := [entity for entity in wanted if entity not in given_names]:
            raise ValueError(f"supported_entities: no entity is called {unknown[0]!r}; known: {', '.join(given_names)}")
        super().__init__(
            wanted,
            name=name,
            supported_language=supported_language,
            version=version or installed_version(),
            context=list(context or ()),
        )

    def load(self) -> None:
        """Nothing more to load: the model is there, shared by all recognisers of the process."""

    def to_dict(self) -> dict[str, Any]:
        """What `from_dict` makes such a recogniser of."""
        given = {name: value for name, value in self._given.items() if value is not None}
        return super().to_dict() | given | {"context": self.context}

    def analyze(self, text: str, entities: Sequence[str] | None, nlp_artifacts: Any = None) -> list[RecognizerResult]:  # noqa: ANN401
        """The entities of a text.

        Args:
            text: the text.
            entities: which to give of those that the recogniser supports, by Presidio's names; all when left out.
            nlp_artifacts: not used.
        """
        wanted = set(self.supported_entities).intersection(entities or self.supported_entities)
        found = self._recognizer.detect(text)
        return [self._result(entity) for entity in found if self._names[entity.type] in wanted]

    def _result(self, entity: Entity) -> RecognizerResult:
        score = 0.0 if entity.score is None else entity.score
        disguises = [kind.value for kind in entity.evasion]
        checked = {True: "its check passes", False: "its check fails", None: "nothing to check"}[entity.valid]
        notes = [
            f"{entity.type.value} by the model",
            checked,
            *(["disguised: " + ", ".join(disguises)] if disguises else []),
        ]
        explanation = AnalysisExplanation(
            self._shown_name,
            score,
            validation_result=entity.valid,  # type: ignore[arg-type]
            textual_explanation="; ".join(notes),
        )
        source = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self._shown_name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        about = {"type": entity.type.value, "value": entity.value, "evasion": disguises}
        return RecognizerResult(self._names[entity.type], entity.start, entity.end, score, explanation, source | about)
