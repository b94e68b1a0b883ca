"""A middleware for ASGI applications (FastAPI, Starlette, Django, …) through which no personal data passes.

``app.add_middleware(RedactingMiddleware)`` redacts what the application answers, or what it is asked, or both. What
cannot be redacted is not passed on.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Collection, Iterator, MutableMapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from gaihe.integrations.escapes import written_out
from gaihe.integrations.markup import Markup
from gaihe.integrations.texts import redacted
from gaihe.serving.core.posts import json_line
from gaihe.serving.rows.numbers import Number, dumps, loads

_read = partial(loads, parse_constant=Number)
"""JSON with numbers as they are written, ``NaN`` too, which some applications answer."""
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Redact = Callable[[Sequence[str]], Awaitable[Sequence[str | None]]]
_UNSAFE = frozenset(
    {b"content-length", b"transfer-encoding", b"etag", b"content-md5", b"digest", b"content-digest", b"repr-digest"}
)
"""Headers that tell something of the bytes as they were."""
_DIRECT = ("http.response.pathsend", "http.response.zerocopysend", "http.response.trailers")
"""Ways of answering past the middleware."""
_CHARSET = re.compile(rb";\s*charset\s*=\s*\"?([^\s;\"]*)", re.IGNORECASE)
_UTF_8 = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
"""Names of character sets whose texts are UTF-8."""


async def in_process(texts: Sequence[str]) -> Sequence[str | None]:
    """Texts redacted by the released model in this process, in a thread of their own."""
    return await asyncio.to_thread(redacted, texts)


class _UnreadableError(Exception):
    """A body that cannot be redacted."""


class RedactingMiddleware:
    """Redacts texts in bodies of JSON and text, HTML included; a body of no stated type is taken for one of them.

    Bodies are held until they are complete, streams too. Of JSON, strings are redacted, keys and numbers are not; so of
    JSON lines and of events that are JSON. JSON is written anew: of a name that an object has twice, the last value
    alone. Characters that are escaped (as in ``&#24352;``), however often, are read as what they stand for. Tags of
    HTML stay, whatever is redacted around them; values of their attributes are redacted, and so are comments, which do
    not part what a reader sees as one.

    Args:
        app: the application.
        redact: redacts texts: by the released model in this process when left out.
        requests: whether bodies of requests are redacted before the application sees them.
        responses: whether bodies of responses are redacted before the caller sees them.
        fields: of JSON, redact strings under these names alone; all when left out.
        body_bytes: of the largest body; a larger one is refused.

    Raises:
        TypeError: the fields are one name, whose characters are no names.
    """

    def __init__(
        self,
        app: Application,
        redact: Redact = in_process,
        *,
        requests: bool = False,
        responses: bool = True,
        fields: Collection[str] | None = None,
        body_bytes: int = 4 << 20,
    ) -> None:
        if isinstance(fields, str):
            raise TypeError("fields is a list of names, not one name")
        self._app, self._redact = app, redact
        self._requests, self._responses = requests, responses
        self._fields = None if fields is None else frozenset(fields)
        self._most = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._requests and _kind(scope["headers"]):
            try:
                asked_body = await self._body(receive)
                body = await self._safe(asked_body, scope["headers"]) if asked_body else b""
            except _UnreadableError:
                await _refuse(send, 422, "the body cannot be redacted, so it is not passed on")
                return
            scope = {**scope, "headers": _headers(scope["headers"], body)} if body else scope
            receive = _replayed(body, receive)
        if not self._responses:
            await self._app(scope, receive, send)
            return
        extensions = {name: value for name, value in scope.get("extensions", {}).items() if name not in _DIRECT}
        asked = [pair for pair in scope["headers"] if pair[0].lower() != b"range"]
        answer = _Answer(send, self._safe, self._most, of_no_body=scope.get("method") == "HEAD")
        await self._app({**scope, "headers": asked, "extensions": extensions}, receive, answer.send)

    async def _body(self, receive: Receive) -> bytes:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise _UnreadableError
            body += message.get("body", b"")
            if len(body) > self._most:
                raise _UnreadableError
            if not message.get("more_body", False):
                return bytes(body)

    async def _safe(self, body: bytes, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
        """A body without personal data.

        Raises:
            _UnreadableError: it cannot be read, or not be redacted.
        """
        try:
            if _value(headers, b"content-encoding") not in (b"", b"identity"):
                raise _UnreadableError
            charset = _CHARSET.search(_value(headers, b"content-type"))
            if charset and charset[1].lower() not in _UTF_8:
                raise _UnreadableError
            parts = _parts(body.decode("utf-8"), _kind(headers))
            places: list[tuple[Any, Any]] = []
            for number, part in enumerate(parts):
                if isinstance(part, list):
                    places += _strings(part, self._fields)
                elif part.strip():
                    places.append((parts, number))
            shown_all = await self._all([holder[key] for holder, key in places])
            for (holder, key), shown in zip(places, shown_all, strict=True):
                holder[key] = shown
            shown_parts = (part if isinstance(part, str) else _written(part[0]) for part in parts)
            return "".join(shown_parts).encode() if parts else body
        except Exception:
            raise _UnreadableError from None

    async def _all(self, texts: Sequence[str]) -> Sequence[str]:
        if not texts:
            return []
        marked, plain = await asyncio.to_thread(_readable, texts)
        found = await self._redact(plain)
        if len(found) != len(texts) or not all(isinstance(text, str) for text in found):
            raise _UnreadableError
        return await asyncio.to_thread(_restored, texts, marked, plain, found)


class _Answer:
    """Holds an answer back until it is safe.

    Args:
        send: passes it on.
        safe: gives a body without personal data.
        most: bytes of a body.
        of_no_body: whether its headers tell of a body that is not sent.
    """

    def __init__(
        self,
        send: Send,
        safe: Callable[[bytes, Sequence[tuple[bytes, bytes]]], Awaitable[bytes]],
        most: int,
        of_no_body: bool,
    ) -> None:
        self._send, self._safe, self._most, self._of_no_body = send, safe, most, of_no_body
        self._start: Message | None = None
        self._body = bytearray()
        self._refused = False

    async def send(self, message: Message) -> None:
        if self._refused:
            return
        if message["type"] == "http.response.start" and _kind(message.get("headers", ())):
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if len(self._body) > self._most:
                await self._refuse()
            elif not message.get("more_body", False):
                await self._finish(self._start)
        else:
            await self._send(message)

    async def _finish(self, start: Message) -> None:
        headers = list(start.get("headers", ()))
        if not self._body:
            unsent = self._of_no_body or start["status"] == HTTPStatus.NOT_MODIFIED
            await self._send({**start, "headers": _untold(headers)} if unsent else start)
            await self._send({"type": "http.response.body", "body": b""})
            return
        try:
            body = await self._safe(bytes(self._body), headers)
        except _UnreadableError:
            await self._refuse()
            return
        await self._send({**start, "headers": _headers(headers, body)})
        await self._send({"type": "http.response.body", "body": body})

    async def _refuse(self) -> None:
        self._refused = True
        await _refuse(self._send, 500, "the answer cannot be redacted, so it is not passed on")


def _parts(text: str, kind: str) -> list[Any]:
    """A body as texts, and JSON values, each in a list of its own; in order."""
    bare = text.removeprefix("\ufeff")
    if kind == "json" or (kind == "untyped" and _is_json(bare)):
        return [[_read(bare)]] if bare.strip() else []
    if kind != "lines":
        return [text]
    parts: list[Any] = [""]
    for line in re.split(r"(?<=\n)", bare):
        content = line.removeprefix("data:").strip()
        if _is_json(content):
            before, _, after = line.partition(content)
            parts[-1] += before
            parts += [[_read(content)], after]
        else:
            parts[-1] += line
    return parts


def _written(content: object) -> str:
    return json_line(content, dumps).removesuffix("\n")


def _readable(texts: Sequence[str]) -> tuple[list[Markup], list[str]]:
    """Texts without tags, with their escaped characters written out."""
    marked = [Markup(text) for text in texts]
    return marked, [written_out(one.text) for one in marked]


def _restored(
    texts: Sequence[str], marked: Sequence[Markup], plain: Sequence[str], found: Sequence[str | None]
) -> list[str]:
    """The redacted texts with their tags; those in which nothing changed are as they were."""
    return [
        text if after == before else one.with_tags(after, before)
        for text, one, before, after in zip(texts, marked, plain, found, strict=True)
        if after is not None
    ]


def _strings(content: Any, fields: Collection[str] | None) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    """The places of strings in JSON: holder and key of each."""
    waiting = [(content, fields is None)]
    while waiting:
        holder, wanted = waiting.pop()
        pairs = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for key, value in pairs:
            named = wanted or (isinstance(holder, dict) and fields is not None and key in fields)
            if isinstance(value, str) and named:
                yield holder, key
            elif isinstance(value, dict | list):
                waiting.append((value, named))


def _kind(headers: Sequence[tuple[bytes, bytes]]) -> str:
    """What a body holds: ``json``, ``lines`` of it, or ``text``; ``untyped`` for one of no type, else nothing."""
    kind = _value(headers, b"content-type").partition(b";")[0].strip().lower()
    if not kind:
        return "untyped"
    if kind.endswith((b"/json", b"+json")):
        return "json"
    if b"json" in kind or kind == b"text/event-stream":
        return "lines"
    return "text" if kind.startswith(b"text/") or kind.endswith((b"/xml", b"+xml")) else ""


def _is_json(text: str) -> bool:
    """Whether a text is JSON that holds strings; a number alone may be a telephone's, and is text."""
    try:
        return isinstance(json.loads(text), dict | list | str)
    except ValueError:
        return False


def _value(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> bytes:
    return next((value for key, value in headers if key.lower() == name), b"")


def _headers(headers: Sequence[tuple[bytes, bytes]], body: bytes) -> list[tuple[bytes, bytes]]:
    return [*_untold(headers), (b"content-length", str(len(body)).encode())]


def _untold(headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.lower() not in _UNSAFE]


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


async def _refuse(send: Send, status: int, message: str) -> None:
    body = json.dumps({"error": {"code": "not_redacted", "message": message}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
