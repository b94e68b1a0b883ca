"""What can be wrong with the files that go in and come out."""

from __future__ import annotations


class PostError(ValueError):
    """A post that breaks the schema; the message says what is wrong, and of a file also where."""


class OutputError(PostError):
    """A path that cannot be written as it was given; the message says why."""


class WriteFailedError(OSError):
    """A file that could be opened for writing, but not written to its end; the message says why."""


class SheetError(Exception):
    """The sheet of an installed entity type that cannot be used; the message says whose it is and why."""
