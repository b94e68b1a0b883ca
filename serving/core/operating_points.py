"""The operating point that is used where none is named; every model has it."""

from __future__ import annotations

DEFAULT_OPERATING_POINT = "balanced"
