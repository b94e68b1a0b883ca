"""Traces for OpenTelemetry, where its library is installed and set up; a span holds no text, value or key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

try:
    from opentelemetry import propagate, trace
except ImportError:
    INSTALLED = False
else:
    INSTALLED = True


@contextmanager
def traced(method: str, route: str, headers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Within the block a server span is open, continuing the caller's trace.

    Gives a mapping whose values become attributes when the block ends.
    """
    attributes: dict[str, Any] = {}
    if not INSTALLED:
        yield attributes
        return
    span = trace.get_tracer("gaihe.http").start_span(
        f"{method} {route}",
        context=propagate.extract(headers),
        kind=trace.SpanKind.SERVER,
        attributes={"http.request.method": method, "http.route": route},
    )
    try:
        yield attributes
    finally:
        span.set_attributes(attributes)
        if attributes.get("http.response.status_code", 0) >= 500:
            span.set_status(trace.StatusCode.ERROR)
        span.end()
