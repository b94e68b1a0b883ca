"""The HTTP service on a Ray cluster: ``serve run gaihe.scale.serve:app model=mine.onnx max_replicas=8``.

A replica is the service of one machine (`gaihe.serving.http`) with one worker process: the same paths, limits and
answers, and what waits in a replica is read together. Ray Serve spreads requests over replicas, and makes more or
fewer of them by how many requests are open. When model, policies or keys change, the workers of the new ones are loaded
before those of the old ones stop, in each replica; what cannot be used is refused, and all stays as it was.
"""

from __future__ import annotations

import os

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from gaihe.serving.core.errors import CommandError
from gaihe.serving.http.access import access_of
from gaihe.serving.http.application import application
from gaihe.serving.http.logs import LOG, json_logs
from gaihe.serving.http.service import Service, generation_of
from gaihe.serving.http.settings import LOOPBACK, Settings
from gaihe.serving.model.loading import ModelError
from ray import serve
from ray.serve.schema import LoggingConfig
from starlette.types import ASGIApp, Receive, Scope, Send

OPEN_REQUESTS = 16
"""Of a replica; with more, another one is made."""
MOST_OPEN_REQUESTS = 128
"""Of a replica; further ones wait in front."""
MOST_REPLICAS = 4
_FILES = ("model", "policies", "keys", "hosts", "revision")
_REPLICAS = {"min_replicas": 1, "max_replicas": MOST_REPLICAS}
_SIZES = (*_REPLICAS, "open_requests")


class _Front:
    """Stands for the application until its service is started, and ends it."""

    inner: ASGIApp | None = None
    end: Callable[[], Awaitable[None]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            assert self.inner is not None
            await self.inner(scope, receive, send)
            return
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        if self.end is not None:
            await self.end()
        await send({"type": "lifespan.shutdown.complete"})


@serve.ingress(_Front())
class Replica:
    """One service with one worker; `reconfigure` starts it, and later changes what it serves."""

    app: _Front

    def __init__(self) -> None:
        self._service: Service | None = None
        self._changing = asyncio.Lock()
        self._logs = ExitStack()
        self._logs.enter_context(json_logs())

    async def reconfigure(self, config: Mapping[str, Any]) -> None:
        """Serve what a configuration names, as `settings_of` reads it.

        Raises:
            CommandError: the first one cannot be used; later ones are refused in the log.
        """
        async with self._changing:
            if self._service is None:
                service = Service(settings_of(config))
                await service.start()
                self._service, self.app.inner, self.app.end = service, application(service), self._end
                return
            before = self._service.settings
            try:
                settings = settings_of(config)
                await asyncio.to_thread(_check, settings)
            except (CommandError, ModelError) as error:
                LOG.error("the change is refused, what was loaded stays", extra={"reason": str(error)})
                return
            await self._service.reload(replace(settings, limits=before.limits))

    async def _end(self) -> None:
        if self._service is not None:
            await self._service.drain()
            await self._service.pool.close()
        self._logs.close()


def settings_of(config: Mapping[str, Any]) -> Settings:
    """What a replica serves.

    Args:
        config: ``model``, a file, the released one when left out; ``policies``, files; ``keys``, a file with hashes of
            API keys; ``hosts``, names that a ``Host`` header may hold; ``revision``, anything: another one has files
            read again that are called as before. Files must be there on every machine.

    Raises:
        CommandError: a name that is none of these, or a value that is no path.
    """
    if unknown := set(config) - set(_FILES):
        raise CommandError(f"unknown {min(unknown)!r:.40}; known: {', '.join((*_FILES, *_SIZES))}")
    keys = _path(config, "keys")
    return Settings(
        host=LOOPBACK[0] if keys is None else "0.0.0.0",
        workers=1,
        model=_path(config, "model"),
        policies=tuple(map(Path, _listed(config, "policies"))),
        keys=keys,
        hosts=tuple(_listed(config, "hosts")),
    )


def app(config: Mapping[str, Any]) -> serve.Application:
    """The application, for ``serve run`` and ``serve.run``.

    Args:
        config: as `settings_of` takes it, and ``min_replicas``, ``max_replicas`` and ``open_requests``, the open
            requests of a replica beyond which there is to be another one.

    Raises:
        CommandError: what cannot be used; what runs already runs on.
        ModelError: the model cannot be used.
    """
    files = {name: value for name, value in config.items() if name not in _SIZES}
    settings = settings_of(files)
    fewest, most = (int(_size(config, name, size, whole=True)) for name, size in _REPLICAS.items())
    if most < fewest:
        raise CommandError(f"max_replicas is {most}, which is less than min_replicas, {fewest}")
    requests = _size(config, "open_requests", OPEN_REQUESTS)
    _check(settings)
    replica = serve.deployment(
        name="gaihe",
        ray_actor_options={"num_cpus": 1},
        max_ongoing_requests=MOST_OPEN_REQUESTS,
        autoscaling_config={
            "min_replicas": fewest,
            "max_replicas": most,
            "target_ongoing_requests": requests,
        },
        user_config=files,
        logging_config=LoggingConfig(enable_access_log=False),
    )(Replica)
    return replica.bind()


def _check(settings: Settings) -> None:
    generation_of(settings, quotes=False)
    access_of(settings, os.environ)


def _size(config: Mapping[str, Any], name: str, default: int, *, whole: bool = False) -> float:
    """A number above 0, which may be given in words of a command line.

    Raises:
        CommandError: it is none.
    """
    given = config.get(name, default)
    try:
        size = float(given)
    except (TypeError, ValueError):
        size = 0.0
    if not 0 < size < math.inf or (whole and not size.is_integer()):
        raise CommandError(f"{name} must be a {'whole ' * whole}number above 0, not {given!r:.40}")
    return size


def _path(config: Mapping[str, Any], name: str) -> Path | None:
    given = config.get(name)
    if given is None:
        return None
    if not isinstance(given, str | Path):
        raise CommandError(f"{name} must be the path of a file, not {type(given).__name__}")
    return Path(given)


def _listed(config: Mapping[str, Any], name: str) -> list[str]:
    """Words in a list, or apart by commas as on a command line."""
    given = config.get(name) or ()
    words = given.split(",") if isinstance(given, str) else given
    if not isinstance(words, list | tuple) or not all(isinstance(word, str | Path) for word in words):
        raise CommandError(f"{name} must be a list of texts, or texts apart by commas")
    return [str(word) for word in words if word]
