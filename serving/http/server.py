"""Runs a service on a port until a signal ends it."""

from __future__ import annotations

import asyncio
import math
import resource
import signal
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import cast

import uvicorn
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.listening import listen
from gaihe.serving.http.application import application
from gaihe.serving.http.connection import Connection, connection_class
from gaihe.serving.http.garbage import collect_between
from gaihe.serving.http.logs import LOG, json_logs
from gaihe.serving.http.service import Service, refuse_reload
from gaihe.serving.http.settings import Limits, Settings
from gaihe.serving.http.tls import TlsListener

BACKLOG = 1_024
LAST_SECONDS = 2.0
"""After draining, in which requests that are coming in are refused in words."""
_LOOK_SECONDS = 0.02
CLOSE_SECONDS = 5
"""After draining, in which callers must have read their answers."""


class _Server(uvicorn.Server):
    """A server that leaves the signals to the service, and lets no handshake of TLS escape its limits."""

    def __init__(self, config: uvicorn.Config, limits: Limits) -> None:
        super().__init__(config)
        self._limits = limits

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        context, opened = self.config.ssl, self.server_state.connections
        if context is None or sockets is None:
            await super().startup(sockets)
            return
        protocol = cast(type[Connection], self.config.http_protocol_class)
        connection = partial(protocol, self.config, self.server_state, {})
        listeners = [TlsListener(one, context, connection, opened, self._limits) for one in sockets]
        self.servers = cast(list[asyncio.Server], listeners)
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more, let requests that are coming in be refused in words, then close."""
        for server in self.servers:
            server.close()
        end = time.monotonic() + LAST_SECONDS
        while any(map(_is_busy, self.server_state.connections)) and time.monotonic() < end:
            await asyncio.sleep(_LOOK_SECONDS)
        await super().shutdown(sockets)


def _is_busy(connection: object) -> bool:
    return isinstance(connection, Connection) and connection.is_busy


def run(settings: Settings, hung_up: Callable[[], bool] = lambda: False) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP loads model, policies and keys anew.

    Args:
        settings: what to serve.
        hung_up: whether SIGHUP came before it is handled here.

    Raises:
        CommandError: something of the settings cannot be used.
    """
    settings = replace(settings, limits=settings.limits.with_files(_files(settings), settings.workers))
    service = Service(settings)
    config = uvicorn.Config(
        application(service),
        http=connection_class(settings.limits, service.metrics.refused),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=math.ceil(settings.limits.idle_seconds),
        timeout_graceful_shutdown=CLOSE_SECONDS,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.private_key,
    )
    try:
        config.load()
    except OSError as error:
        raise CommandError(f"the certificate or its key cannot be used: {error.strerror}") from None
    runner = asyncio.Runner(loop_factory=config.get_loop_factory())
    with listen(settings.host, settings.port, BACKLOG) as listener, json_logs(), runner:
        runner.run(_serve(service, config, listener, hung_up))


def _files(settings: Settings) -> int:
    """Files that the process may open, as many as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * settings.limits.connections
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if soft == resource.RLIM_INFINITY else soft


async def _serve(
    service: Service, config: uvicorn.Config, listener: socket.socket, hung_up: Callable[[], bool]
) -> None:
    server = _Server(config, service.settings.limits)
    service.metrics.watch("gaihe_connections", "Open connections.", lambda: len(server.server_state.connections))
    loop = asyncio.get_running_loop()
    ending = asyncio.Event()
    hurried = asyncio.Event()

    def end() -> None:
        (hurried if ending.is_set() else ending).set()

    reloading = asyncio.Lock()

    async def reload() -> None:
        async with reloading:
            await _reload(service, config)

    tasks = set[asyncio.Task[None]]()

    def begin_reload() -> None:
        task = asyncio.ensure_future(reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    loop.add_signal_handler(signal.SIGHUP, begin_reload)
    if hung_up():
        begin_reload()
    async with reloading:
        await service.start()
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    collecting = asyncio.ensure_future(collect_between(lambda: not service.pool.open_jobs))
    LOG.info("listening", extra={"address": _address(config, listener)})
    await ending.wait()
    draining = asyncio.ensure_future(service.drain())
    await asyncio.wait([draining, asyncio.ensure_future(hurried.wait())], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    await service.pool.close()
    collecting.cancel()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_IGN)
    LOG.info("ended")


async def _reload(service: Service, config: uvicorn.Config) -> None:
    """Serve what the files hold now, the certificate too, or nothing of it; whatever happens is logged."""
    try:
        try:
            _try_certificate(service.settings)
        except OSError as error:
            refuse_reload(f"the certificate or its key cannot be used: {error.strerror}")
            return
        if await service.reload():
            _renew(config, service.settings)
    except Exception:
        LOG.exception("the reload failed")


def _try_certificate(settings: Settings) -> None:
    """Load certificate and key apart from what is served.

    Raises:
        OSError: they cannot be used, or do not go together.
    """
    if settings.certificate is not None:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.certificate, settings.private_key)


def _renew(config: uvicorn.Config, settings: Settings) -> None:
    """Show the certificate that the files hold now to connections to come.

    Raises:
        OSError: the files were changed since they were tried, and cannot be used any more; the old one is shown.
    """
    if config.ssl is not None and settings.certificate is not None:
        _try_certificate(settings)
        config.ssl.load_cert_chain(settings.certificate, settings.private_key)


def _address(config: uvicorn.Config, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http{'s' if config.ssl else ''}://{f'[{host}]' if ':' in host else host}:{port}"
