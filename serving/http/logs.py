"""The service's log: a JSON object a line on standard error, with nothing of a request's text, values or keys."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from queue import Queue

LOG = logging.getLogger("gaihe.http")
FIELDS = (
    "address", "pid", "exit_code", "reason", "code", "place", "request_id", "method", "route", "status", "seconds",
    "texts", "tokens", "workers", "model", "digest", "count",
)  # fmt: skip
"""What a line may hold beside time, level and event."""
WAITING_LINES = 10_000
"""Lines that wait for a slow reader; further ones are lost, so that the log never holds up an answer."""
_VALUE = re.compile(r"(?<!%)%(?:\(\w+\))?[-#0 +]*[\d*.]*[a-zA-Z]")
"""What a template has in place of a value."""


class JsonLines(logging.Formatter):
    """A line a record.

    Of records of other libraries the first line of the template alone is written, with … for what they would put into
    it, and without the further lines into which asyncio puts what it speaks of; of an error its class and where it was
    raised, without its message: all of these may quote what a caller sent.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": _template(record),
        }
        if record.name != LOG.name:
            line["logger"] = record.name
        line |= {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["frames"] = [
                f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False, default=str)


def _template(record: logging.LogRecord) -> str:
    """What a record says, without its values."""
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    first = record.msg.partition("\n")[0]
    return _VALUE.sub("…", first) if record.args else first


class _Waiting(QueueHandler):
    """Hands records on to a thread that writes them."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record


@contextmanager
def json_logs() -> Iterator[None]:
    """Within the block, all logs go to standard error as JSON lines, at INFO and above."""
    root = logging.getLogger()
    before, level, shown = root.handlers[:], root.level, logging.raiseExceptions
    lines: Queue[logging.LogRecord] = Queue(WAITING_LINES)
    target = logging.StreamHandler(sys.stderr)
    target.setFormatter(JsonLines())
    listener = QueueListener(lines, target)
    root.handlers[:] = [_Waiting(lines)]
    root.setLevel(logging.INFO)
    logging.raiseExceptions = False
    listener.start()
    try:
        yield
    finally:
        listener.stop()
        root.handlers[:] = before
        root.setLevel(level)
        logging.raiseExceptions = shown
