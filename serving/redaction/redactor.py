"""Redact a text with the model that finds its entities, until it finds no more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from gaihe.serving.core.failures import Found
from gaihe.serving.core.schema import Entity
from gaihe.serving.redaction.policy import DEFAULT_REDACTION, RedactionPolicy, load_redaction_policy
from gaihe.serving.redaction.pseudonyms import PseudonymMap
from gaihe.serving.redaction.redact import Redaction, check_key, redact
from gaihe.serving.redaction.spans import RedactedSpan, composed

MOST_READINGS = 16
"""Readings of one text, so that its time stays linear in its length; two or three are what posts take."""


class Detecting(Protocol):
    """What finds the entities of a text: a recogniser."""

    def detect(self, text: str) -> list[Entity]:
        """The entities, in text order."""

    def attempt_batch(self, texts: Sequence[str], threads: int | None = None) -> list[Found]:
        """The entities of many texts; for one that could not be processed, the error."""


class Redactor:
    """Redacts the texts of a thread or a case, in which a value has one pseudonym.

    What is put in a value's place changes what the model reads around it, so it may then find what it had missed. Each
    text is read again until nothing in it changes any more; so a text that is redacted twice stays as it is. One that
    makes pseudonyms is for one thread of the program at a time.

    Args:
        recognizer: finds the entities.
        policy: what takes their place: a preset's name, a file, or a policy.
        key: what decides hashes and pseudonyms; hashes need one.
        mapping: the pseudonyms so far, which are extended; none where left out.

    Raises:
        PolicyError: the policy cannot be used.
        ValueError: a key that is missing or too short.
    """

    def __init__(
        self,
        recognizer: Detecting,
        policy: RedactionPolicy | str | Path = DEFAULT_REDACTION,
        *,
        key: bytes | None = None,
        mapping: PseudonymMap | None = None,
    ) -> None:
        self.policy = load_redaction_policy(policy)
        check_key(self.policy, key)
        self.mapping = (PseudonymMap() if mapping is None else mapping) if self.policy.reversible else None
        self._recognizer = recognizer
        self._key = key

    def redact(self, text: str) -> Redaction:
        """Redact one text."""
        return self.redact_found(text, self._recognizer.detect(text))

    def redact_found(self, text: str, entities: Sequence[Entity]) -> Redaction:
        """Redact one text that was read before.

        Args:
            text: the text.
            entities: what the recogniser found in it.
        """
        spans: list[RedactedSpan] = []
        known: list[Entity] = []
        for reading in range(MOST_READINGS):
            found = entities if reading == 0 else self._recognizer.detect(text)
            step = redact(text, found, self.policy, key=self._key, mapping=self.mapping, elsewhere=known)
            if step.text == text:
                break
            spans = composed(spans, step.spans) if spans else list(step.spans)
            known += found
            text = step.text
        return Redaction(text, tuple(spans), self.mapping)

    def attempt_batch(self, texts: Sequence[str], threads: int | None = None) -> list[str | Exception]:
        """The redacted texts of many, in the order given; for one that could not be processed, the error.

        Args:
            texts: the texts.
            threads: how many runs of the model go on at a time, as for the recogniser.
        """
        found = self._recognizer.attempt_batch(texts, threads)
        return [self._attempted(*pair) for pair in zip(texts, found, strict=True)]

    def _attempted(self, text: str, found: Found) -> str | Exception:
        if isinstance(found, Exception):
            return found
        try:
            return self.redact_found(text, found).text
        except Exception as error:
            return error
