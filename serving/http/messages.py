"""What the front process and its workers say to each other: pickled messages, each after its length.

Both ends are one program, and a pipe of their own lies between them.
"""

from __future__ import annotations

import asyncio
import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, BinaryIO

from gaihe.serving.redaction.policy import RedactionPolicy
from gaihe.serving.verdict.policy import Policy

_LENGTH = struct.Struct("!Q")


class Lane(IntEnum):
    """Requests that are worked on side by side, so that small ones do not wait for large ones."""

    SMALL = 0
    LARGE = 1


class Action(StrEnum):
    """What is done with a text."""

    DETECT = "detect"
    JUDGE = "judge"
    REDACT = "redact"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Redacting:
    """What takes the place of the spans of a thread, or brings them back.

    Attributes:
        policy: what takes the place of what.
        key: the caller's, which decides hashes and pseudonyms, and seals the mapping.
        mapping: the pseudonyms so far.
        seal: whether the mapping is answered sealed, as one that came so always is.
    """

    policy: RedactionPolicy
    key: bytes | None = None
    mapping: Mapping[str, Any] | None = None
    seal: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """What is done with the texts of a request.

    Attributes:
        action: what is done.
        threshold: the lowest score of a span.
        types: the types that count; all when left out.
        policy: the name of a policy of verdicts.
        evidence: whether a verdict comes with its evidence.
        point: what the threshold is called, for the evidence.
        redaction: what takes the place of spans, or brings them back.
    """

    action: Action
    threshold: float = 0.0
    types: frozenset[str] | None = None
    policy: str = ""
    evidence: bool = False
    point: str = ""
    redaction: Redacting | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Generation:
    """What all workers that serve at a time have in common.

    Attributes:
        model: the bytes of a model file.
        name: what messages call the file.
        policies: by the name that callers give.
    """

    model: bytes = field(repr=False)
    name: str
    policies: Mapping[str, Policy]


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts to work on at once.

    Attributes:
        number: tells it from others.
        lane: whose it is.
        tasks: what is done.
        texts: each with the place of its task.
    """

    number: int
    lane: Lane
    tasks: list[Task]
    texts: list[tuple[int, str]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cancel:
    """Nobody waits for a batch any more."""

    number: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A text that could not be processed.

    Attributes:
        code: one of `FAULTS`.
        place: the error's class and where it was raised, for the log.
    """

    code: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a batch.

    Attributes:
        number: the batch's.
        results: of each text the JSON object, or what prevented it.
        spans: how many were found, by type.
        levels: how many verdicts there are, by level.
        mappings: the pseudonyms of a task's texts as a JSON object, by the place of the task.
    """

    number: int
    results: list[bytes | Fault] = field(repr=False)
    spans: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[int, int] = field(default_factory=dict)
    mappings: Mapping[int, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a worker says of the model that it has loaded.

    Attributes:
        version: of the package that exported it.
        digest: of its file.
        operating_points: thresholds by name.
        types: name, Chinese and English name, severity of each.
    """

    version: str
    digest: str
    operating_points: Mapping[str, float]
    types: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Unusable:
    """A worker cannot serve; the reason is for the log."""

    reason: str


def packed(message: object) -> bytes:
    """A message with its length before it."""
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(content)) + content


def read_message(stream: BinaryIO) -> Any:  # noqa: ANN401
    """The next message of a pipe.

    Raises:
        EOFError: the other end is gone.
    """
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return pickle.loads(_exactly(stream, length))


def _exactly(stream: BinaryIO, count: int) -> bytes:
    content = stream.read(count)
    if len(content) < count:
        raise EOFError
    return content


async def receive_message(stream: asyncio.StreamReader) -> Any:  # noqa: ANN401
    """`read_message` for the front process.

    Raises:
        EOFError: the other end is gone.
    """
    (length,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
    return pickle.loads(await stream.readexactly(length))
