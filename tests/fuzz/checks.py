"""What holds for every text, whatever is in it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from gaihe.serving import Entity, EntityType, NoiseKind, Recognizer
from gaihe.serving.recognition.verification import verify_as
from gaihe.serving.redaction import Redactor, redact, restore
from gaihe.serving.redaction.operators import BAR
from gaihe.serving.redaction.repeats import SHORTEST_REPEATED

KINDS = list(EntityType)
ALONE = 8
"""One text in so many of a batch is also read alone."""


class FaultError(Exception):
    """A text for which something does not hold."""

    def __init__(self, text: str, what: str) -> None:
        super().__init__(f"{what}: {text!a}")
        self.text = text


def check_batch(recognizer: Recognizer, texts: Sequence[str], random: Random, alone: int = ALONE) -> int:
    """Hold a batch of texts against all that must hold, and say how many spans were found.

    Raises:
        FaultError: the first text for which something does not.
    """
    results = recognizer.attempt_batch(texts, threads=1)
    spans = 0
    for position, (text, found) in enumerate(zip(texts, results, strict=True)):
        if isinstance(found, Exception):
            raise FaultError(text, f"detect_batch fails with {type(found).__name__}") from found
        if position % alone == 0 and recognizer.detect(text) != found:
            raise FaultError(text, "alone and in a batch differ")
        try:
            check_entities(text, found)
            check_redaction(text, found)
            if position % alone == 0:
                check_twice(recognizer, text)
            start = random.randint(0, len(text))
            verify_as(text[start : start + random.randint(1, 60)], random.choice(KINDS))
        except FaultError:
            raise
        except Exception as error:
            raise FaultError(text, f"fails with {type(error).__name__}") from error
        spans += len(found)
    return spans


def check_entities(text: str, found: Sequence[Entity]) -> None:
    """Offsets are exact, spans in order without overlap, values strings, and each span can be judged."""
    position = 0
    for entity in found:
        if not position <= entity.start < entity.end <= len(text):
            raise FaultError(text, f"[{entity.start}, {entity.end}) after {position}")
        if text[entity.start : entity.end] != entity.text:
            raise FaultError(text, f"[{entity.start}, {entity.end}) does not hold the entity's text")
        if entity.score is None or not 0 <= entity.score <= 1 or not isinstance(entity.value, str):
            raise FaultError(text, f"score {entity.score}, value of {type(entity.value).__name__}")
        if list(entity.evasion) != [kind for kind in NoiseKind if kind in entity.evasion]:
            raise FaultError(text, f"evasion {entity.evasion}")
        verify_as(entity.text, entity.type)
        position = entity.end


def check_redaction(text: str, found: Sequence[Entity]) -> None:
    """No surface that was redacted stands in what is kept."""
    redact(text, found)
    masked = redact(text, found, "bars").text
    if len(masked) != len(text) or any(new not in (old, BAR) for old, new in zip(text, masked, strict=True)):
        raise FaultError(text, "a mask changes more than it hides")
    for entity in found:
        surface = entity.text
        if len(surface) >= SHORTEST_REPEATED and BAR not in surface and surface in masked:
            raise FaultError(text, "a redacted surface is left")


def check_twice(recognizer: Recognizer, text: str) -> None:
    """A text that is redacted twice stays as it is, and pseudonyms lead back to it."""
    for policy in ("publication", "moderation", "llm"):
        redactor = Redactor(recognizer, policy)
        new = redactor.redact(text)
        if redactor.redact(new.text).text != new.text:
            raise FaultError(text, f"redacted twice by {policy} it changes")
        if new.mapping is not None and restore(new.text, new.mapping) != text:
            raise FaultError(text, "it is not restored")
