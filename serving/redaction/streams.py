"""Redact and restore texts that come in pieces, such as the answers of a language model.

What might yet become part of a value is held back, so the pieces' edges decide nothing: however a text is cut, the same
comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from gaihe.serving.core.schema import Entity
from gaihe.serving.core.texts import check_text
from gaihe.serving.redaction.policy import RedactionPolicy
from gaihe.serving.redaction.pseudonyms import PseudonymMap, restore
from gaihe.serving.redaction.redact import Target, left_alone, prepared, rendered, targets
from gaihe.serving.redaction.redactor import Detecting
from gaihe.serving.redaction.repeats import SHORTEST_REPEATED, Repeats

STEP = 32
"""Characters that come in before the model reads again."""
HELD = 96
"""Characters at the end of what came in that are held back: they show what comes after a value."""
CONTEXT = 256
"""Characters before those held back that the model reads with them."""
LONGEST = 1024
"""Characters of a value after which it is not waited for any longer: what came in of it is replaced."""
REMEMBERED = 256
"""Surfaces found that are looked for in what follows; the oldest are forgotten first."""


class StreamRedactor:
    """Redacts one text that comes in pieces, once through.

    A surface found is redacted in what follows, too; what was passed on before stays as it was.

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
        policy: RedactionPolicy | str | Path = "llm",
        *,
        key: bytes | None = None,
        mapping: PseudonymMap | None = None,
    ) -> None:
        self.policy, self.mapping = prepared(policy, key, mapping)
        self._recognizer = recognizer
        self._key = key
        self._text = ""
        self._passed = 0
        self._due = STEP + HELD
        self._known: dict[str, Entity] = {}

    def feed(self, chunk: str) -> str:
        """Take the next piece, and give what can be passed on; often nothing."""
        check_text(chunk)
        given = []
        while chunk:
            room = self._passed + self._due - len(self._text)
            self._text, chunk = self._text + chunk[:room], chunk[room:]
            if len(self._text) == self._passed + self._due:
                given.append(self._next(len(self._text) - HELD))
        return "".join(given)

    def flush(self) -> str:
        """Give what was held back: the text ends here, and the next piece begins another."""
        given = self._next(len(self._text))
        self._text, self._passed, self._due = "", 0, STEP + HELD
        return given

    def _next(self, limit: int) -> str:
        """Redact what came in up to a limit, or up to what stands across it, and pass it on."""
        text, passed = self._text, self._passed
        entities = self._recognizer.detect(text)
        known = Repeats(self._known.values())
        found = targets(text, entities, self.policy, self._key, self.mapping, known)
        kinds = {*known.types, *(entity.type for entity in entities)}
        kept = left_alone(text, kinds, self._key, self.mapping)
        across = [start for start, end in (*((each.start, each.end) for each in found), *kept) if start < limit < end]
        cut = min(across, default=limit)
        if cut <= passed:
            if self._due < LONGEST:
                self._due += STEP
                return ""
            cut = limit
        segment = text[passed:cut]
        given, _ = rendered(segment, _within(found, text, passed, cut), self.policy, self._key, self.mapping)
        self._remember(entity for entity in entities if entity.end <= cut)
        dropped = max(0, cut - CONTEXT)
        self._text, self._passed, self._due = text[dropped:], cut - dropped, STEP + HELD
        return given

    def _remember(self, entities: Iterable[Entity]) -> None:
        for entity in entities:
            if len(entity.text) >= SHORTEST_REPEATED and self.policy.counts(entity):
                self._known.setdefault(entity.text, entity)
        for surface in list(self._known)[: max(0, len(self._known) - REMEMBERED)]:
            del self._known[surface]


class StreamRestorer:
    """Puts back what pseudonyms stand for in one text that comes in pieces; gives what `restore` gives of the whole.

    Args:
        mapping: the map that was kept.
    """

    def __init__(self, mapping: PseudonymMap) -> None:
        self._mapping = mapping
        self._begun = {pseudonym.text[:length] for pseudonym in mapping for length in range(1, len(pseudonym.text))}
        self._longest = max(map(len, self._begun), default=0)
        self._held = ""

    def feed(self, chunk: str) -> str:
        """Take the next piece, and give what can be passed on."""
        check_text(chunk)
        text = self._held + chunk
        position = 0
        while position < len(text) and not self._may_begin(text, position):
            here = self._mapping.at(text, position)
            position += len(here.text) if here else 1
        self._held = text[position:]
        return restore(text[:position], self._mapping)

    def flush(self) -> str:
        """Give what was held back: the text ends here."""
        held, self._held = self._held, ""
        return restore(held, self._mapping)

    def _may_begin(self, text: str, position: int) -> bool:
        """Whether all that stands from a position on is less than a pseudonym with which it begins."""
        return len(text) - position <= self._longest and text[position:] in self._begun


def _within(found: Sequence[Target], text: str, start: int, end: int) -> list[Target]:
    """The targets of a stretch of a text, cut to it, with offsets in it."""
    inside = []
    for target in found:
        first, last = max(start, target.start), min(end, target.end)
        if first < last:
            entity = target.entity
            if (first, last) != (target.start, target.end):
                entity = Entity(first, last, entity.type, text[first:last])
            inside.append(Target(first - start, last - start, entity))
    return inside
