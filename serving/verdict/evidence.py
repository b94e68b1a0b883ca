"""The record of a judgement, by which it can be shown later what was judged, by what, and with what result.

It holds a digest of the post and offsets, and nothing of its text. The same post, time, model and verdict give the same
bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gaihe.serving.core.schema import Entity
from gaihe.serving.verdict.outcome import Verdict

FORMAT = 1


def evidence(
    text: str, entities: Sequence[Entity], verdict: Verdict, model: Mapping[str, str], time: datetime
) -> dict[str, Any]:
    """The record of a judgement.

    Args:
        text: the post, of which the SHA-256 of its UTF-8 bytes is kept.
        entities: its spans; their texts and values are left out.
        verdict: what followed.
        model: what tells the model from others, such as its version.
        time: when, with its time zone; written in UTC.

    Raises:
        ValueError: the time has no time zone.
    """
    if time.tzinfo is None:
        raise ValueError("the time of an evidence record needs a time zone, such as datetime.now(timezone.utc)")
    return {
        "format": FORMAT,
        "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        "time": time.astimezone(UTC).isoformat(timespec="seconds"),
        "model": dict(sorted(model.items())),
        "spans": [
            {"start": span.start, "end": span.end, "type": str(span.type), "score": span.score, "valid": span.valid}
            for span in entities
        ],
        "verdict": verdict.to_record(),
    }
