"""Lone surrogates, which the native code of other systems refuses, and UTF-8 files too."""

from __future__ import annotations

import re

_SURROGATE = re.compile(r"[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """The text with a replacement character for each lone surrogate, so that offsets stay."""
    return _SURROGATE.sub("\ufffd", text)
