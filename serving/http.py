"""The HTTP service: ``POST /detect`` and ``POST /redact`` with JSON, ``GET /health``."""

from __future__ import annotations

import json

from gaihe.serving.cli import installed_version
from gaihe.serving.detection import detection_record
from gaihe.serving.recognizer import Recognizer
from gaihe.serving.redaction import RedactionStyle, redact
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


async def _texts(request: Request) -> list[str]:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise _RequestError(f"the body is larger than {LARGEST_BODY} bytes", 413)
    try:
        content = json.loads(body)
    except ValueError as error:
        raise _RequestError(f"the body is not JSON: {error}") from None
    texts = content.get("texts") if isinstance(content, dict) else None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _RequestError('expected {"texts": [str, …]}')
    return texts


def application(recognizer: Recognizer) -> Starlette:
    """The ASGI application around a loaded model."""

    async def detect(request: Request) -> JSONResponse:
        texts = await _texts(request)
        found = await run_in_threadpool(recognizer.detect_batch, texts)
        return JSONResponse({"results": [[detection_record(entity) for entity in entities] for entities in found]})

    async def redacted(request: Request) -> JSONResponse:
        texts = await _texts(request)
        found = await run_in_threadpool(recognizer.detect_batch, texts)
        style = RedactionStyle.LABEL
        return JSONResponse({"texts": [redact(text, spans, style) for text, spans in zip(texts, found, strict=True)]})

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
