"""Whatever comes, the service answers in words and goes on, and its log says nothing of a text.

`serving` looks for the parts of `SECRET_TEXT` in the log when a service ends.
"""

import json
import os
import resource
import signal
import socket
import threading
import time

import pytest

from tests.serving.http.served import SECRET_PARTS, SECRET_TEXT, serving

pytestmark = pytest.mark.slow

HEAD = b"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
SECRET_BODY = json.dumps({"text": SECRET_TEXT}, ensure_ascii=False).encode()


def request_of(body, length=None):
    return HEAD + f"Content-Length: {len(body) if length is None else length}\r\n\r\n".encode() + body


def says_nothing(answer):
    """Whether an answer holds no part of `SECRET_TEXT`."""
    shown = json.dumps(answer, ensure_ascii=False)
    return not any(part in shown for part in SECRET_PARTS)


def half_requests(service, count):
    """Connections on which the half of a request was sent."""
    opened = []
    for number in range(count):
        connection = service.socket()
        sent = (HEAD, request_of(SECRET_BODY[:40], len(SECRET_BODY)), b"", SECRET_BODY)[number % 4]
        try:
            connection.sendall(sent)
        except OSError:
            connection.close()
            continue
        opened.append(connection)
    return opened


def test_faulty_requests_leave_nothing_in_the_log():
    with serving("--log-requests", "--workers", 1) as service:
        nested = ("[" * 50_000 + SECRET_TEXT).encode()
        for body in (
            SECRET_BODY[:-3],
            SECRET_BODY[:30] + b"\xff" + SECRET_BODY[30:],
            nested,
            SECRET_TEXT.encode("gbk"),
        ):
            assert service.ask("/v1/detect", body)[0] == 400
        wrong = (
            {SECRET_TEXT: 1},
            {"text": "a", SECRET_TEXT: SECRET_TEXT},
            {"text": [SECRET_TEXT]},
            {"text": "a", "types": [SECRET_TEXT]},
            {"text": "a", "operating_point": SECRET_TEXT},
            {"text": "a", "data_ids": SECRET_TEXT},
        )
        for body in wrong:
            status, _, answer = service.ask("/v1/detect", body)
            assert status == 422 and says_nothing(answer)
        for further in ({"policy": "llm", "mapping": {SECRET_TEXT: 1}}, {"policy": {"operators": {SECRET_TEXT: 1}}}):
            status, _, answer = service.ask("/v1/redact", {"text": SECRET_TEXT} | further)
            assert status == 422 and says_nothing(answer)
        status, _, answer = service.ask("/v1/detect", SECRET_BODY, {"Content-Type": "text/plain"})
        assert (status, answer["error"]["code"]) == (415, "wrong_content_type")
        with service.socket() as connection:
            connection.sendall(b"GET /" + SECRET_TEXT.encode() + b" HTTP/1.1\r\n\r\n" + SECRET_BODY)
            assert connection.recv(100).startswith(b"HTTP/1.1 4")
        assert service.ask("/v1/detect?text=13800138000", SECRET_BODY)[0] == 200
        status, _, answer = service.ask("/v1/detect", {"text": "\ud83d" + SECRET_TEXT + "\udc00"})
        assert status == 200 and len(answer["entities"]) >= 3


def test_half_requests_do_not_keep_others_out():
    with serving("--head-seconds", 2, "--body-seconds", 2) as service:
        opened = half_requests(service, 1_000)
        assert len(opened) == 1_000
        assert service.ask("/healthz")[0] == 200
        assert service.ask("/v1/detect", SECRET_BODY)[0] == 200
        answers = [connection.recv(20) for connection in opened]
        assert {answer[:12] for answer in answers} == {b"HTTP/1.1 408", b"HTTP/1.1 400"}
        for connection in opened:
            connection.close()


def test_256_files_are_enough_to_answer_in_words():
    def few_files():
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

    with serving("--head-seconds", 2, "--body-seconds", 2, preexec=few_files) as service:
        opened = half_requests(service, 400)
        os.kill(service.workers()[0], signal.SIGKILL)
        for connection in opened:
            connection.close()
        end = time.monotonic() + 30
        while service.ask("/readyz")[0] != 200:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert service.ask("/v1/detect", SECRET_BODY)[0] == 200
        assert {line["event"] for line in service.lines() if line["level"] == "error"} <= {
            "a worker ended and is replaced"
        }


