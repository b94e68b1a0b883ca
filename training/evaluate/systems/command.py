"""Any program as a system: posts as JSON lines on its standard input, entities as JSON lines on its standard output.

It reads ``{"id": str, "text": str}`` and writes ``{"id": str, "entities": [{"start", "end", "type"}, …]}`` for each, in
any order, offsets in code points, as ``gaihe detect --input - --output -`` does. Its first line may declare what it is:
``{"name": str?, "version": str?, "types": [TYPE, …]?, "mapping": {LABEL: TYPE}?}``; without that it is compared on all
types, and its labels are the names of the entity types.

One process serves a whole stream. A thread writes while answers are read, so that a program may read ahead as far as it
likes, or hold back its answers until its input ends, without either side waiting for the other for ever.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from gaihe.serving.core.errors import CommandError, PostError
from gaihe.serving.core.posts import choice, decode_json, json_line, post_from_record
from gaihe.serving.core.schema import Entity, EntityType

_TAIL = 2000
_NUMBER = re.compile(r"[0-9]{1,15}")
_HEADER_FIELDS = frozenset({"name", "version", "types", "mapping"})


class CommandSystem:
    """A program that speaks JSON lines.

    Raises:
        CommandError: the command is empty or its quotes do not match.
    """

    def __init__(self, command: str) -> None:
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise CommandError(f"cannot read the command {command!r}: {error}") from None
        if not self._words:
            raise CommandError("command: needs a program, as in command:./mine --fast")
        self.name = command
        self.version = "unknown"
        self.types: frozenset[EntityType] = frozenset(EntityType)
        self.mapping: Mapping[str, EntityType] = {kind.value: kind for kind in EntityType}

    def detect(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The entities of each text, from a process of its own; `stream` keeps one for a whole run."""
        return list(self.stream(texts))

    def stream(self, texts: Iterable[str]) -> Iterator[list[Entity]]:
        """The entities of each text, in order, from one process.

        Raises:
            CommandError: the program cannot be started, fails, or answers what it should not.
        """
        with tempfile.TemporaryFile() as complaints:
            try:
                process = subprocess.Popen(
                    self._words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints
                )
            except OSError as error:
                raise CommandError(f"cannot run {self._words[0]!r}: {error.strerror}") from None
            assert process.stdin is not None and process.stdout is not None
            questions = _Questions(texts, process.stdin)
            try:
                yield from self._answers(process.stdout, questions)
                code = process.wait()
                questions.finish()
                if code or questions.open:
                    raise CommandError(self._failure(code, questions, complaints))
            finally:
                process.kill()
                process.stdout.close()
                process.wait()
                questions.stop()

    def _answers(self, lines: IO[bytes], questions: _Questions) -> Iterator[list[Entity]]:
        early: dict[int, list[Entity]] = {}
        turn = 0
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            place = f"{self.name}: line {number} of its output"
            try:
                record = decode_json(line, place)
                if number == 1 and isinstance(record, dict) and "id" not in record and _HEADER_FIELDS & record.keys():
                    self._declare(record)
                    continue
                index, text = questions.answered(record)
                early[index] = self._entities(record, text)
            except PostError as error:
                message = str(error)
                raise CommandError(message if message.startswith(place) else f"{place}: {message}") from None
            while turn in early:
                yield early.pop(turn)
                turn += 1

    def _declare(self, header: Mapping[str, Any]) -> None:
        for field in ("name", "version"):
            if isinstance(value := header.get(field), str):
                setattr(self, field, value)
        if (mapping := header.get("mapping")) is not None:
            if not isinstance(mapping, dict):
                raise PostError(f"'mapping' must be an object of labels and types, not {mapping!r:.60}")
            self.mapping = {label: choice(EntityType, kind, "entity type") for label, kind in mapping.items()}
            self.types = frozenset(self.mapping.values())
        if (types := header.get("types")) is not None:
            if not isinstance(types, list):
                raise PostError(f"'types' must be a list of types, not {types!r:.60}")
            self.types = frozenset(choice(EntityType, kind, "entity type") for kind in types)

    def _entities(self, record: Mapping[str, Any], text: str) -> list[Entity]:
        entities = record.get("entities")
        if not isinstance(entities, list) or not all(isinstance(entity, dict) for entity in entities):
            raise PostError("expected {'id', 'entities': [{'start', 'end', 'type'}, …]}")
        translated = []
        for entity in entities:
            label = entity.get("type")
            if not isinstance(label, str):
                raise PostError(f"'type' must be str, not {type(label).__name__}")
            if label not in self.mapping:
                raise PostError(f"unknown entity type {label!r:.60}; known: {', '.join(self.mapping)}")
            translated.append(
                {"start": entity.get("start"), "end": entity.get("end"), "type": self.mapping[label].value}
            )
        return list(post_from_record({"id": "", "text": text, "entities": translated}).entities)

    def _failure(self, code: int, questions: _Questions, complaints: IO[bytes]) -> str:
        end = f"ended with exit code {code}" if code >= 0 else f"was killed by signal {-code}"
        message = f"{self.name}: {end}, {len(questions.open)} of {questions.asked} posts unanswered"
        complaints.seek(max(0, complaints.seek(0, 2) - _TAIL))
        said = complaints.read().decode("utf-8", "replace").strip()
        return f"{message}; it said:\n{said}" if said else message


class _Questions:
    """The texts that a program is asked, written by a thread, and those that it has not yet answered."""

    def __init__(self, texts: Iterable[str], stream: IO[bytes]) -> None:
        self.open: dict[int, str] = {}
        self.asked = 0
        self._texts = texts
        self._stream = stream
        self._error: BaseException | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        try:
            with self._stream:
                for index, text in enumerate(self._texts):
                    if self._stopped:
                        return
                    self.open[index] = text
                    self.asked += 1
                    self._stream.write(json_line({"id": str(index), "text": text}).encode())
        except BrokenPipeError:
            return
        except BaseException as error:
            self._error = error

    def answered(self, record: object) -> tuple[int, str]:
        """The number and text of the post that an answer is about; each is answered once."""
        post_id = record.get("id") if isinstance(record, dict) else None
        if not isinstance(post_id, str):
            raise PostError(f"expected an object with the 'id' of a post, not {type(record).__name__}")
        index = int(post_id) if _NUMBER.fullmatch(post_id) else -1
        if index not in self.open or str(index) != post_id:
            raise PostError(f"the id {post_id!r:.60} was not asked for, or was answered before")
        return index, self.open.pop(index)

    def finish(self) -> None:
        """Wait for the thread, and raise what went wrong in reading the texts."""
        self._thread.join()
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Ask no more; the program is gone."""
        self._stopped = True
        self._thread.join(timeout=1)
