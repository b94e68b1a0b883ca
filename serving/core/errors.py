"""What can be wrong with posts, files and commands."""

from __future__ import annotations


class PostError(ValueError):
    """A post that breaks the schema; the message says what is wrong, and of a file also where."""


class OutputError(PostError):
    """A path that cannot be written as it was given; the message says why."""


class WriteFailedError(OSError):
    """A file that could be opened for writing, but not written to its end; the message says why."""


class CommandError(Exception):
    """A command that cannot be carried out because of what the user gave: shown, exit code 2."""


class CommandFailedError(Exception):
    """A command that could not do its work though what the user gave was right: shown, exit code 1."""


class SheetError(Exception):
    """The sheet of an installed entity type that cannot be used; the message says whose it is and why."""
