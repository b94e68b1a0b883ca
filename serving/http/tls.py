"""Connections of TLS, which count before their handshake is done."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Sized
from contextlib import suppress

from gaihe.serving.http.settings import Limits

_AT_ONCE = 64
"""Connections that are accepted before others have their turn."""
_PAUSE_SECONDS = 1.0
"""When no file can be opened."""


class TlsListener:
    """Accepts connections and shakes hands with them, within limits; it is closed as an asyncio server is.

    Args:
        listener: the socket that listens.
        context: with the certificate.
        connection: makes the protocol of a connection.
        opened: the connections that shook hands.
        limits: of a connection and of their number.
    """

    def __init__(
        self,
        listener: socket.socket,
        context: ssl.SSLContext,
        connection: Callable[[], asyncio.Protocol],
        opened: Sized,
        limits: Limits,
    ) -> None:
        self._listener, self._context, self._connection = listener, context, connection
        self._opened, self._limits = opened, limits
        self._handshakes: set[asyncio.Task[None]] = set()
        self._pause: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        listener.setblocking(False)
        self._listen()

    def close(self) -> None:
        """Accept no more."""
        if self._pause is not None:
            self._pause.cancel()
        self._loop.remove_reader(self._listener)

    async def wait_closed(self) -> None:
        """Return at once."""

    def _listen(self) -> None:
        self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                accepted, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:
                self.close()
                self._pause = self._loop.call_later(_PAUSE_SECONDS, self._listen)
                return
            if len(self._opened) + len(self._handshakes) >= self._limits.connections + self._limits.spare_connections:
                accepted.close()
                continue
            task = self._loop.create_task(self._shake_hands(accepted))
            self._handshakes.add(task)
            task.add_done_callback(self._handshakes.discard)

    async def _shake_hands(self, accepted: socket.socket) -> None:
        accepted.setblocking(False)
        with suppress(OSError):
            await self._loop.connect_accepted_socket(
                self._connection, accepted, ssl=self._context, ssl_handshake_timeout=self._limits.head_seconds
            )
