"""The record of a judgement, by which it can be shown later what was judged, by what, and with what result.

It holds a digest of the post and offsets, and nothing of its text. The same post, time, model, policy, types and
verdict give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gaihe.serving.core.schema import Entity
from gaihe.serving.verdict.outcome import Verdict
from gaihe.serving.verdict.policy import Policy
from gaihe.serving.verdict.table import Table

FORMAT = 1


def evidence(
    text: str,
    entities: Sequence[Entity],
    verdict: Verdict,
    model: Mapping[str, str],
    time: datetime,
    types: Collection[str] | None = None,
) -> dict[str, Any]:
    """The record of a judgement.

    Args:
        text: the post, of which the SHA-256 of its UTF-8 bytes is kept.
        entities: its spans; their texts and values are left out.
        verdict: what followed.
        model: what tells the model from others, such as its version.
        time: when, with its time zone; written in UTC.
        types: the types that counted, where whoever asked chose some.

    Raises:
        ValueError: the time has no time zone.
    """
    if time.tzinfo is None:
        raise ValueError("the time of an evidence record needs a time zone, such as datetime.now(timezone.utc)")
    policy = verdict.policy
    return {
        "format": FORMAT,
        "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        "time": time.astimezone(UTC).isoformat(timespec="seconds"),
        "model": dict(sorted(model.items())),
        "policy": _file(policy),
        "table": _file(policy.table),
        "types": None if types is None else sorted(map(str, types)),
        "spans": [
            {"start": span.start, "end": span.end, "type": str(span.type), "score": span.score, "valid": span.valid}
            for span in entities
        ],
        "verdict": verdict.to_record(),
    }


def _file(read: Policy | Table) -> dict[str, str | None]:
    """What tells a policy or a table from others; without a digest where it is not as a file has it."""
    return {"name": read.name, "version": read.version, "digest": read.digest or None}
