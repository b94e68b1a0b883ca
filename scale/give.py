"""What a scan may give of each post."""

from enum import StrEnum


class Give(StrEnum):
    """What is given."""

    SPANS = "spans"
    REDACTED = "redacted"
    VERDICT = "verdict"
