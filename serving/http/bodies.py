"""Reading the body of a request, within limits of size and time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import decode_json
from gaihe.serving.http.refusals import RefusalError, retry_later
from gaihe.serving.http.settings import Limits
from starlette.requests import ClientDisconnect, Request

_CLOSE = {"Connection": "close"}
_UTF_8 = {"utf-8", "utf8"}


class Bodies:
    """All bodies that are held at a time, of requests and of answers not taken yet; together they are bounded.

    Attributes:
        held: bytes of all of them.
        answers: how many of them are answers.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.held = self.answers = 0

    @asynccontextmanager
    async def decoded(self, request: Request) -> AsyncIterator[Any]:
        """The JSON value of a body; what has come of it counts as held until the block ends.

        Raises:
            RefusalError: the body is no JSON, too large or too slow, or too much is held already.
        """
        _check_headers(request)
        declared = request.headers.get("content-length", "")
        if declared.isascii() and declared.isdigit():
            self._check_room(0, int(declared[:20]))
        mine = 0

        def hold(count: int) -> None:
            nonlocal mine
            self._check_room(mine, count)
            mine += count
            self.held += count

        try:
            yield _json(await self._read(request, hold))
        finally:
            self.held -= mine

    def hold_answer(self, count: int) -> None:
        """Count an answer as held until `release`; one alone has room, however long it is.

        Raises:
            RefusalError: too much is held already.
        """
        if self.held and self.held + count > self._limits.bodies_bytes:
            raise _too_many()
        self.held += count
        self.answers += 1

    def release(self, count: int) -> None:
        """Let go of an answer."""
        self.held -= count
        self.answers -= 1

    def _check_room(self, mine: int, more: int) -> None:
        """Refuse bytes for which there is no room, beside those of the same body that are held."""
        if mine + more > self._limits.body_bytes:
            message = f"a body may have {self._limits.body_bytes} bytes: send less text at a time"
            raise RefusalError(413, "body_too_large", message)
        if self.held + more > self._limits.bodies_bytes:
            raise _too_many()

    async def _read(self, request: Request, hold: Callable[[int], None]) -> bytes:
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                async for piece in request.stream():
                    hold(len(piece))
                    body += piece
        except TimeoutError:
            message = f"the body did not come within {self._limits.body_seconds:g} seconds"
            raise RefusalError(408, "body_too_slow", message, _CLOSE) from None
        except ClientDisconnect:
            raise RefusalError(499, "gone", "the caller closed the connection") from None
        return bytes(body)


def _too_many() -> RefusalError:
    message = "too many bodies are being read, or answers not taken yet: come back later"
    return retry_later(429, "too_many_bytes", message, 1)


def _check_headers(request: Request) -> None:
    kind, *parameters = request.headers.get("content-type", "").lower().split(";")
    pairs = [parameter.partition("=") for parameter in parameters]
    charsets = {value.strip(' \t"') for name, _, value in pairs if name.strip() == "charset"}
    if kind.strip() != "application/json" or not charsets <= _UTF_8:
        raise RefusalError(
            415, "wrong_content_type", "a body is application/json in UTF-8: see the Content-Type header"
        )
    if request.headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
        raise RefusalError(415, "encoded", "a body is sent as it is, without Content-Encoding")


def _json(body: bytes) -> Any:  # noqa: ANN401
    try:
        return decode_json(body, "the body")
    except PostError as error:
        raise RefusalError(400, "not_json", str(error)) from None
