"""What the service refuses: too much, too slow, too late, from the wrong place."""

import json
import os
import signal
import threading
import time

import pytest
from gaihe.serving.http.connection import GRACE_SECONDS

from tests.serving.http.served import SECRET_TEXT, serving

pytestmark = pytest.mark.slow

LIMITS = (
    *("--body-bytes", 400_000, "--bodies-bytes", 2_000_000, "--text-characters", 50_000, "--batch-texts", 20),
    *("--connections", 20, "--head-seconds", 1, "--body-seconds", 1, "--head-bytes", 2_000, "--idle-seconds", 0.5),
    *("--small-tokens", 3_000, "--large-tokens", 60_000),
)


@pytest.fixture(scope="module")
def limited():
    with serving(*LIMITS) as served:
        yield served


def answer_of(connection):
    """What a raw connection answers until it is closed."""
    content = b""
    while piece := connection.recv(65_536):
        content += piece
    return content


def test_more_than_the_limits_is_refused_with_413(limited):
    status, _, answer = limited.ask("/v1/detect", {"text": "好" * 50_001})
    assert (status, answer["error"]["code"]) == (413, "text_too_long")
    status, _, answer = limited.ask("/v1/detect", {"texts": ["好"] * 21})
    assert (status, answer["error"]["code"]) == (413, "too_many_texts")
    status, _, answer = limited.ask("/v1/detect", b" " * 400_001)
    assert (status, answer["error"]["code"]) == (413, "body_too_large")


def test_a_text_that_is_too_long_does_not_take_its_neighbours_with_it(limited):
    texts = ["手机号13800138000", "好" * 50_001, "手机号13800138000"]
    status, _, answer = limited.ask("/v1/detect", {"texts": texts, "data_ids": ["a", "b", "c"]})
    assert status == 200
    assert [list(result) for result in answer["results"]] == [
        ["data_id", kind] for kind in ("entities", "error", "entities")
    ]
    assert answer["results"][1]["error"]["code"] == "text_too_long"


def test_a_body_of_unknown_length_is_refused_when_it_grows_too_large(limited):
    connection = limited.connect()
    pieces = (b'{"text": "' if not number else b"x" * 10_000 for number in range(45))
    connection.request("POST", "/v1/detect", pieces, {"Content-Type": "application/json"}, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_a_body_counts_as_held_as_far_as_it_has_come():
    head = b"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 400000\r\n\r\n"
    with serving("--body-bytes", 400_000, "--bodies-bytes", 2_000_000) as served:
        opened = [served.socket() for _ in range(5)]
        for connection in opened:
            connection.sendall(head)
        time.sleep(0.5)
        assert served.metric("gaihe_body_bytes") == 0
        assert served.ask("/v1/detect", {"text": "手机号13800138000"})[0] == 200
        for connection in opened:
            connection.sendall(b" " * 399_999)
        end = time.monotonic() + 20
        while served.metric("gaihe_body_bytes") < 5 * 399_999 and time.monotonic() < end:
            time.sleep(0.05)
        status, _, answer = served.ask("/v1/detect", {"text": "手机号13800138000"})
        assert (status, answer["error"]["code"]) == (429, "too_many_bytes")
        for connection in opened:
            connection.close()
        while served.metric("gaihe_body_bytes") and time.monotonic() < end:
            time.sleep(0.05)
        assert served.ask("/v1/detect", {"text": "手机号13800138000"})[0] == 200


def test_a_full_queue_is_answered_with_429_and_when_to_come_back(limited):
    body = {"text": "好" * 40_000}
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(limited.ask("/v1/detect", body))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [answer for answer in answers if answer[0] == 429]
    assert 200 in {status for status, _, _ in answers} and refused
    assert all(1 <= int(headers["retry-after"]) <= 60 for _, headers, _ in refused)
    assert {answer["error"]["code"] for _, _, answer in refused} <= {"queue_full", "too_many_bytes"}
    assert limited.metric("gaihe_queue_tokens") == limited.metric("gaihe_body_bytes") == 0


def test_a_head_and_a_body_that_do_not_come_are_answered_with_408(limited):
    for sent, code in (
        (b"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\n", b"head_too_slow"),
        (b"", b"head_too_slow"),
        (
            b"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
            b"body_too_slow",
        ),
    ):
        with limited.socket() as connection:
            connection.sendall(sent)
            assert (answer := answer_of(connection)).startswith(b"HTTP/1.1 408") and code in answer


def test_a_head_that_is_too_large_and_what_is_no_http_are_refused_in_words(limited):
    for sent, status in (
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 3_000, b"431"),
        (SECRET_TEXT.encode() + b"\r\n\r\n", b"400"),
    ):
        with limited.socket() as connection:
            connection.sendall(sent)
            assert answer_of(connection).startswith(b"HTTP/1.1 " + status)


