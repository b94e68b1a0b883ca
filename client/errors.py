"""What can go wrong between a client and a service; no message holds a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class GaiheError(Exception):
    """A question that was not answered.

    Attributes:
        done: the results of the first texts of a batch, whose questions were answered.
    """

    done: Sequence[Any] = ()


class UnreachableError(GaiheError):
    """No answer came: the service is not there, the connection broke, or the timeout was over."""


class AnswerError(GaiheError):
    """What came is no answer of this service."""


class RefusedError(GaiheError):
    """The service refused the question.

    Attributes:
        status: the HTTP status.
        code: what happened, for programs.
        message: what was wrong and what would be right.
        field: the field that is wrong, if it is one.
        known: what it may be, where there is a choice.
        request_id: what the service's log calls the question.
    """

    def __init__(self, status: int, error: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(error.get("code", "unknown"))
        self.message = str(error.get("message", ""))
        self.field: str | None = error.get("field")
        known = error.get("known")
        self.known: tuple[str, ...] = tuple(known) if isinstance(known, list | tuple) else ()
        self.request_id: str | None = error.get("request_id")
        super().__init__(f"{status} {self.code}: {self.message}")

    def __reduce__(self) -> tuple[Any, ...]:
        """How it travels between processes."""
        return type(self), (self.status, {"code": self.code, "message": self.message}), self.__dict__
