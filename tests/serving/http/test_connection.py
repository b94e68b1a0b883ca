"""Offers of another protocol, as some clients make them with every request."""

import json
import re
import socket
import threading
import time
from contextlib import suppress

import pytest

OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\n"


def request(body, offer=OFFER):
    head = b"POST /v1/detect HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return head + offer + b"Content-Length: %d\r\n\r\n" % len(body) + body


def answered(connection):
    """Wait for an answer with spans."""
    answer = b""
    while b'"entities"' not in answer or not answer.endswith(b"}"):
        piece = connection.recv(65_536)
        assert piece, "the connection was closed"
        answer += piece
    assert answer.startswith(b"HTTP/1.1 200") and b"13800138000" in answer


BODY = json.dumps({"text": "张丽\r\nupgrade: x\r\n电话13800138000"}, ensure_ascii=False).encode()


def test_an_offer_of_http_2_is_declined_and_the_request_answered(service):
    with service.socket() as connection:
        for _ in range(2):
            connection.sendall(request(BODY))
            answered(connection)


@pytest.mark.parametrize(
    "seam", [b"POST", b"application/json", b"application/json\r\n", b"\r\nUp", b"\r\nUpgrade: h2c"]
)
def test_an_offer_may_come_in_another_piece_than_the_rest(service, seam):
    sent = request(BODY)
    place = sent.index(seam) + len(seam)
    with service.socket(timeout=5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(2):
            connection.sendall(sent[:place])
            time.sleep(0.05)
            connection.sendall(sent[place:])
            answered(connection)


@pytest.mark.parametrize("name", [b"Upgrade", b"upgrade", b"UPGRADE"])
def test_offers_are_declined_wherever_they_come(service, name):
    get = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
    offer = b"Connection: upgrade\r\n" + name + b": websocket\r\n"
    chunked = request(b"", offer).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked") + b"%x\r\n" % len(BODY)
    sent = (
        get + b"\r\n" + request(BODY, offer) + get + offer + b"\r\n" + chunked + BODY + b"\r\n0\r\n\r\n" + get + offer
    )
    for cut in (len(sent), sent.index(BODY) + len(BODY) + 70, len(sent) - 4):
        answer = refused(service, sent[:cut], sent[cut:] + b"Connection: close\r\n\r\n")
        assert answer.count(b"HTTP/1.1 200") == answer.count(b"HTTP/1.1") == 5
        assert answer.count(b"13800138000") == 4, "each of two answers has the text and the value"


def test_trailers_are_no_headers(service):
    sent = request(BODY).replace(b"Content-Length: %d" % len(BODY), b"Transfer-Encoding: chunked")
    sent = sent.replace(BODY, b"%x\r\n%b\r\n0\r\n" % (len(BODY), BODY))
    trailers = b"Host: evil.example\r\nContent-Encoding: gzip\r\nContent-Type: text/plain\r\n\r\n"
    with service.socket(timeout=10) as connection:
        for _ in range(2):
            connection.sendall(sent + trailers)
            answered(connection)


@pytest.mark.parametrize(("line", "status"), [(b"GET /healthz", b"200"), (b"POST /v1/detect", b"431")])
def test_endless_trailers_are_not_read(service, line, status):
    before = service.metric("process_resident_memory_bytes")
    head = b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent = line + head + b"2\r\n{}\r\n0\r\n"
    with service.socket(timeout=10) as connection:
        connection.sendall(sent)
        time.sleep(0.1)
        with suppress(OSError):
            for _ in range(500):
                connection.sendall(b"X: " + b"a" * 60_000 + b"\r\n")
        assert service.metric("process_resident_memory_bytes") < before + 10_000_000
    with service.socket(timeout=10) as connection:
        connection.sendall(sent)
        time.sleep(0.1)
        connection.sendall(b"X: " + b"a" * 40_000)
        answer = received(connection, lambda content: content.endswith(b"}"))
        assert answer.startswith(b"HTTP/1.1 " + status) and answer.count(b"HTTP/1.1") == 1


def received(connection, is_whole):
    """What comes until it is whole."""
    content = b""
    while not is_whole(content):
        piece = connection.recv(1 << 20)
        assert piece, "the connection was closed"
        content += piece
    return content


def test_requests_that_wait_are_bounded_and_all_answered(service):
    before, count = service.metric("process_resident_memory_bytes"), 1_000
    one = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with service.socket(timeout=0.5) as connection:
        with suppress(TimeoutError):
            connection.sendall(one * 60_000)
        assert service.metric("process_resident_memory_bytes") < before + 10_000_000
    with service.socket(timeout=30) as connection:
        thread = threading.Thread(target=connection.sendall, args=(one * count,))
        thread.start()
        content = received(connection, lambda content: content.count(b'{"status": "ok"') == count)
        thread.join()
    assert content.count(b"HTTP/1.1 200") == count


def test_requests_with_bodies_that_wait_are_all_answered(service):
    bodies = [
        json.dumps({"text": "电话13800138000", "data_id": "a" * 100, "texts": ["好" * 20_000]}).encode(),
        BODY,
    ] * 9
    with service.socket(timeout=30) as connection:
        thread = threading.Thread(target=connection.sendall, args=(b"".join(map(request, bodies)),))
        thread.start()
        content = received(connection, lambda content: content.count(b'"entities"') == content.count(b'"field"') == 9)
        thread.join()
    assert content.count(b"HTTP/1.1 200") == content.count(b"HTTP/1.1 422") == 9


def test_a_caller_that_is_gone_is_noticed_behind_a_body_of_any_size(service):
    sent = request(json.dumps({"text": "今天天气真好。" * 30_000}, ensure_ascii=False).encode())
    abandoned = service.metric("gaihe_abandoned_batches_total")
    with service.socket() as connection:
        connection.sendall(sent[:1_000])
        time.sleep(0.05)
        connection.sendall(sent[1_000:])
        while not service.metric("gaihe_open_jobs"):
            time.sleep(0.01)
    end = time.monotonic() + 60
    while service.metric("gaihe_open_jobs") or service.metric("gaihe_abandoned_batches_total") == abandoned:
        assert time.monotonic() < end, "the text is worked on to its end"
        time.sleep(0.02)


def test_a_pipelined_caller_that_is_gone_is_no_error(service):
    failures = len(service.events("Exception in ASGI application\n"))
    long = json.dumps({"text": "今天天气真好。" * 6_000}).encode()
    with service.socket() as connection:
        connection.sendall(request(long) + request(BODY) * 3)
        while not service.metric("gaihe_open_jobs"):
            time.sleep(0.01)
    end = time.monotonic() + 20
    while service.metric("gaihe_open_jobs"):
        assert time.monotonic() < end, "the text is still worked on"
        time.sleep(0.02)
    time.sleep(0.1)
    assert not [line for line in service.lines() if line["level"] == "error"][failures:]


def refused(service, *pieces):
    """What a raw connection answers to pieces that are sent one after another, until it is closed."""
    with service.socket(timeout=10) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.05)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    return answer


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 60_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"x: yyy\r\n" * 6_000 + b"\r\n",
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        request(b"{}" * 20_000, b"X: " + b"x" * 33_000 + b"\r\n"),
        b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000 + b"\r\nA: b\r\nY Z\r\n\r\n",
    ],
    ids=["a header", "headers", "a path", "with a body", "no HTTP behind"],
)
def test_a_head_that_is_too_large_is_refused_in_one_piece_too(service, head):
    answer = refused(service, head)
    assert answer.startswith(b"HTTP/1.1 431 ") and answer.count(b"HTTP/1.1") == 1 and b"head_too_large" in answer


