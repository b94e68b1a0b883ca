"""The HTTP service: ``POST /detect`` and ``POST /redact`` with JSON, ``GET /health``.

A text that could not be processed has ``null`` as its result and its position in the list ``failed``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import decode_json, json_line
from gaihe.serving.core.schema import Entity
from gaihe.serving.core.version import installed_version
from gaihe.serving.recognition.detection import detection_record
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction import redact
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

LARGEST_BODY = 10_000_000


class _RequestError(ValueError):
    """A request that cannot be answered: sent back with status 400 or 413."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class _Answer(JSONResponse):
    """JSON in which lone surrogates stay escaped."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401
        return json_line(content).encode("utf-8")


async def _texts(request: Request) -> list[str]:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise _RequestError(f"the body is larger than {LARGEST_BODY} bytes", 413)
    try:
        content = decode_json(bytes(body), "the body")
    except PostError as error:
        raise _RequestError(str(error)) from None
    texts = content.get("texts") if isinstance(content, dict) else None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _RequestError('expected {"texts": [str, …]}')
    return texts


def application(recognizer: Recognizer) -> Starlette:
    """The ASGI application around a loaded model."""

    def answered(name: str, texts: Sequence[str], result: Callable[[str, list[Entity]], Any]) -> JSONResponse:
        found = recognizer.attempt_batch(texts)
        failed = [position for position, entities in enumerate(found) if isinstance(entities, Exception)]
        results = [
            None if isinstance(entities, Exception) else result(text, entities)
            for text, entities in zip(texts, found, strict=True)
        ]
        return _Answer({name: results, "failed": failed} if failed else {name: results})

    async def detect(request: Request) -> JSONResponse:
        texts = await _texts(request)
        return await run_in_threadpool(answered, "results", texts, lambda _, found: list(map(detection_record, found)))

    async def redacted(request: Request) -> JSONResponse:
        texts = await _texts(request)
        return await run_in_threadpool(answered, "texts", texts, lambda text, found: redact(text, found).text)

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "version": installed_version(), "model": recognizer.metadata.version})

    async def refused(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, _RequestError)
        return JSONResponse({"error": str(error)}, error.status)

    routes = [
        Route("/detect", detect, methods=["POST"]),
        Route("/redact", redacted, methods=["POST"]),
        Route("/health", health),
    ]
    return Starlette(routes=routes, exception_handlers={_RequestError: refused})
