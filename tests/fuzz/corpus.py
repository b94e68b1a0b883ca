"""Texts that once crashed, took too long or were redacted badly."""

from __future__ import annotations

import json
from pathlib import Path

FAILURES = Path(__file__).with_name("failures.txt")
"""A line a text: how often a string is repeated, and the string as JSON in ASCII."""


def failures() -> list[str]:
    """The saved texts."""
    rows = (line.split(" ", 1) for line in FAILURES.read_text(encoding="ascii").splitlines())
    return [int(times) * json.loads(text) for times, text in rows]
