"""Answers that are held until their callers take them."""

from __future__ import annotations

from gaihe.serving.http.bodies import Bodies
from gaihe.serving.http.connection import Connection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class HeldAnswer(Response):
    """A JSON answer, which counts as held until its caller has taken it, but for what a connection buffers.

    Args:
        content: the body.
        bodies: where it counts.
        connection: that takes it; where none is known, an answer is held until it is sent.

    Raises:
        RefusalError: too much is held already.
    """

    def __init__(self, content: bytes, bodies: Bodies, connection: Connection | None) -> None:
        super().__init__(content, media_type="application/json")
        self._bodies, self._connection = bodies, connection
        bodies.hold_answer(len(content))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and let go of it when it is taken or the caller is gone."""
        try:
            await super().__call__(scope, receive, send)
            if self._connection is not None:
                await self._connection.taken()
        finally:
            self._bodies.release(len(self.body))
