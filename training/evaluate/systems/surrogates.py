"""Lone surrogates, which other systems' native code refuses."""

from __future__ import annotations

import re

_SURROGATE = re.compile(r"[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """The text with a replacement character for each lone surrogate, so that offsets stay."""
    return _SURROGATE.sub("\ufffd", text)