def test_further_connections_are_told_that_there_are_too_many(limited):
    opened = [limited.socket() for _ in range(20)]
    try:
        time.sleep(0.2)
        with limited.socket() as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert (answer := answer_of(connection)).startswith(b"HTTP/1.1 503") and b"Retry-After" in answer
    finally:
        for connection in opened:
            connection.close()
    time.sleep(0.2)
    assert limited.ask("/healthz")[0] == 200


def test_a_connection_without_a_request_is_kept_for_a_while_and_closed(limited):
    connection = limited.connect()
    for _ in range(2):
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        time.sleep(0.1)
    assert answer_of(connection.sock) == b""
    connection.close()


@pytest.mark.parametrize(
    ("next_one", "answer"),
    [(b"POST /v1/detect HTTP/1.1\r\nHost:", b"408"), (SECRET_TEXT.encode() + b"\r\n\r\n", b"400")],
    ids=["the half of a head", "no HTTP"],
)
def test_what_comes_behind_a_request_does_not_cut_its_answer(limited, next_one, answer):
    (worker,) = limited.workers()
    body = json.dumps({"text": "手机号13800138000"}).encode()
    head = (
        f"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    )
    os.kill(worker, signal.SIGSTOP)
    try:
        with limited.socket() as connection:
            connection.sendall(head.encode() + b"\r\n\r\n" + body + next_one)
            time.sleep(1.5)
            os.kill(worker, signal.SIGCONT)
            answers = answer_of(connection).split(b"HTTP/1.1 ")[1:]
        assert [one[:3] for one in answers] == [b"200", answer] and b"13800138000" in answers[0]
    finally:
        os.kill(worker, signal.SIGCONT)


def test_a_body_that_comes_behind_a_request_has_its_own_time(limited):
    (worker,) = limited.workers()
    body = json.dumps({"text": "手机号13800138000"}).encode()
    head = (
        f"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    )
    sent = head.encode() + b"\r\n\r\n" + body
    os.kill(worker, signal.SIGSTOP)
    try:
        with limited.socket() as connection:
            connection.sendall(sent + sent[:-5])
            time.sleep(GRACE_SECONDS + 1.5)
            os.kill(worker, signal.SIGCONT)
            time.sleep(0.5)
            connection.sendall(sent[-5:])
            answers = answer_of(connection).split(b"HTTP/1.1 ")[1:]
        assert [one[:3] for one in answers] == [b"200", b"200"]
    finally:
        os.kill(worker, signal.SIGCONT)


def test_a_request_for_another_host_is_refused(limited):
    assert limited.ask("/healthz", headers={"Host": "evil.example"})[0] == 421
    assert limited.ask("/healthz", headers={"Host": "localhost:1"})[0] == 200


def test_a_request_that_takes_too_long_is_answered_with_504():
    with serving("--answer-seconds", "0.5") as served:
        status, headers, answer = served.ask("/v1/detect", {"text": SECRET_TEXT * 10_000})
        assert (status, answer["error"]["code"]) == (504, "too_slow") and headers["retry-after"]
        assert served.ask("/v1/detect", {"text": "手机号13800138000"})[0] == 200
        end = time.monotonic() + 20
        while not served.metric("gaihe_abandoned_batches_total") and time.monotonic() < end:
            time.sleep(0.05)
        assert served.metric("gaihe_abandoned_batches_total") == 1, "the text is still worked on"


def test_a_request_whose_caller_is_gone_is_not_worked_on(limited):
    body = json.dumps({"text": SECRET_TEXT * 1_000}).encode()
    before, abandoned = limited.metric("gaihe_tokens_total"), limited.metric("gaihe_abandoned_batches_total")
    for _ in range(3):
        with limited.socket() as connection:
            head = f"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)
            while not limited.metric("gaihe_open_jobs"):
                time.sleep(0.01)
    end = time.monotonic() + 20
    while limited.metric("gaihe_open_jobs") or limited.metric("gaihe_abandoned_batches_total") == abandoned:
        assert time.monotonic() < end, "the text is still worked on"
        time.sleep(0.05)
    assert limited.metric("gaihe_tokens_total") - before < 1_000 * len(SECRET_TEXT)
