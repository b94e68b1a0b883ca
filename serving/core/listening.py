"""The address on which a service listens."""

from __future__ import annotations

import socket

from gaihe.serving.core.errors import CommandError


def check_port(port: int) -> None:
    """Refuse what is no port.

    Raises:
        CommandError: it is none.
    """
    if not 0 <= port <= 65535:
        raise CommandError(f"--port must lie between 0 and 65535, not {port}")


def listen(host: str, port: int, backlog: int | None = None) -> socket.socket:
    """A socket that listens.

    Args:
        host: a name, or an address of either version.
        port: 0 for any that is free.
        backlog: connections that may wait to be accepted; as many as the system thinks right when left out.

    Raises:
        CommandError: nothing can listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=backlog)
    except (OSError, TypeError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "that is no address"
        raise CommandError(f"cannot listen on {host} port {port}: {reason}") from None
