"""The ASGI application: which paths there are, and what every request passes on its way."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from gaihe.serving.http.endpoints import Endpoints
from gaihe.serving.http.logs import LOG
from gaihe.serving.http.page import page, page_files
from gaihe.serving.http.refusals import RefusalError
from gaihe.serving.http.service import Service
from gaihe.serving.http.tracing import traced
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
KEYLESS = frozenset({"/healthz", "/readyz", "/openapi.json", *page_files()})
"""Paths that are answered without a key."""
_HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]


def application(service: Service) -> ASGIApp:
    """The application around a service."""
    endpoints = Endpoints(service)
    routes = [
        Route("/v1/detect", _answered(endpoints.detect), methods=["POST"]),
        Route("/v1/judge", _answered(endpoints.judge), methods=["POST"]),
        Route("/v1/redact", _answered(endpoints.redact), methods=["POST"]),
        Route("/v1/restore", _answered(endpoints.restore), methods=["POST"]),
        Route("/v1/types", _answered(endpoints.types)),
        Route("/v1/policies", _answered(endpoints.policies)),
        Route("/healthz", _answered(endpoints.health)),
        Route("/readyz", _answered(endpoints.ready)),
        Route("/metrics", _answered(endpoints.metrics)),
        Route("/openapi.json", _answered(endpoints.openapi)),
        *(Route(path, _answered(page)) for path in page_files()),
    ]
    known = frozenset(route.path for route in routes)
    inner = Starlette(routes=routes, exception_handlers={HTTPException: _unmatched})
    inner.router.redirect_slashes = False
    return _Gate(inner, service, known)


def _answered(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint whose errors become answers."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RefusalError as refusal:
            return _error(request, refusal)
        except Exception:
            LOG.exception("an endpoint failed", extra={"request_id": request.state.request_id})
            return _error(
                request, RefusalError(500, "failed", "the request could not be answered, for a fault of the program")
            )

    return answer


async def _unmatched(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        headers = dict(getattr(error, "headers", None) or {})
        return _error(request, RefusalError(405, "wrong_method", "this path takes another method: see Allow", headers))
    return _error(request, RefusalError(404, "unknown_path", "there is no such path: see /openapi.json"))


def _error(request: Request, refusal: RefusalError) -> Response:
    request.state.code = refusal.code
    body = refusal.body(request.state.request_id)
    return Response(body, refusal.status, refusal.headers, "application/json")


class _Gate:
    """Names, checks, times and counts every request."""

    def __init__(self, inner: ASGIApp, service: Service, routes: frozenset[str]) -> None:
        self._inner, self._service, self._routes = inner, service, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        metrics, started = self._service.metrics, time.perf_counter()
        request_id = secrets.token_hex(8)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        headers = [*_HEADERS, (b"x-request-id", request_id.encode())]
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                closing = [(b"connection", b"close")] if self._service.draining else []
                message["headers"] = [*message.get("headers", []), *headers, *closing]
            await send(message)

        request = Request(scope)
        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        route = scope["path"] if scope["path"] in self._routes else "_OTHER"
        metrics.active.inc()
        with traced(method, route, request.headers) as attributes:
            try:
                refused = self._refused(request)
                await (self._inner if refused is None else refused)(scope, receive, noted)
            finally:
                metrics.active.dec()
                attributes["http.response.status_code"] = status
                self._note(method, route, status, time.perf_counter() - started, state)

    def _refused(self, request: Request) -> Response | None:
        try:
            self._service.access.check_host(", ".join(request.headers.getlist("host")))
            if request.scope["path"] not in KEYLESS:
                self._service.access.check_key(request.headers.get("authorization", ""))
        except RefusalError as refusal:
            return _error(request, refusal)
        return None

    def _note(self, method: str, route: str, status: int, seconds: float, state: Mapping[str, Any]) -> None:
        self._service.metrics.requests.labels(method, route, str(status)).observe(seconds)
        code = state.get("code")
        if code is not None:
            self._service.metrics.refused.labels(code).inc()
        if self._service.settings.log_requests or status >= 500:
            known = {name: state[name] for name in ("request_id", "code", "texts", "tokens") if name in state}
            asked = {"method": method, "route": route, "status": status, "seconds": round(seconds, 6)}
            LOG.info("request", extra=known | asked)
