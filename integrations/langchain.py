"""A runnable of LangChain that redacts: ``Redactor() | model`` lets no personal data through to a language model."""

from __future__ import annotations

from typing import Any

from gaihe.integrations.texts import loaded, redacted
from gaihe.serving.redaction.redact import RedactionStyle
from langchain_core.runnables import Runnable, RunnableConfig


class Redactor(Runnable[str, str]):
    """Texts in, texts without personal data out.

    Args:
        model: the path of an exported model; the released one when left out.
        threshold: the lowest score of an entity, 0 to 1; that of the operating point ``balanced`` when left out.
        style: ``label`` for ``[电话]``, ``mask`` for a bar a character.
    """

    def __init__(self, model: str | None = None, threshold: float | None = None, style: str = "label") -> None:
        self._recognizer = loaded(model, threshold)
        self._style = RedactionStyle(style)

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> str:  # noqa: ANN401
        """The text with its entities replaced; a run of its own in traces, which see the input."""
        return self._call_with_config(self._redact, input, config)

    def _redact(self, text: str) -> str:
        (shown,) = redacted([text], self._recognizer, 1, self._style)
        assert shown is not None
        return shown
