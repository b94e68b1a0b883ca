"""What a worker does with a piece; knows nothing of the cluster."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gaihe.scale.folder import Folder
from gaihe.scale.job import Done, Job
from gaihe.scale.pieces import Piece
from gaihe.scale.places import has_changed
from gaihe.scale.reading import ScanRow, batches, rows_of
from gaihe.scale.results import Counts, Result, Results
from gaihe.scale.writing import Record, results_writer
from gaihe.serving.core.errors import OutputError, PostError, WriteFailedError
from gaihe.serving.model.model_file import session_of
from gaihe.serving.recognition.recognizer import Recognizer

BATCH = 256
"""Posts that are read at once."""
TRIES = 3
"""Workers that may end over a piece."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece that could not be read or worked on.

    Attributes:
        piece: its number.
        reason: why.
    """

    piece: int
    reason: str


class Worker:
    """Holds a model and does one piece after another.

    Args:
        job: what is to be done.

    Raises:
        ModelError: the model cannot be used.
    """

    def __init__(self, job: Job) -> None:
        self._job, self._folder = job, Folder(job.output, job.form)
        recognizer = Recognizer(*session_of(job.model, job.model_name), job.operating_point)
        self._recognizer = recognizer if job.threshold is None else recognizer.at(job.threshold)
        self._none: Result = dict.fromkeys(job.schema.names)

    def do(self, piece: Piece) -> Done | Unread:
        """Do a piece; its file appears when it is finished.

        Raises:
            OutputError, WriteFailedError: the results cannot be written.
        """
        begun, job, source = time.time(), self._job, self._job.sources[piece.source]
        name = source.place.name
        if (times := self._folder.begin_piece(piece.number)) >= TRIES:
            return Unread(piece.number, f"{name}: what begins with row or line {piece.first} ended {times} workers")
        results = Results(self._recognizer, job.policy, job.key, job.time)
        rows = rows_of(source, piece, job.columns)
        try:
            with results_writer(self._folder.part(piece.number), job.form, job.schema) as writer:
                for batch in batches(rows, BATCH):
                    writer.write(list(self._records(piece, batch, results)))
                if results.counts.posts != piece.rows or has_changed(source):
                    raise PostError(f"{name} has changed since the scan began: scan it into another folder")
                done = Done(piece.number, results.counts, os.getpid(), begun, time.time())
                self._folder.note(done)
        except (OutputError, WriteFailedError):
            raise
        except PostError as error:
            return Unread(piece.number, str(error))
        except Exception as error:  # of a library that reads, recognises or writes; its words may quote a post
            reason = f"{name}: rows from {piece.first} on could not be processed: {type(error).__name__}"
            return Unread(piece.number, reason)
        self._folder.end_piece(piece.number)
        return done

    def _records(self, piece: Piece, batch: Sequence[ScanRow], results: Results) -> Iterator[Record]:
        found = iter(results.of([row.text for row in batch if row.text is not None]))
        source = self._job.sources[piece.source].place.name
        for row in batch:
            record = self._none | {"id": row.id, "source": source, "position": row.position, "error": row.error}
            record |= zip(self._job.columns.kept, row.kept, strict=True)
            if row.text is not None:
                result = next(found)
                if isinstance(result, Exception):
                    result = {"error": f"could not be processed: {type(result).__name__}"}
                record |= result
            results.counts.add(Counts(1, int(record["error"] is not None)))
            yield record
