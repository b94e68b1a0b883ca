"""What is to be done in a scan, and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
from gaihe.scale.give import Give
from gaihe.scale.pieces import Columns
from gaihe.scale.places import Place, Source
from gaihe.scale.results import GIVEN, Counts
from gaihe.serving.redaction.policy import RedactionPolicy
from gaihe.serving.rows.row import ID
from gaihe.serving.verdict.policy import Policy


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done; all that a worker needs.

    Attributes:
        sources: the files.
        columns: what is read of them.
        kept: the columns that are kept, with their types.
        give: what is given.
        form: the format of the results.
        output: the folder.
        model: the bytes of a whole model file.
        model_name: what messages call it.
        operating_point: its name.
        threshold: takes the place of the operating point's, if given.
        policy: of redaction or verdict.
        key: decides hashes and pseudonyms.
        time: when posts are judged.
    """

    sources: tuple[Source, ...]
    columns: Columns
    kept: Any
    give: Give
    form: str
    output: Place
    model: bytes = field(repr=False)
    model_name: str
    operating_point: str
    threshold: float | None
    policy: RedactionPolicy | Policy | None
    key: bytes | None = field(repr=False)
    time: datetime

    @property
    def schema(self) -> pa.Schema:
        """The columns of the results."""
        own = {ID: pa.string(), "source": pa.string(), "position": pa.int64()}
        kept = dict(zip(self.kept.names, self.kept.types, strict=True))
        return pa.schema({**own, **kept, **GIVEN[self.give], "error": pa.string()})


@dataclass(frozen=True, slots=True)
class Done:
    """A piece that was finished.

    Attributes:
        piece: its number.
        counts: what was in it.
        process: the worker's process id.
        begun, ended: when, in seconds since 1970.
    """

    piece: int
    counts: Counts
    process: int
    begun: float
    ended: float

    def record(self) -> dict[str, Any]:
        """The piece as JSON."""
        times = {"process": self.process, "begun": round(self.begun, 3), "ended": round(self.ended, 3)}
        return self.counts.record() | times

    @classmethod
    def from_record(cls, piece: int, record: Mapping[str, Any]) -> Done:
        """The piece that `record` gave."""
        return cls(piece, Counts.from_record(record), record["process"], record["begun"], record["ended"])