def test_a_reader_that_does_not_read_is_cut_off():
    with serving("--write-seconds", 1) as service:
        long = {"text": "甲", "original": "x" * 10_000, "value": "x", "type": "NAME"}
        body = json.dumps({"text": "甲" * 400, "mapping": {"format": 1, "pseudonyms": [long]}}).encode()
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.connect(("127.0.0.1", service.port))
        connection.sendall(3 * request_of(body).replace(b"/v1/detect", b"/v1/restore"))
        end = time.monotonic() + 60
        while service.metric("gaihe_connections") > 1:
            assert time.monotonic() < end, "the connection is still open"
            assert service.ask("/healthz")[0] == 200
            time.sleep(0.2)
        connection.close()
        assert service.metric("gaihe_body_bytes") == 0


def test_answers_that_nobody_reads_are_bounded_in_all():
    with serving("--write-seconds", 5, "--bodies-bytes", 20_000_000) as service:
        long = {"text": "甲", "original": "x" * 10_000, "value": "x", "type": "NAME"}
        body = json.dumps({"text": "甲" * 400, "mapping": {"format": 1, "pseudonyms": [long]}}).encode()
        opened = []
        for _ in range(8):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.connect(("127.0.0.1", service.port))
            connection.sendall(request_of(body).replace(b"/v1/detect", b"/v1/restore"))
            opened.append(connection)
        statuses = [connection.recv(12) for connection in opened]
        assert {status[-3:] for status in statuses} == {b"200", b"429"}
        assert 4_000_000 < service.metric("gaihe_body_bytes") <= 20_000_000
        end = time.monotonic() + 60
        while service.metric("gaihe_body_bytes"):
            assert time.monotonic() < end, "answers are still held"
            time.sleep(0.2)
        assert service.ask("/v1/restore", body)[0] == 200
        for connection in opened:
            connection.close()


def test_bodies_of_100_megabytes_are_refused_and_not_held():
    with serving() as service:
        before = service.metric("process_resident_memory_bytes")
        for headers in ({}, {"Transfer-Encoding": "chunked"}):
            connection = service.connect()
            piece = SECRET_TEXT.encode() * 1_500
            pieces = [piece] * (100_000_000 // len(piece))
            named = {"Content-Type": "application/json"} | headers
            if not headers:
                named["Content-Length"] = str(sum(map(len, pieces)))
            connection.request("POST", "/v1/detect", iter(pieces), named, encode_chunked=bool(headers))
            answer = connection.getresponse()
            assert (answer.status, json.load(answer)["error"]["code"]) == (413, "body_too_large")
            connection.close()
        assert service.metric("process_resident_memory_bytes") - before < 40e6
        assert service.metric("gaihe_body_bytes") == 0


def test_a_full_disk_under_the_log_stops_nothing():
    def full_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_024, 1_024))

    with serving("--log-requests", preexec=full_disk) as service:
        for _ in range(50):
            assert service.ask("/v1/detect", SECRET_BODY)[0] == 200
        os.kill(service.workers()[0], signal.SIGKILL)
        assert service.ask("/v1/detect", SECRET_BODY)[0] == 200
        assert len(service.log_text) <= 1_024


@pytest.mark.slow
def test_a_long_text_is_read_beside_small_posts_and_one_over_a_million_characters_refused():
    with serving("--answer-seconds", 600) as service:
        text = "".join(SECRET_TEXT.ljust(1_000, "好") for _ in range(50))
        answers = []
        asking = threading.Thread(target=lambda: answers.append(service.ask("/v1/detect", {"text": text}, timeout=600)))
        asking.start()
        small = 0
        while asking.is_alive():
            assert service.ask("/v1/detect", SECRET_BODY)[0] == 200
            small += 1
            time.sleep(0.2)
        assert answers[0][0] == 200 and len(answers[0][2]["entities"]) > 100
        assert small > 3
        assert service.ask("/v1/detect", {"text": 20 * text + "好"})[0] == 413


@pytest.mark.slow
def test_20_000_texts_are_refused_by_default_and_answered_where_allowed():
    texts = [f"号{number % 10}" for number in range(20_000)]
    with serving() as service:
        status, _, answer = service.ask("/v1/detect", {"texts": texts})
        assert (status, answer["error"]["code"]) == (413, "too_many_texts")
    with serving("--batch-texts", 20_000, "--answer-seconds", 600) as service:
        status, _, answer = service.ask("/v1/detect", {"texts": texts}, timeout=600)
        assert status == 200 and len(answer["results"]) == 20_000
