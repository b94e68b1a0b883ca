"""Label Studio's protocol over HTTP: ``/health``, ``/setup``, ``/versions``, ``/predict`` and ``/webhook``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

from gaihe.integrations.label_studio.annotated import LONGEST_NUMBER
from gaihe.integrations.label_studio.backend import ProjectBackend
from gaihe.integrations.label_studio.configuration import read_configuration
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import decode_json, json_line
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

LARGEST_BODY = 50_000_000
"""Bytes of a request; Label Studio sends tasks in batches."""
_Record = dict[str, Any]


class _Answer(JSONResponse):
    """JSON in which lone surrogates stay escaped."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401
        return json_line(content).encode("utf-8")


def application(folder: Path, make: Callable[[Path], ProjectBackend] = ProjectBackend) -> Starlette:
    """The ASGI application.

    Args:
        folder: where annotated tasks and training runs lie, a folder a project.
        make: the backend of a project, from its folder.
    """
    backends: dict[int, ProjectBackend] = {}
    making = Lock()

    def backend_of(project: object) -> ProjectBackend:
        number = _project_number(project)
        with making:
            if number not in backends:
                backends[number] = make(folder / f"project-{number}")
            return backends[number]

    def setup(body: _Record) -> _Record:
        read_configuration(body.get("schema"))
        return {"model_version": backend_of(body.get("project")).recognizer()[0]}

    def versions(body: _Record) -> _Record:
        return {"versions": [backend_of(body.get("project")).recognizer()[0]]}

    def predict(body: _Record) -> _Record:
        tasks = body.get("tasks")
        if not isinstance(tasks, list):
            raise PostError("expected a list of tasks")
        configuration = read_configuration(body.get("label_config"))
        version, results = backend_of(body.get("project")).predict(tasks, configuration)
        return {"results": results, "model_version": version}

    def webhook(body: _Record) -> _Record:
        project = body.get("project")
        settings = project if isinstance(project, dict) else {}
        configuration = read_configuration(settings.get("label_config"))
        run = backend_of(settings.get("id")).fit(str(body.get("action")), body, configuration)
        return {"status": "ok", "result": None if run is None else {"job": run}}

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "UP", "model_class": "Gaihe"})

    async def refused(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 400)

    routes = [
        Route("/", health),
        Route("/health", health),
        Route("/setup", _answered(setup), methods=["POST"]),
        Route("/versions", _answered(versions), methods=["GET", "POST"]),
        Route("/predict", _answered(predict), methods=["POST"]),
        Route("/webhook", _answered(webhook, 201), methods=["POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={PostError: refused})


def _answered(work: Callable[[_Record], _Record], status: int = 200) -> Callable[[Request], Any]:
    async def answer(request: Request) -> JSONResponse:
        if "origin" in request.headers:
            raise PostError("a web page asks, not Label Studio")
        return _Answer(await run_in_threadpool(work, await _body(request)), status)

    return answer


async def _body(request: Request) -> _Record:
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST_BODY:
            raise PostError(f"the body is larger than {LARGEST_BODY} bytes")
    if not content:
        return dict(request.query_params)
    body = decode_json(bytes(content), "the body")
    if not isinstance(body, dict):
        raise PostError("expected a JSON object")
    return body


def _project_number(project: object) -> int:
    """The number of a project, from ``7`` or from ``7.1764374400``, its number and the time when it was made."""
    number = str(project).partition(".")[0]
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        raise PostError("the request names no project by its number")
    return int(number)
