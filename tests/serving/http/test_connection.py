"""Offers of another protocol, as some clients make them with every request."""

import json

import pytest
from gaihe.serving.http.connection import without_upgrade
from hypothesis import given
from hypothesis import strategies as st

OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\n"


def request(body, offer=OFFER):
    head = b"POST /v1/detect HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return head + offer + b"Content-Length: %d\r\n\r\n" % len(body) + body


def test_an_offer_of_http_2_is_declined_and_the_request_answered(service):
    body = json.dumps({"text": "张丽\r\nupgrade: x\r\n电话13800138000"}, ensure_ascii=False).encode()
    with service.socket() as connection:
        for _ in range(2):
            connection.sendall(request(body))
            answer = b""
            while b'"entities"' not in answer or not answer.endswith(b"}"):
                answer += connection.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 200") and b"13800138000" in answer


@pytest.mark.parametrize("name", [b"Upgrade", b"upgrade", b"UPGRADE"])
@given(body=st.binary(max_size=60))
def test_the_offer_alone_is_taken_out(name, body):
    assert without_upgrade(request(body, name + b": h2c\r\n")) == request(body, b"")
    assert without_upgrade(request(body, b"")) == request(body, b"")
    assert without_upgrade(body) == body or b"pgrade" in body.lower()
