"""A connection that does not wait for ever: uvicorn's protocol, with limits on heads, bodies, readers and count."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import ClassVar

import httptools
from gaihe.serving.http.logs import LOG
from gaihe.serving.http.refusals import RefusalError
from gaihe.serving.http.settings import Limits
from prometheus_client import Counter
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

TOLD_SECONDS = 1.0
"""How long a connection that was turned away may take to read that."""
GRACE_SECONDS = 5.0
"""After the time for a body, in which the refusal can still be read."""

BUFFERED_BYTES = 64 << 10
"""Of answers that a caller may leave before it counts as one that does not read; of bodies, before their turn comes."""
MOST_WAITING = 16
"""Requests of a connection that wait for their turn; with so many, what comes further is not read."""
_PIECE_BYTES = 4 << 10
"""What is read before it is looked how many requests wait, and how long a head is."""


class _Flow(FlowControl):
    """A flow that does not go on while it is held, whatever uvicorn asks for."""

    held = False

    def resume_reading(self) -> None:
        if not self.held:
            super().resume_reading()


class Connection(HttpToolsProtocol):
    """A connection of a service."""

    limits: ClassVar[Limits]
    refused: ClassVar[Counter]

    @property
    def is_open(self) -> bool:
        """Whether the caller is still there."""
        return not self.transport.is_closing()

    @property
    def is_busy(self) -> bool:
        """Whether a request has begun to come and is not answered."""
        in_head = self._in_head and self._head_bytes > 0 and not self._told
        return in_head or (self.cycle is not None and not self.cycle.response_complete)

    async def taken(self) -> None:
        """Wait until the caller has taken what was written, but for `BUFFERED_BYTES`, or is gone."""
        await self.flow.drain()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head, or turn the caller away."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(BUFFERED_BYTES)
        self.flow = self._flow = _Flow(transport)
        self._timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._postponed: Callable[[], None] | None = None
        self._running: RequestResponseCycle | None = None
        self._unread = memoryview(b"")
        self._head_bytes = 0
        self._in_head = True
        self._between = True
        self._in_trailers = False
        self._declining = False
        self._told = False
        over = len(self.connections) - self.limits.connections
        if over > self.limits.spare_connections:
            self.transport.abort()
        elif over > 0:
            self._tell(503, "too_many_connections", "too many connections are open: come back later")
        else:
            self._wait(self.limits.head_seconds, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting, and tell the request that is worked on."""
        self._stop_waiting()
        self._stop_write_timer()
        self._unread = memoryview(b"")
        self.pipeline.clear()
        self._leave(self._running)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the caller was told to go."""
        self._unread = memoryview(b"".join((self._unread, data)))
        self._read_on()

    def _read_on(self) -> None:
        """Read what came, until too much waits for its turn."""
        while self._unread and not self._told and not self.transport.is_closing() and not self._is_full:
            piece, self._unread = self._unread[:_PIECE_BYTES], self._unread[_PIECE_BYTES:]
            self._read(piece)
        if self._told or self.transport.is_closing():
            self._unread = memoryview(b"")
        was_held, self._flow.held = self._flow.held, bool(self._unread) or self._is_full
        if self._flow.held:
            self._flow.pause_reading()
        elif was_held:
            self._flow.resume_reading()

    @property
    def _is_full(self) -> bool:
        """Whether as much waits for its turn as may wait."""
        waiting = [cycle for cycle, _ in self.pipeline]
        return len(waiting) >= MOST_WAITING or sum(len(cycle.body) for cycle in waiting) > BUFFERED_BYTES

    def _read(self, piece: memoryview) -> None:
        """`HttpToolsProtocol.data_received`, without its warning of what is no HTTP; offers are declined."""
        self._unset_keepalive_if_required()
        if self._in_head or self._between or self._in_trailers:
            self._head_bytes += len(piece)
        pieces = [piece]
        try:
            while pieces:
                piece = pieces.pop()
                try:
                    self.parser.feed_data(piece)
                except httptools.HttpParserUpgrade as offer:
                    pieces += [piece[offer.args[0] :], memoryview(self._without_offer())]
        except httptools.HttpParserError:
            self.send_400_response("")
        if self._head_bytes > self.limits.head_bytes and not self._told and not self.transport.is_closing():
            self._tell_head_is_large()

    def _without_offer(self) -> bytes:
        """The head that was read, to be read again without its offer of another protocol; nothing after a CONNECT.

        With such an offer, as Java makes it of HTTP/2, the parser takes the body for that protocol.
        """
        if not self._declining:
            return b""
        self._declining = False
        first = b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        lines = [b"%b: %b" % header for header in self.headers if header[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return b"\r\n".join([first, *lines, b"", b""])

    def on_message_begin(self) -> None:
        """A head begins."""
        if self._told:
            return
        super().on_message_begin()
        self._between = False
        if not self._in_head:
            self._in_head = True
            self._wait(self.limits.head_seconds, self._head_is_late)

    def on_headers_complete(self) -> None:
        """A body begins, unless the head was too large."""
        if self._told:
            return
        if self._read_head_bytes > self.limits.head_bytes:
            self._tell_head_is_large()
            return
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            self._declining = True
            return
        self._in_head = False
        self._head_bytes = 0
        self._wait(self.limits.body_seconds + GRACE_SECONDS, self.transport.abort)
        self.scope["state"]["connection"] = self
        try:
            super().on_headers_complete()
        except httptools.HttpParserError:
            self._in_head = True
            raise

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header comes; behind a body it says nothing of the request."""
        if self._in_head:
            super().on_header(name, value)

    def on_chunk_header(self) -> None:
        """A piece of a body is announced; if it is empty, trailers follow."""
        self._in_trailers = True
        self._head_bytes = 0

    def on_body(self, body: bytes) -> None:
        """A piece of a body comes."""
        self._in_trailers = False
        self._head_bytes = 0
        if not self._told:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """A body ends; what comes behind it is read, so that the end of the connection is noticed."""
        if self._told or self._declining:
            return
        self._stop_waiting()
        self._between = True
        self._in_trailers = False
        self._head_bytes = 0
        super().on_message_complete()
        self._flow.resume_reading()

    def on_response_complete(self) -> None:
        """A request is answered; what was postponed for it is due, unless others are still to be answered."""
        super().on_response_complete()
        if self._postponed is not None and not self._answers_earlier and not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self._postponed()
        self._read_on()

    def pause_writing(self) -> None:
        """The caller does not read."""
        super().pause_writing()
        self._stop_write_timer()
        self._write_timer = self.loop.call_later(self.limits.write_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The caller reads."""
        self._stop_write_timer()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing was asked for a while."""
        super().timeout_keep_alive_handler()
        self._abort_later()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP, or too long for the parser."""
        if self._told:
            return
        if self._in_head and self._read_head_bytes > self.limits.head_bytes:
            self._tell_head_is_large()
        else:
            self._tell(400, "not_http", "what came is no HTTP request")

    @property
    def _read_head_bytes(self) -> int:
        """Bytes of the head that the parser has read, however many came with it."""
        if self.scope is None:
            return 0
        return len(self.url) + sum(len(name) + len(value) + len(":\r\n") for name, value in self.headers)

    def _tell_head_is_large(self) -> None:
        self._tell(431, "head_too_large", f"request line and headers may have {self.limits.head_bytes} bytes")

    def _head_is_late(self) -> None:
        message = f"request line and headers did not come within {self.limits.head_seconds:g} seconds"
        self._tell(408, "head_too_slow", message)

    @property
    def _answers_earlier(self) -> bool:
        """Whether requests before the one that is coming are still to be answered."""
        last = self.cycle
        return bool(self.pipeline) or (last is not None and not last.more_body and not last.response_complete)

    def _tell(self, status: int, code: str, message: str) -> None:
        """Answer without a request once earlier ones are answered, and close when that was read."""
        self._told = True
        self._stop_waiting()
        if self._answers_earlier:
            self._postponed = partial(self._tell, status, code, message)
            return
        if not self._in_head and not self._between:
            if self.cycle.response_complete:
                self.transport.close()
                self._abort_later()
                return
            self._leave(self.cycle)
        request_id = secrets.token_hex(8)
        self.refused.labels(code).inc()
        LOG.warning("refused without a request", extra={"request_id": request_id, "code": code, "status": status})
        body = RefusalError(status, code, message).body(request_id)
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nX-Request-Id: {request_id}\r\nConnection: close\r\n"
            + ("Retry-After: 1\r\n" if status == 503 else "")
            + "\r\n"
        )
        self.transport.write(head.encode() + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
            self._wait(TOLD_SECONDS, self.transport.abort)
        else:
            self.transport.close()
            self._abort_later()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    @staticmethod
    def _leave(cycle: RequestResponseCycle | None) -> None:
        """Tell a request that nobody reads its answer."""
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        """Do something after some time, which begins when earlier requests are answered."""
        self._stop_waiting()
        if self._answers_earlier:
            self._postponed = partial(self._wait, seconds, then)
        else:
            self._timer = self.loop.call_later(seconds, then)

    def _stop_waiting(self) -> None:
        self._postponed = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _abort_later(self) -> None:
        self._stop_write_timer()
        self._write_timer = self.loop.call_later(self.limits.write_seconds, self.transport.abort)


def connection_class(limits: Limits, refused: Counter) -> type[Connection]:
    """The class of a service's connections, which count what they refuse by its code."""
    return type("LimitedConnection", (Connection,), {"limits": limits, "refused": refused})