def test_a_head_that_is_too_large_does_not_cut_the_answer_before_it(service):
    answer = refused(service, request(BODY) + request(BODY, b"X: " + b"x" * 60_000 + b"\r\n") + request(BODY))
    assert [one[:3] for one in answer.split(b"HTTP/1.1 ")[1:]] == [b"200", b"431"]


def test_a_body_of_any_size_is_no_head(service):
    with service.socket() as connection:
        connection.sendall(request(json.dumps({"text": "电话13800138000，" + "今天天气真好。" * 3_000}).encode()))
        answered(connection)


def test_what_is_refused_without_a_request_has_an_id_and_is_counted_and_logged(service):
    before = service.metric("gaihe_refused_requests_total")
    answer = refused(service, b"no HTTP" * 6_000)
    head, _, body = answer.partition(b"\r\n\r\n")
    error = json.loads(body)["error"]
    assert head.startswith(b"HTTP/1.1 400 ") and error["code"] == "not_http"
    assert re.search(rb"(?i)\r\nx-request-id: (\w+)", head)[1].decode() == error["request_id"]
    assert service.metric("gaihe_refused_requests_total") == before + 1
    (line,) = [one for one in service.lines() if one.get("request_id") == error["request_id"]]
    assert (line["event"], line["code"], line["status"]) == ("refused without a request", "not_http", 400)
    assert not service.events("Invalid HTTP request received.")


@pytest.mark.parametrize("earlier", [b"", request(BODY)], ids=["first", "behind another"])
@pytest.mark.parametrize(
    "line",
    [
        b"CONNECT localhost:80",
        b"GET http://localhost:/healthz",
        b"GET http://a:b/x",
        b"GET http://a@/x",
        b"GET http://[zz]/",
    ],
)
def test_a_target_that_is_no_address_is_told(service, line, earlier):
    answer = refused(service, earlier + line + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.count(b"HTTP/1.1 ") == 1 + bool(earlier)
    assert b"HTTP/1.1 400 " in answer and b'"not_http"' in answer
    assert not service.events("Fatal error on transport TCPTransport")
