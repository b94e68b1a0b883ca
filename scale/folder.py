"""The folder of a scan.

It has ``parts/``, a file for each piece that is finished; ``counts/``, what was in it; ``manifest.json``, what the scan
is of; and in the end ``summary.json``. On this machine, ``scan.lock`` keeps a second scan out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from gaihe.scale.job import Done
from gaihe.scale.pieces import Piece
from gaihe.scale.places import Place, Source, made, names_in, read, removed, written
from gaihe.scale.results import Counts
from gaihe.serving.core.atomic_files import write_error
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.locks import lock

MANIFEST, SUMMARY, PARTS, COUNTS = "manifest.json", "summary.json", "parts", "counts"
_BEGUN = ".begun"
_LOCK = "scan.lock"
_DAMAGES = (ValueError, LookupError, TypeError, AttributeError, pa.ArrowException)
"""What reading a record raises that is none."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a scan is done, decided when it is begun.

    Attributes:
        pieces: the pieces of all files.
        kept: the columns that are kept, with their types.
        time: when posts are judged.
    """

    pieces: tuple[Piece, ...]
    kept: Any
    time: datetime

    def record(self) -> dict[str, Any]:
        """The plan as JSON."""
        return {
            "time": self.time.isoformat(),
            "kept": self.kept.serialize().to_pybytes().hex(),
            "pieces": [list(asdict(piece).values()) for piece in self.pieces],
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Plan:
        """The plan that `record` gave."""
        kept = pa.ipc.read_schema(pa.py_buffer(bytes.fromhex(record["kept"])))
        pieces = tuple(Piece(*numbers) for numbers in record["pieces"])
        return cls(pieces, kept, datetime.fromisoformat(record["time"]))


class Folder:
    """The folder of a scan.

    Args:
        place: where it is.
        form: the format of the results.
    """

    def __init__(self, place: Place, form: str) -> None:
        self.place, self._form = place, form

    def part(self, piece: int) -> Place:
        """The file with a piece's results."""
        return self.place / PARTS / f"{piece:06}.{self._form}"

    def open(self, manifest: Mapping[str, Any]) -> Plan | None:
        """The plan of the scan that was begun here, which must be the same; nothing where none was.

        Args:
            manifest: what the scan is of.

        Raises:
            CommandError: there is another scan, or something else.
        """
        try:
            content, names = read(self.place / MANIFEST), names_in(self.place)
            full = [name for name in (PARTS, COUNTS) if names_in(self.place / name)]
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else type(error).__name__
            raise CommandError(f"{self.place.name} cannot be read as a folder: {reason}") from None
        if content is None:
            if full:
                raise CommandError(
                    f"{self.place.name} holds {full[0]}/ but no {MANIFEST}, which says what it is of: give a new or "
                    "an empty folder"
                )
            if others := names - {PARTS, COUNTS, _LOCK}:
                raise CommandError(
                    f"{self.place.name} holds no scan, but {min(others)!r:.60}: give a new or an empty folder"
                )
            return None
        try:
            before: dict[str, Any] = json.loads(content)
            if "pieces" not in before:
                raise KeyError("pieces")
            other = differences(before, manifest)
            plan = None if other else Plan.from_record(before)
        except _DAMAGES:
            raise CommandError(
                f"{self.place.name}/{MANIFEST} is damaged, or not of a scan: give a new or an empty folder"
            ) from None
        if other:
            raise CommandError(
                f"{self.place.name} holds the scan of something else: {'; '.join(other)}. Give another folder, or the "
                "same input and options to go on"
            )
        return plan

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other scans out of a folder of this machine, which is made where it is missing.

        The system frees the folder when the process ends; object stores have no locks.

        Raises:
            CommandError: another scan works there.
            OutputError: the folder cannot be written.
        """
        if not self.place.local:
            yield
            return
        made(self.place)
        try:
            held = lock(Path((self.place / _LOCK).path))
        except OSError as error:
            raise write_error(f"{self.place.name}/{_LOCK}", error) from None
        if held is None:
            raise CommandError(f"another scan works in {self.place.name}: wait for its end, or give another folder")
        with held:
            yield

    def begin(self, manifest: Mapping[str, Any], plan: Plan) -> None:
        """Write down what the scan is of, in a folder that is `ready`.

        Raises:
            OutputError, WriteFailedError: it cannot be written.
        """
        self._write(self.place / MANIFEST, {**manifest, **plan.record()})

    def ready(self) -> None:
        """Make the folder's own folders, and remove what was cut off and what is known of it.

        Raises:
            OutputError: they cannot be made.
        """
        for folder in (self.place, self.place / PARTS, self.place / COUNTS):
            made(folder)
        for name in names_in(self.place / COUNTS):
            if name.endswith(_BEGUN):
                removed(self.place / COUNTS / name)

    def begin_piece(self, piece: int) -> int:
        """Note that a piece is begun; how many times it was before."""
        place = self.place / COUNTS / f"{piece:06}{_BEGUN}"
        times = int(read(place) or 0)
        with written(place) as stream:
            stream.write(str(times + 1).encode())
        return times

    def end_piece(self, piece: int) -> None:
        """Forget how many times a piece was begun."""
        removed(self.place / COUNTS / f"{piece:06}{_BEGUN}")

    def finished(self, pieces: Iterable[Piece]) -> set[int]:
        """The numbers of the pieces whose results are there."""
        there = names_in(self.place / PARTS)
        return {piece.number for piece in pieces if self.part(piece.number).path.rpartition("/")[2] in there}

    def note(self, done: Done) -> None:
        """Write down what was in a piece, before its results get their name."""
        self._write(self.place / COUNTS / f"{done.piece:06}.json", done.record())

    def noted(self, pieces: Iterable[int]) -> list[Done]:
        """What was in pieces that are finished."""
        found = []
        for piece in pieces:
            content = read(self.place / COUNTS / f"{piece:06}.json")
            try:
                found.append(Done.from_record(piece, json.loads(content or b"")))
            except _DAMAGES:
                raise CommandError(
                    f"{self.place.name}/{COUNTS}/{piece:06}.json is missing or damaged: remove "
                    f"{PARTS}/{piece:06}.{self._form}, to do that piece again"
                ) from None
        return found

    def summarise(self, manifest: Mapping[str, Any], counts: Counts) -> None:
        """Write the summary."""
        about = {name: manifest[name] for name in ("gaihe", "give", "model", "policy") if manifest[name] is not None}
        self._write(self.place / SUMMARY, {**counts.record(), **about})

    def _write(self, place: Place, record: Mapping[str, Any]) -> None:
        with written(place) as stream:
            stream.write((json.dumps(record, ensure_ascii=False) + "\n").encode())


def manifest_of(sources: Sequence[Source], options: Mapping[str, Any]) -> dict[str, Any]:
    """What a scan is of: what must be the same for it to go on.

    Args:
        sources: the files.
        options: all that decides the results, by name.
    """
    return {**options, "sources": [source.record() for source in sources]}


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """In what two scans differ, for reading."""
    told = [
        f"{name} was {_shown(before.get(name))}, now it is {_shown(value)}"
        for name, value in now.items()
        if name != "sources" and before.get(name) != value
    ]
    old = {source["name"]: source for source in before.get("sources", [])}
    new = {source["name"]: source for source in now["sources"]}
    told += [f"{name} is gone" for name in old if name not in new][:1]
    told += [f"{name} is new" for name in new if name not in old][:1]
    return told + [f"{name} has changed" for name in new if name in old and old[name] != new[name]][:1]


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
