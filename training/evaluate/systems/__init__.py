"""Other systems that find personal data, as adapters to compare with on the same posts; one module a system."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import islice
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.schema import Entity, EntityType, Post
from gaihe.training.evaluate.visible_edges import between_visible_edges

COMMAND = "command:"
_CHUNK_POSTS = 256
_PACKAGED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "argus": ("gaihe.training.evaluate.systems.argus", "ArgusSystem"),
        "lac": ("gaihe.training.evaluate.systems.lac", "LacSystem"),
        "presidio": ("gaihe.training.evaluate.systems.presidio", "PresidioSystem"),
    }
)
"""Name, module and class of the systems that are Python packages."""


class System(Protocol):
    """A system that finds spans of personal data.

    ``types`` are the entity types that it can find; a comparison counts only those. ``mapping`` translates its own
    labels to them. Both are final once the system has answered.
    """

    @property
    def name(self) -> str:
        """What reports call it."""

    @property
    def version(self) -> str:
        """The version that is installed."""

    @property
    def types(self) -> frozenset[EntityType]:
        """The entity types that it can find."""

    @property
    def mapping(self) -> Mapping[str, EntityType]:
        """Its own labels and the entity types that they stand for."""

    def detect(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The entities of each text, in text order, with offsets in code points."""


@runtime_checkable
class StreamingSystem(System, Protocol):
    """A system that answers while it is asked, and may want many texts before its first answer."""

    def stream(self, texts: Iterable[str]) -> Iterator[list[Entity]]:
        """The entities of each text, in order."""


def open_system(spec: str) -> System:
    """Open a system by name: ``argus``, ``lac``, ``presidio``, or ``command:PROGRAM ARGUMENTS``.

    Raises:
        CommandError: the name is not known, or the system is not installed.
    """
    if spec.startswith(COMMAND):
        from gaihe.training.evaluate.systems.command import CommandSystem

        return CommandSystem(spec.removeprefix(COMMAND))
    if spec not in _PACKAGED:
        raise CommandError(f"unknown system {spec!r}; known: {', '.join(_PACKAGED)}, {COMMAND}PROGRAM ARGUMENTS")
    module, name = _PACKAGED[spec]
    try:
        system: Callable[[], System] = getattr(import_module(module), name)
        return system()
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("gaihe"):
            raise
        raise CommandError(
            f"system {spec!r} needs {error.name}, which is not installed: pip install 'gaihe[compare]'"
        ) from None


def detect_posts(system: System, posts: Iterable[Post]) -> Iterator[tuple[Post, list[Entity]]]:
    """Pair every post with what a system finds in it, between visible edges, in order and in bounded memory.

    A streaming system is asked once for the whole run, others a chunk of posts at a time.
    """
    for post, found in _answers(system, posts):
        yield post, list(between_visible_edges(found, post.text))


def _answers(system: System, posts: Iterable[Post]) -> Iterator[tuple[Post, list[Entity]]]:
    if isinstance(system, StreamingSystem):
        asked: deque[Post] = deque()

        def texts() -> Iterator[str]:
            for post in posts:
                asked.append(post)
                yield post.text

        for found in system.stream(texts()):
            yield asked.popleft(), found
        return
    stream = iter(posts)
    while chunk := list(islice(stream, _CHUNK_POSTS)):
        yield from zip(chunk, system.detect([post.text for post in chunk]), strict=True)
