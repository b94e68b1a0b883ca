"""The one place where the service meets the redaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gaihe.serving.core.schema import Entity
from gaihe.serving.http.messages import Task
from gaihe.serving.redaction.redact import RedactionStyle, redact

POLICIES: tuple[str, ...] = tuple(RedactionStyle)
DEFAULT = RedactionStyle.LABEL.value


def redacted(text: str, entities: Sequence[Entity], task: Task) -> dict[str, Any]:
    """The JSON object of a redacted text."""
    return {"text": redact(text, entities, RedactionStyle(task.policy))}
