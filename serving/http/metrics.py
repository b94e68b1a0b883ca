"""What the service counts, for Prometheus; labels take few values, and none comes from a caller."""

from __future__ import annotations

import resource
from collections.abc import Callable
from functools import partial
from pathlib import Path

from gaihe.serving.http.messages import Done, Facts, Lane
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60)
_TOKENS = (16, 64, 256, 512, 1_024, 2_048, 4_096, 16_384, 65_536, 262_144, 1_048_576)
_TEXTS = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """The metrics of one service."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.requests = Histogram(
            "http_server_request_duration_seconds",
            "Time from the head of a request to the end of its answer.",
            ("http_request_method", "http_route", "http_response_status_code"),
            buckets=_SECONDS,
            registry=registry,
        )
        self.active = Gauge("http_server_active_requests", "Requests without an answer.", registry=registry)
        self.refused = Counter(
            "gaihe_refused_requests", "Requests answered with an error.", ("code",), registry=registry
        )
        self.ended_workers = Counter("gaihe_worker_ends", "Workers that ended and were replaced.", registry=registry)
        self.abandoned = Counter("gaihe_abandoned_batches", "Batches that nobody waited for.", registry=registry)
        self.spans = Counter("gaihe_spans", "Spans found.", ("type",), registry=registry)
        self.verdicts = Counter("gaihe_verdicts", "Verdicts given.", ("level",), registry=registry)
        self.tokens = Counter("gaihe_tokens", "Tokens worked on.", ("lane",), registry=registry)
        self._batch_tokens = Histogram(
            "gaihe_batch_tokens", "Tokens of a batch.", ("lane",), buckets=_TOKENS, registry=registry
        )
        self._batch_texts = Histogram(
            "gaihe_batch_texts", "Texts of a batch.", ("lane",), buckets=_TEXTS, registry=registry
        )
        self._batch_seconds = Histogram(
            "gaihe_batch_duration_seconds",
            "Time of a batch in a worker.",
            ("lane",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._model = Gauge("gaihe_model_info", "The model that is served.", ("version", "digest"), registry=registry)

    def watch(self, name: str, what: str, value: Callable[[], float]) -> None:
        """Show a value that is looked up whenever somebody asks."""
        Gauge(name, what, registry=self._registry).set_function(value)

    def watch_lanes(self, name: str, what: str, value: Callable[[Lane], float]) -> None:
        """`watch`, with a value for each lane."""
        gauge = Gauge(name, what, ("lane",), registry=self._registry)
        for lane in Lane:
            gauge.labels(lane.name.lower()).set_function(partial(value, lane))

    def batch(self, lane: Lane, texts: int, tokens: int, seconds: float, done: Done) -> None:
        """Count a batch that is done."""
        name = lane.name.lower()
        self.tokens.labels(name).inc(tokens)
        self._batch_tokens.labels(name).observe(tokens)
        self._batch_texts.labels(name).observe(texts)
        self._batch_seconds.labels(name).observe(seconds)
        for kind, count in done.spans.items():
            self.spans.labels(kind).inc(count)
        for level, count in done.levels.items():
            self.verdicts.labels(str(level)).inc(count)

    def model(self, facts: Facts) -> None:
        """Name the model that is served."""
        self._model.clear()
        self._model.labels(facts.version, facts.digest[:12]).set(1)

    def page(self) -> bytes:
        """All metrics as Prometheus reads them."""
        return generate_latest(self._registry)


def resident_bytes(pid: int) -> float:
    """Memory that a process holds; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return float(pages * resource.getpagesize())
