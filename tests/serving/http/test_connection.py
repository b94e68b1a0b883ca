"""Offers of another protocol, as some clients make them with every request."""

import json
import re
import socket
import time
from itertools import pairwise

import pytest
from gaihe.serving.http.offers import OfferFilter, without_offer
from hypothesis import given
from hypothesis import strategies as st

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
@given(body=st.binary(max_size=60))
def test_the_offer_alone_is_taken_out(name, body):
    assert without_offer(request(body, name + b": h2c\r\n")) == request(body, b"")
    assert without_offer(request(body, b"")) == request(body, b"")
    assert without_offer(body) == body or b"pgrade" in body.lower()


@given(st.sampled_from([OFFER, b"", b"X: upgrade: y\r\nUp: a\r\n"]), st.lists(st.integers(0, 250), max_size=6))
def test_however_a_head_comes_it_is_passed_without_the_offer(offer, cuts):
    sent = request(b"", offer)
    offers, places = OfferFilter(), [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    passed = b"".join(offers.passed(sent[start:end]) for start, end in pairwise(places))
    assert passed == without_offer(sent)


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
