"""A runnable of LangChain that redacts: ``RedactingRunnable() | model`` lets no personal data through to a model.

With ``policy="llm"`` it puts pseudonyms in; ``restore(answer, runnable.redactor.mapping)`` takes them out again.
"""

from __future__ import annotations

from typing import Any

from gaihe.integrations.texts import loaded
from gaihe.serving.redaction.policy import DEFAULT_REDACTION, RedactionPolicy
from gaihe.serving.redaction.redactor import Redactor
from langchain_core.runnables import Runnable, RunnableConfig


class RedactingRunnable(Runnable[str, str]):
    """Texts of one case in, texts without personal data out.

    Args:
        policy: a preset's name, or a policy (docs/REDACTION.md).
        redactor: one that is there already, in place of the released model and the policy.
    """

    def __init__(self, policy: RedactionPolicy | str = DEFAULT_REDACTION, redactor: Redactor | None = None) -> None:
        self.redactor = redactor or Redactor(loaded(), policy)

    def __reduce__(self) -> tuple[Any, ...]:
        """How it travels between processes: with its redactor, pseudonyms too."""
        return type(self), (DEFAULT_REDACTION, self.redactor)

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> str:  # noqa: ANN401
        """The text with its entities replaced; a run of its own in traces, which see the input."""
        shown: str = self._call_with_config(self._redacted, input, config)
        return shown

    def _redacted(self, text: str) -> str:
        return self.redactor.redact(text).text
