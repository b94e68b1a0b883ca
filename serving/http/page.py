"""The page at ``/`` and the files beside it, where they are installed."""

from __future__ import annotations

import mimetypes
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from gaihe.serving.http.refusals import RefusalError
from starlette.requests import Request
from starlette.responses import Response

_INDEX = "index.html"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""The page loads nothing from elsewhere, runs its own scripts alone, and stands in no other page."""
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


@cache
def page_files() -> dict[str, Traversable]:
    """The files of the page by path; none where it is not installed."""
    folder = resources.files("gaihe.serving.http") / "page"
    if not folder.is_dir():
        return {}
    files = {f"/{file.name}": file for file in folder.iterdir() if file.is_file() and not file.name.startswith(".")}
    return files | ({"/": files[f"/{_INDEX}"]} if f"/{_INDEX}" in files else {})


async def page(request: Request) -> Response:
    """A file of the page."""
    file = page_files().get(request.scope["path"])
    if file is None:
        raise RefusalError(404, "unknown_path", "there is no such path: see /openapi.json")
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(file.read_bytes(), media_type=kind, headers=_HEADERS)
