"""Files and folders of this machine and of object stores, by path or URI (``pyarrow.fs``)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from gaihe.serving.core.atomic_files import ASIDE, aside_name, open_binary_output, write_error
from gaihe.serving.core.errors import CommandError
from pyarrow import fs

_SECRETS = re.compile(r"(?<=://)(?:[^/]*|[^/:]*:.*)@|\?.*", re.DOTALL)
"""What may be secret in a URI: the user part, whose password may hold slashes, and options."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file or a folder.

    Attributes:
        system: the file system.
        path: its path there.
    """

    system: Any
    path: str

    def __truediv__(self, name: str) -> Place:
        return Place(self.system, f"{self.path.rstrip('/')}/{name}")

    @property
    def local(self) -> bool:
        """Whether it is on this machine's own file system."""
        return isinstance(self.system, fs.LocalFileSystem)

    @property
    def name(self) -> str:
        """What messages and results call it."""
        return self.path if self.local else f"{self.system.type_name}://{self.path}"

    def ends_with(self, *endings: str) -> bool:
        """Whether the path has one of some endings, which are in lower case; its own may be in any."""
        return self.path.lower().endswith(endings)

    def holds(self, other: Place) -> bool:
        """Whether another place lies in this folder."""
        return self.system == other.system and other.path.startswith(f"{self.path.rstrip('/')}/")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, as it was when it was found.

    Attributes:
        place: where it is.
        size: in bytes.
        modified: when it was changed last, in nanoseconds since 1970; 0 where the store does not say.
    """

    place: Place
    size: int
    modified: int

    def record(self) -> dict[str, object]:
        """What tells it from another one."""
        return {"name": self.place.name, "size": self.size, "modified": self.modified}


def place_of(given: str) -> Place:
    """The place that a path or a URI names.

    Raises:
        CommandError: a URI of no known file system.
    """
    if "://" not in given:
        return Place(fs.LocalFileSystem(), Path(given).resolve().as_posix())
    try:
        return Place(*fs.FileSystem.from_uri(given))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise CommandError(
            f"{_shown(given)}: not a URI of a file system that pyarrow reaches, such as s3://bucket/folder "
            f"({type(error).__name__})"
        ) from None


def _shown(given: str) -> str:
    """A path or a URI for messages: without what may be secret in a URI."""
    return _SECRETS.sub("", given) if "://" in given else given


def has_changed(source: Source) -> bool:
    """Whether a file is another than when it was found.

    Raises:
        OSError: the store does not answer.
    """
    info = source.place.system.get_file_info(source.place.path)
    return _source(source.place.system, info) != source


def _source(system: Any, info: Any) -> Source:  # noqa: ANN401
    return Source(Place(system, info.path), info.size or 0, info.mtime_ns or 0)


def sources_of(given: Sequence[str], endings: Sequence[str], output: Place) -> list[Source]:
    """The files that paths name, in the order of their names, each once, whatever links lead to it.

    Of several names of a file one with a known ending is taken, which says how the file is read.

    A folder stands for all files below it with known endings, but for those whose names begin with ``.`` or ``_``;
    ``*`` for any characters of a name, ``**/`` for any folders, ``**`` for any characters of a path.

    Args:
        given: paths and URIs of files and folders, and globs.
        endings: of files that are taken from folders.
        output: a folder whose files are none, by whatever links.

    Raises:
        CommandError: a path leads to no file, or cannot be followed.
    """
    own = _real(output)
    found: dict[str, Source] = {}
    for one in given:
        place = place_of(one)
        try:
            infos = _matching(place) if "*" in place.path else _below(place, endings)
        except (pa.ArrowException, OSError) as error:
            raise CommandError(f"{_shown(one)}: what is there cannot be listed ({type(error).__name__})") from None
        taken = [_source(place.system, info) for info in infos]
        kept = {source.place.name: source for source in taken if not own.holds(_real(source.place))}
        if not kept:
            raise CommandError(f"{_shown(one)}: there is no file to read; known endings: {', '.join(endings)}")
        found |= kept
    files: dict[str, str] = {}
    for name in sorted(found, key=lambda name: (not found[name].place.ends_with(*endings), name.count("/"), name)):
        files.setdefault(_real(found[name].place).name, name)
    return [found[name] for name in sorted(files.values())]


def _real(place: Place) -> Place:
    """Where a place is when links are followed."""
    return Place(place.system, Path(os.path.realpath(place.path)).as_posix()) if place.local else place


def _below(place: Place, endings: Sequence[str]) -> list[Any]:
    info = place.system.get_file_info(place.path)
    if info.type == fs.FileType.File:
        return [info]
    if info.type != fs.FileType.Directory:
        return []
    root = len(place.path.rstrip("/")) + 1
    return [
        info
        for info in place.system.get_file_info(fs.FileSelector(place.path, recursive=True))
        if info.type == fs.FileType.File
        and Place(place.system, info.path).ends_with(*endings)
        and not any(part.startswith((".", "_")) for part in info.path[root:].split("/"))
    ]


def _matching(place: Place) -> list[Any]:
    folder = place.path[: place.path.index("*")].rpartition("/")[0]
    words = (re.escape(part) for part in re.split(r"(\*\*/|\*\*|\*)", place.path))
    wild = {r"\*\*/": "(?:.*/)?", r"\*\*": ".*", r"\*": "[^/]*"}
    pattern = re.compile("".join(wild.get(word, word) for word in words))
    selector = fs.FileSelector(folder or "/", allow_not_found=True, recursive=True)
    infos = place.system.get_file_info(selector)
    return [info for info in infos if info.type == fs.FileType.File and pattern.fullmatch(info.path)]


@contextmanager
def written(place: Place) -> Iterator[IO[bytes]]:
    """A stream to a file that appears only when complete, on this machine for its owner alone.

    Raises:
        OutputError, WriteFailedError: it cannot be written.
    """
    if place.local:
        with open_binary_output(place.path) as stream:
            yield stream
        return
    folder = Place(place.system, place.path.rpartition("/")[0])
    aside = folder / aside_name()
    try:
        with place.system.open_output_stream(aside.path) as stream:
            yield stream
        place.system.move(aside.path, place.path)
    except OSError as error:
        raise write_error(place.name, error) from None
    finally:
        removed(aside)


def read(place: Place) -> bytes | None:
    """The bytes of a small file; nothing where there is none."""
    if place.system.get_file_info(place.path).type == fs.FileType.NotFound:
        return None
    with place.system.open_input_stream(place.path) as stream:
        content: bytes = stream.read()
    return content


def names_in(folder: Place) -> set[str]:
    """The names of what is in a folder, without what a write that was cut off has left; none where there is none."""
    return {name for name in _all_names(folder) if not ASIDE.fullmatch(name)}


def _all_names(folder: Place) -> list[str]:
    selector = fs.FileSelector(folder.path, allow_not_found=True)
    return [info.base_name for info in folder.system.get_file_info(selector)]


def removed(place: Place) -> None:
    """Remove a file, if it is there."""
    with suppress(OSError):
        place.system.delete_file(place.path)


def made(folder: Place) -> None:
    """Make a folder, and remove what a write that was cut off has left in it.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        folder.system.create_dir(folder.path, recursive=True)
        for name in filter(ASIDE.fullmatch, _all_names(folder)):
            folder.system.delete_file((folder / name).path)
    except OSError as error:
        raise write_error(folder.name, error) from None
