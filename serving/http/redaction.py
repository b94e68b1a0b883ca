"""The one place where the service meets the redaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gaihe.serving.core.failures import Found
from gaihe.serving.core.schema import Entity
from gaihe.serving.http.messages import Task
from gaihe.serving.http.redaction_orders import MOST_PSEUDONYMS, begun_mapping, mapping_record
from gaihe.serving.http.refusals import TextFaultError
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction.pseudonyms import restore
from gaihe.serving.redaction.redactor import Redactor

MOST_GROWN = 1 << 22
"""Characters by which the texts of a request may grow in all when they are restored; a mapping may hold originals of
any length for a pseudonym of one character."""


class Thread:
    """The texts of one request, in which a value has one pseudonym.

    Args:
        task: what is done with them.
        recognizer: reads a redacted text again, at the threshold of the task.
    """

    def __init__(self, task: Task, recognizer: Recognizer) -> None:
        assert task.redaction is not None
        self._order = task.redaction
        self._mapping = begun_mapping(task.redaction)
        self._room = MOST_GROWN
        self._redactor = Redactor(
            _Reader(recognizer, task.types), self._order.policy, key=self._order.key, mapping=self._mapping
        )

    def redacted(self, text: str, entities: Sequence[Entity]) -> dict[str, Any]:
        """The JSON object of a redacted text.

        Raises:
            TextFaultError: the mapping would be one that the service does not take back; it stays as it was.
        """
        before = len(self._mapping)
        redaction = self._redactor.redact_found(text, entities)
        if len(self._mapping) > MOST_PSEUDONYMS:
            for pseudonym in list(self._mapping)[before:]:
                self._mapping.discard(pseudonym)
            raise TextFaultError("mapping_too_large")
        return {"text": redaction.text, "spans": [span.to_record() for span in redaction.spans]}

    def restored(self, text: str) -> dict[str, Any]:
        """The JSON object of a text with what its pseudonyms stand for.

        Raises:
            TextFaultError: it would be too long, alone or with those before it.
        """
        grown = sum(len(one.original) - len(one.text) for _, _, one in self._mapping.found(text))
        if grown > self._room:
            raise TextFaultError("restored_too_long")
        self._room -= max(0, grown)
        return {"text": restore(text, self._mapping)}

    def mapping(self) -> Mapping[str, Any] | None:
        """The pseudonyms of all texts so far; none where the policy makes none."""
        return mapping_record(self._order, self._mapping) if self._order.policy.reversible else None


class _Reader:
    """A recogniser that gives some types alone."""

    def __init__(self, recognizer: Recognizer, types: frozenset[str] | None) -> None:
        self._recognizer, self._types = recognizer, types

    def detect(self, text: str) -> list[Entity]:
        return self._counted(self._recognizer.detect(text))

    def attempt_batch(self, texts: Sequence[str], threads: int | None = None) -> list[Found]:
        found = self._recognizer.attempt_batch(texts, threads)
        return [one if isinstance(one, Exception) else self._counted(one) for one in found]

    def _counted(self, found: Sequence[Entity]) -> list[Entity]:
        return [entity for entity in found if self._types is None or entity.type in self._types]
