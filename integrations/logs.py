"""A filter for `logging` through which no personal data comes into a log."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from functools import partial

from gaihe.integrations.escapes import written_out
from gaihe.integrations.texts import redacted

NOT_REDACTED = "(a message that could not be redacted)"
_DONE = "redacted_by_gaihe"
"""The attribute of a record that names the fields which are redacted besides its message."""
_FORMATTER = logging.Formatter()


def in_process(text: str) -> str:
    """A text redacted by the released model in this process."""
    (shown,) = redacted([text], threads=1)
    assert shown is not None
    return shown


class RedactingFilter(logging.Filter):
    """Redacts the messages of records, their tracebacks, and fields of ``extra``.

    Put it on handlers, which see the records of all loggers: ``handler.addFilter(RedactingFilter())``. A message takes
    a millisecond or so; behind a `logging.handlers.QueueHandler` nobody waits for that. Escaped characters, as of JSON
    and of bytes, are read as what they stand for. What cannot be redacted is left out of the log. Exceptions, and the
    arguments of a message in which something is redacted, are dropped from the record once they are in its text.

    Args:
        redact: redacts a text: by the released model in this process when left out.
        fields: names of ``extra`` that are redacted; what is no string becomes one where it holds personal data.

    Raises:
        TypeError: the fields are one name, whose characters are no names.
    """

    def __init__(self, redact: Callable[[str], str] = in_process, fields: Collection[str] = ()) -> None:
        super().__init__()
        if isinstance(fields, str):
            raise TypeError("fields is a list of names, not one name")
        self._redact, self._fields = redact, tuple(fields)
        self._thread = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact a record in its place, so that no other handler sees more of it; every record passes."""
        done: tuple[str, ...] | None = getattr(record, _DONE, None)
        if done is None:
            self._redact_text(record)
        for name in self._fields:
            value = getattr(record, name, None)
            if not isinstance(value, bool | None) and name not in (done or ()):
                setattr(record, name, self._safe_field(value))
        setattr(record, _DONE, tuple(dict.fromkeys((*(done or ()), *self._fields))))
        return True

    def _redact_text(self, record: logging.LogRecord) -> None:
        """Redact the message of a record, its traceback and its stack."""
        try:
            text = record.getMessage()
            shown = self._safe(partial(str, text))
        except Exception:
            text, shown = "", NOT_REDACTED
        if shown != text:
            record.msg, record.args = shown, None
        if record.exc_info or record.exc_text:
            record.exc_text, record.exc_info = self._safe(partial(_traceback, record)), None
        if record.stack_info:
            record.stack_info = self._safe(partial(str, record.stack_info))
        if hasattr(record, "message"):
            record.message = shown

    def _safe_field(self, value: object) -> object:
        """A field without personal data: as it was, or else as a text."""
        try:
            text = value.decode() if isinstance(value, bytes | bytearray) else str(value)
        except Exception:
            return NOT_REDACTED
        shown = self._safe(partial(str, text))
        return value if shown == text else shown

    def _safe(self, text: Callable[[], str]) -> str:
        """A text redacted; what the redaction itself logs is not redacted in turn."""
        if getattr(self._thread, "redacts", False):
            return NOT_REDACTED
        self._thread.redacts = True
        try:
            given = text()
            plain = written_out(given)
            shown = self._redact(plain)
            return given if shown == plain else shown
        except Exception:
            return NOT_REDACTED
        finally:
            self._thread.redacts = False


def _traceback(record: logging.LogRecord) -> str:
    if record.exc_text:
        return record.exc_text
    return _FORMATTER.formatException(record.exc_info) if isinstance(record.exc_info, tuple) else ""
