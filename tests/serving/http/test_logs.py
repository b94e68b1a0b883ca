"""What stands in logs and traces, and what does not."""

import asyncio
import json
import logging
import sys

import pytest
from gaihe.serving.http.logs import LOG, JsonLines, json_logs
from gaihe.serving.http.tracing import traced
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.serving.http.served import SECRET_PARTS, SECRET_TEXT


def test_errors_are_logged_without_their_messages(capfd):
    with json_logs():
        try:
            raise ValueError(SECRET_TEXT)
        except ValueError:
            LOG.exception("an endpoint failed", extra={"request_id": "1", "text": SECRET_TEXT})
            logging.getLogger("uvicorn.error").error("Exception in %s", SECRET_TEXT, exc_info=True)
    lines = capfd.readouterr().err.splitlines()
    first, second = map(json.loads, lines)
    assert first["error"] == "ValueError" and first["request_id"] == "1" and first["frames"]
    assert second["event"] == "Exception in …" and second["logger"] == "uvicorn.error"
    assert not any(part in line for part in SECRET_PARTS for line in lines)


@pytest.mark.parametrize(
    ("template", "values", "event"),
    [
        ("Started server process [%d]", (17,), "Started server process […]"),
        ("%(host)s took %5.1f s, 50%% of it", ({"host": SECRET_TEXT, "took": 1.0},), "… took … s, 50%% of it"),
        ("100% sure", (), "100% sure"),
    ],
)
def test_of_other_libraries_templates_stand_in_the_log_without_values_or_their_marks(template, values, event):
    record = logging.LogRecord("uvicorn.error", logging.INFO, "", 1, template, values, None)
    assert json.loads(JsonLines().format(record))["event"] == event


def test_what_asyncio_says_of_an_error_is_its_first_line_alone(capfd):
    loop = asyncio.new_event_loop()
    with json_logs():
        loop.call_exception_handler({"message": "Task exception was never retrieved", "text": SECRET_TEXT})
    loop.close()
    (line,) = capfd.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "Task exception was never retrieved"
    assert not any(part in line for part in SECRET_PARTS)


def test_the_log_is_back_as_it_was_afterwards():
    handlers = logging.getLogger().handlers[:]
    with json_logs():
        pass
    assert logging.getLogger().handlers == handlers


def test_a_message_that_is_no_string_is_not_written_out():
    record = logging.LogRecord("other", logging.ERROR, "", 1, ValueError(SECRET_TEXT), None, None)
    assert json.loads(JsonLines().format(record))["event"] == "ValueError"


@pytest.fixture(scope="module")
def spans():
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


def test_a_request_is_a_span_of_the_callers_trace(spans):
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with traced("POST", "/v1/detect", {"traceparent": parent}) as attributes:
        attributes["http.response.status_code"] = 503
    (span,) = spans.get_finished_spans()
    assert f"{span.context.trace_id:032x}" in parent and span.name == "POST /v1/detect"
    assert dict(span.attributes) == {
        "http.request.method": "POST",
        "http.route": "/v1/detect",
        "http.response.status_code": 503,
    }
    assert not span.status.is_ok


def test_without_the_library_there_are_no_traces(monkeypatch):
    monkeypatch.setattr(sys.modules["gaihe.serving.http.tracing"], "INSTALLED", False)
    with traced("GET", "/healthz", {}) as attributes:
        attributes["a"] = 1
