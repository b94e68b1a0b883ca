"""The HTTP service on a real port."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from gaihe.serving import Recognizer
from gaihe.serving.http.application import application
from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gaihe.serving", "serve", "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(url + "/health", timeout=1)
                break
            except OSError:
                assert process.poll() is None, "the service ended"
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)


def ask(url, body=None):
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data), timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_texts_are_detected_and_redacted(address):
    texts = {"texts": ["手机号13800138000", "今天天气真好"]}
    status, answer = ask(address + "/detect", texts)
    assert status == 200
    assert [[e["value"] for e in entities] for entities in answer["results"]] == [["13800138000"], []]
    assert ask(address + "/redact", texts) == (200, {"texts": ["手机号[电话]", "今天天气真好"]})


def test_lone_surrogates_come_back_as_they_came(address):
    texts = ["\ud83d 手机号13800138000"]
    status, answer = ask(address + "/redact", {"texts": texts})
    assert (status, answer) == (200, {"texts": ["\ud83d 手机号[电话]"]})


def test_a_text_that_cannot_be_processed_has_no_result_and_is_named(monkeypatch):
    def attempt_batch(self, texts):
        return [ValueError(text) if text == "坏" else [] for text in texts]

    monkeypatch.setattr("gaihe.serving.recognition.recognizer.Recognizer.attempt_batch", attempt_batch)
    with TestClient(application(Recognizer.load())) as client:
        answer = client.post("/detect", json={"texts": ["好", "坏"]})
        assert answer.json() == {"results": [[], None], "failed": [1]}
        assert client.post("/redact", json={"texts": ["好", "坏"]}).json() == {"texts": ["好", None], "failed": [1]}


def test_health_tells_the_version(address):
    status, answer = ask(address + "/health")
    assert (status, answer["status"]) == (200, "ok")


@pytest.mark.parametrize("body", [b"{", [], {"texts": "x"}, {"texts": [1]}, {}])
def test_a_bad_request_is_answered_with_400_and_the_reason(address, body):
    status, answer = ask(address + "/detect", body)
    assert status == 400
    assert answer["error"]


def test_a_body_that_is_too_large_is_answered_with_413(address):
    assert ask(address + "/detect", b" " * 10_000_001)[0] == 413


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[" * 100_000, "nested too deeply"),
        (b'{"texts": ' + b"1" * 5_000 + b"}", "too many digits"),
        (b'{"texts": ["\xff"]}', "not UTF-8"),
    ],
)
def test_a_body_that_no_decoder_takes_is_refused_in_words(address, body, reason):
    status, answer = ask(address + "/detect", body)
    assert status == 400 and reason in answer["error"]
