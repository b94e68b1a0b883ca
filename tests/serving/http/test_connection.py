"""Offers of another protocol, as some clients make them with every request."""

import json
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
