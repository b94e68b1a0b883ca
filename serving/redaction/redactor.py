"""Redact a text with the model that finds its entities, until it finds no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from gaihe.serving.core.failures import Found
from gaihe.serving.core.schema import Entity
from gaihe.serving.core.texts import listed
from gaihe.serving.redaction.policy import DEFAULT_REDACTION, RedactionPolicy
from gaihe.serving.redaction.pseudonyms import PseudonymMap
from gaihe.serving.redaction.redact import Redaction, prepared, redact
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
    text is read again until nothing in it changes any more; so a text that is redacted twice stays as it is. Lines that
    still change after `MOST_READINGS` are redacted whole, and in the end the whole text. Threads may share a redactor.

    Args:
        recognizer: finds the entities.
        policy: what takes their place: a preset's name, a file, or a policy.
        key: what decides hashes and pseudonyms; hashes need one.
        mapping: the pseudonyms so far, which are extended; none where left out.

    Raises:
        TypeError: a policy or key of another type.
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
        self.policy, self.mapping = prepared(policy, key, mapping)
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
        source, found = text, list(entities)
        redaction, late = self._settled(source, found)
        for widened in (_lines, _whole):
            if not late:
                break
            found = widened(source, found, late)
            redaction, late = self._settled(source, found)
        return redaction

    def _settled(self, text: str, entities: Sequence[Entity]) -> tuple[Redaction, list[RedactedSpan]]:
        """The text after readings that find no more, and no span; or after the last one, with the spans found late."""
        spans: list[RedactedSpan] = []
        known: list[Entity] = []
        early: set[tuple[int, int]] = set()
        for reading in range(MOST_READINGS):
            found = entities if reading == 0 else self._recognizer.detect(text)
            step = redact(text, found, self.policy, key=self._key, mapping=self.mapping, elsewhere=known)
            if step.text == text:
                return Redaction(text, tuple(spans), self.mapping), []
            spans = composed(spans, step.spans) if spans else list(step.spans)
            early = early or {(span.source_start, span.source_end) for span in spans}
            known += found
            text = step.text
        late = [span for span in spans if (span.source_start, span.source_end) not in early]
        return Redaction(text, tuple(spans), self.mapping), late or spans

    def attempt_batch(self, texts: Iterable[str], threads: int | None = None) -> list[str | Exception]:
        """The redacted texts of many, in the order given; for one that could not be processed, the error.

        Args:
            texts: the texts.
            threads: how many runs of the model go on at a time, as for the recogniser.
        """
        given = listed(texts)
        found = self._recognizer.attempt_batch(given, threads)
        return [self._attempted(*pair) for pair in zip(given, found, strict=True)]

    def _attempted(self, text: str, found: Found) -> str | Exception:
        if isinstance(found, Exception):
            return found
        try:
            return self.redact_found(text, found).text
        except Exception as error:
            return error


def _lines(text: str, entities: Sequence[Entity], late: Sequence[RedactedSpan]) -> list[Entity]:
    """The entities, the lines of spans that were found late as one each."""
    lines: list[Entity] = []
    for span in late:
        start = text.rfind("\n", 0, span.source_start) + 1
        end = text.find("\n", span.source_end)
        end = len(text) if end < 0 else end
        if lines and start <= lines[-1].end:
            start = min(start, lines.pop().start)
        lines.append(Entity(start, end, span.type, text[start:end]))
    others = [
        entity for entity in entities if all(entity.end <= line.start or line.end <= entity.start for line in lines)
    ]
    return sorted([*others, *lines], key=lambda entity: entity.start)


def _whole(text: str, entities: Sequence[Entity], late: Sequence[RedactedSpan]) -> list[Entity]:
    """The whole text as one entity."""
    return [Entity(0, len(text), late[0].type, text)]
