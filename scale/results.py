"""What a scan gives of each post: its spans, the post redacted, or a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
from gaihe.integrations.arrow import ENTITIES
from gaihe.scale.give import Give
from gaihe.serving.commands.judge import Judgements
from gaihe.serving.core.failures import attempted
from gaihe.serving.recognition.detection import detection_record
from gaihe.serving.recognition.reading import Reading
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction.policy import RedactionPolicy
from gaihe.serving.redaction.redactor import Redactor
from gaihe.serving.rows.row import ID
from gaihe.serving.verdict.policy import Policy
from gaihe.serving.verdict.table import TIERS

_SPANS = pa.list_(pa.list_(pa.int32()))
_WORDS = {"code": pa.string(), "zh": pa.string(), "en": pa.string()}
_TIER = pa.struct({"count": pa.int32(), "serious_from": pa.int32()})
VERDICT = pa.struct(
    {
        "level": pa.int8(),
        "suggestion": pa.string(),
        "label": pa.string(),
        "sub_label": pa.string(),
        "score": pa.int16(),
        "intent": pa.string(),
        "stance": pa.string(),
        "persons": pa.list_(
            pa.struct(
                {
                    "spans": _SPANS,
                    "names": _SPANS,
                    "relation": pa.string(),
                    "is_author": pa.bool_(),
                    "concerned": pa.bool_(),
                    "fits": pa.int64(),
                    "public_role": pa.bool_(),
                }
            )
        ),
        "reasons": pa.list_(pa.struct(_WORDS)),
        "laws": pa.list_(
            pa.struct(
                _WORDS
                | {"published": pa.string(), "in_force": pa.string()}
                | {"tiers": pa.struct(dict.fromkeys(TIERS, _TIER))}
            )
        ),
        "policy": pa.struct(dict.fromkeys(("name", "version", "table", "table_version"), pa.string())),
        "note": pa.struct({"zh": pa.string(), "en": pa.string()}),
    }
)
"""The type of a verdict, whose fields are those of ``gaihe judge``."""
GIVEN: Mapping[Give, Mapping[str, pa.DataType]] = {
    Give.SPANS: {"entities": ENTITIES},
    Give.REDACTED: {"redacted": pa.string()},
    Give.VERDICT: {"verdict": VERDICT, "entities": ENTITIES},
}
"""The columns of each, with their types."""
OWN = (ID, "source", "position", "error", *dict.fromkeys(name for columns in GIVEN.values() for name in columns))
"""Columns of results; none of the input's that is kept can be called so."""


@dataclass(slots=True)
class Counts:
    """What there was.

    Attributes:
        posts: rows, with or without a text.
        errors: rows that could not be read or processed.
        spans: by type.
        verdicts: by level.
    """

    posts: int = 0
    errors: int = 0
    spans: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        """Count what another one has counted."""
        self.posts += other.posts
        self.errors += other.errors
        self.spans += other.spans
        self.verdicts += other.verdicts

    def record(self) -> dict[str, Any]:
        """The counts as JSON."""
        return {
            "posts": self.posts,
            "errors": self.errors,
            "spans": dict(sorted(self.spans.items())),
            "verdicts": dict(sorted(self.verdicts.items())),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Counts:
        """The counts that `record` gave."""
        return cls(record["posts"], record["errors"], Counter(record["spans"]), Counter(record["verdicts"]))


Result = dict[str, Any]
"""The columns of a post."""


class Results:
    """Gives results with one recogniser.

    Args:
        recognizer: the loaded model.
        policy: of redaction or verdict, which decides what is given; without one, spans.
        key: decides hashes and pseudonyms.
        time: when posts are judged.

    Attributes:
        counts: of spans and verdicts so far.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        policy: RedactionPolicy | Policy | None,
        key: bytes | None,
        time: datetime,
    ) -> None:
        self.counts = Counts()
        self._recognizer, self._key = recognizer, key
        self._of: Callable[[str, Reading], Result] = self._spans
        if isinstance(policy, RedactionPolicy):
            self._policy = policy
            self._of = self._redacted
        elif isinstance(policy, Policy):
            self._judgements = Judgements(recognizer, policy, time)
            self._of = self._verdict

    def of(self, texts: Sequence[str]) -> list[Result | Exception]:
        """The result of each text; for one that could not be processed, the error."""
        readings = self._recognizer.attempt_readings(texts, threads=1)
        return [self._attempt(text, reading) for text, reading in zip(texts, readings, strict=True)]

    def _attempt(self, text: str, reading: Reading | Exception) -> Result | Exception:
        if isinstance(reading, Exception):
            return reading
        (result,) = attempted(lambda texts: [self._of(texts[0], reading)], [text])
        return result

    def _spans(self, text: str, reading: Reading) -> Result:
        self.counts.spans.update(entity.type.value for entity in reading.entities)
        return {"entities": [detection_record(entity) for entity in reading.entities]}

    def _redacted(self, text: str, reading: Reading) -> Result:
        """A post is a case of its own, so that its result does not depend on others."""
        redaction = Redactor(self._recognizer, self._policy, key=self._key).redact_found(text, reading.entities)
        self.counts.spans.update(span.type.value for span in redaction.spans)
        return {"redacted": redaction.text}

    def _verdict(self, text: str, reading: Reading) -> Result:
        result = self._judgements(text, reading)
        self.counts.spans.update(entity.type.value for entity in reading.entities)
        self.counts.verdicts[str(result["verdict"]["level"])] += 1
        return result
