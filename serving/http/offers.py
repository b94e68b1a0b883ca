"""Offers of another protocol, such as Java's of HTTP/2, which are declined: they are taken out of requests' heads.

With such an offer the parser would take the body for that protocol and drop it.
"""

from __future__ import annotations

import re

_NAME = b"upgrade:"
_OFFER = re.compile(rb"\r\n" + _NAME + rb"[^\r\n]*(?=\r\n)", re.IGNORECASE)
_END = b"\r\n\r\n"


class OfferFilter:
    """Takes the offers out of heads that come in pieces of any size."""

    def __init__(self) -> None:
        self._held = b""

    def passed(self, data: bytes) -> bytes:
        """What of a further piece can be read on; what may become an offer is held until the next one."""
        data = without_offer(self._held + data)
        certain = len(data) if _END in data else _certain(data)
        self._held = data[certain:]
        return data[:certain]


def without_offer(data: bytes) -> bytes:
    """The beginning of a request without an offer in its head."""
    end = data.find(_END)
    head = len(data) if end < 0 else end + 2
    if _OFFER.search(data, 0, head) is None:
        return data
    return _OFFER.sub(b"", data[:head]) + data[head:]


def _certain(data: bytes) -> int:
    """How many bytes of an unfinished head come before the last line, if that may be an offer or the head's end."""
    start = data.rfind(b"\r\n")
    line = data[start + 2 :].lower()
    if start >= 0 and (line.startswith(_NAME) or _NAME.startswith(line) or line == b"\r"):
        return start
    return len(data) - data.endswith(b"\r")
