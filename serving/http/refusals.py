"""Why a request, or one text of it, is not answered as asked."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any


class RefusalError(Exception):
    """A request that is answered with an error.

    Attributes:
        status: the HTTP status.
        code: what happened, for programs.
        message: what was wrong and what would be right; it holds nothing of a text.
        headers: that go with the answer.
        further: what else the error object holds.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None, **further: object
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.further = further

    def record(self, request_id: str = "") -> dict[str, Any]:
        """The answer's JSON object."""
        error = {"code": self.code, "message": self.message, **self.further}
        return {"error": error | ({"request_id": request_id} if request_id else {})}

    def body(self, request_id: str = "") -> bytes:
        """The answer's body."""
        return json.dumps(self.record(request_id), ensure_ascii=False).encode("utf-8", "replace")


class TextFaultError(Exception):
    """A text whose task cannot be done; the code is one of `FAULTS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


FAULTS: Mapping[str, tuple[int, str]] = {
    "failed": (500, "this text could not be processed, for a fault of the program"),
    "worker_failed": (500, "the process that worked on this text ended twice; the text is not tried again"),
    "no_verdicts": (501, "the loaded model has no labels of whole posts, so nothing can be judged"),
    "restored_too_long": (413, "the restored texts of the request would be too long: the mapping holds long originals"),
    "mapping_too_large": (413, "the text has more personal data than a mapping may hold: begin another thread"),
    "no_policy": (409, "the policy was taken out of service while the text waited"),
}
"""What can go wrong with a single text: status of a request for one text, and message."""


def too_long(limit: int) -> RefusalError:
    """A text of more characters than the service takes."""
    return RefusalError(
        413, "text_too_long", f"a text may have {limit} characters; cut it, or raise the service's limit"
    )


def fault(code: str) -> RefusalError:
    """The refusal of a single text."""
    status, message = FAULTS[code]
    return RefusalError(status, code, message)


def retry_later(status: int, code: str, message: str, seconds: float) -> RefusalError:
    """A refusal that says when to come back; not to all callers the same, so that they do not come together."""
    spread = seconds * random.uniform(1, 2)
    return RefusalError(status, code, message, {"Retry-After": str(max(1, min(60, round(spread))))})
