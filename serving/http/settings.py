"""What the service is told when it starts: its limits, and where model, policies, keys and certificates are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path

_OWN_FILES = 32
"""Files of the process itself: logs, listener, event loop, those it reads when it reloads."""
_FILES_A_WORKER = 8
"""Pipes of a worker, and of the one that takes its place."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a caller may ask for, and for how long.

    Attributes:
        body_bytes: of one request.
        bodies_bytes: of what has come of all requests that are not answered, and of all answers that are not taken yet.
        text_characters: of one text.
        batch_texts: texts of one request.
        data_id_characters: of a caller's id of a text.
        connections: open ones; of further ones each is told so and closed.
        head_bytes: of request line and headers.
        head_seconds: to send them.
        body_seconds: to send the body.
        answer_seconds: from the end of the body to the answer.
        write_seconds: in which a caller must have taken an answer.
        idle_seconds: of a connection without a request; longer than a load balancer keeps one, mostly 60.
        drain_seconds: from SIGTERM until what is still not answered is refused.
        small_tokens: of small requests that wait, for each worker; a character is a token.
        large_tokens: of large requests that wait, for each worker.
    """

    body_bytes: int = 8 << 20
    bodies_bytes: int = 64 << 20
    text_characters: int = 1_000_000
    batch_texts: int = 1_000
    data_id_characters: int = 128
    connections: int = 4_096
    head_bytes: int = 32 << 10
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    answer_seconds: float = 60.0
    write_seconds: float = 30.0
    idle_seconds: float = 75.0
    drain_seconds: float = 30.0
    small_tokens: int = 32_768
    large_tokens: int = 1_000_000

    @property
    def spare_connections(self) -> int:
        """Connections over the limit that are told so at a time; further ones are closed without a word."""
        return max(8, min(256, self.connections // 8))

    def with_files(self, files: int, workers: int) -> Limits:
        """The limits of a process that may open so many files."""
        most = (files - _OWN_FILES - _FILES_A_WORKER * workers) * 8 // 9
        return replace(self, connections=max(1, min(self.connections, most)))


@dataclass(frozen=True, slots=True)
class Settings:
    """What the service is told when it starts.

    Attributes:
        host, port: where it listens; port 0 lets the system choose.
        workers: processes that run the model.
        model: a model file; the released one when left out.
        policies: files of policies that callers may name, beside the presets.
        keys: a file with the hashes of API keys.
        hosts: names that a ``Host`` header may hold; any when empty.
        certificate, private_key: PEM files; with them the service speaks HTTPS.
        log_requests: whether each request is logged, not failures alone.
        limits: how much a caller may ask for, and for how long.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    model: Path | None = None
    policies: tuple[Path, ...] = ()
    keys: Path | None = None
    hosts: tuple[str, ...] = ()
    certificate: Path | None = None
    private_key: Path | None = None
    log_requests: bool = False
    limits: Limits = field(default_factory=Limits)

    @property
    def loopback(self) -> bool:
        """Whether no other machine can reach the service."""
        if self.host in LOOPBACK:
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False
