"""Clients of the HTTP service: `Client`, and `AsyncClient` for asyncio. They need only httpx."""

from gaihe.client.asynchronous import AsyncClient
from gaihe.client.errors import AnswerError, GaiheError, RefusedError, UnreachableError
from gaihe.client.results import (
    Detection,
    Entity,
    Judgement,
    Law,
    Person,
    Reason,
    RedactedSpan,
    Redaction,
    TextError,
    Verdict,
)
from gaihe.client.retries import Retry
from gaihe.client.synchronous import Client

__all__ = [
    "AnswerError",
    "AsyncClient",
    "Client",
    "Detection",
    "Entity",
    "GaiheError",
    "Judgement",
    "Law",
    "Person",
    "Reason",
    "RedactedSpan",
    "Redaction",
    "RefusedError",
    "Retry",
    "TextError",
    "UnreachableError",
    "Verdict",
]
