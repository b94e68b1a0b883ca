"""What a worker does with a batch."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gaihe.serving.core.posts import json_line
from gaihe.serving.core.schema import Entity
from gaihe.serving.http.messages import Action, Batch, Done, Fault, Task
from gaihe.serving.http.redaction import Thread
from gaihe.serving.http.refusals import TextFaultError
from gaihe.serving.recognition.detection import detection_record
from gaihe.serving.recognition.reading import Reading
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.verdict.evidence import evidence
from gaihe.serving.verdict.judgement import judge
from gaihe.serving.verdict.policy import Policy


@dataclass(slots=True)
class Work:
    """Works on batches with one recogniser.

    Attributes:
        recognizer: the loaded model.
        policies: by name.
        model: what tells the model from others, for the evidence.
    """

    recognizer: Recognizer
    policies: Mapping[str, Policy]
    model: Mapping[str, str]
    _spans: Counter[str] = field(default_factory=Counter)
    _levels: Counter[int] = field(default_factory=Counter)
    _threads: dict[int, Thread] = field(default_factory=dict)

    def done(self, batch: Batch) -> Done:
        """What becomes of a batch; a text that fails leaves the others alone."""
        self._spans, self._levels, self._threads = Counter(), Counter(), {}
        readings = self._readings(batch)
        results = [
            self._attempt(batch.tasks[place], place, text, reading)
            for (place, text), reading in zip(batch.texts, readings, strict=True)
        ]
        mappings = {place: thread.mapping() for place, thread in self._threads.items()}
        written = {place: _json(mapping) for place, mapping in mappings.items() if mapping is not None}
        return Done(batch.number, results, dict(self._spans), dict(self._levels), written)

    def _readings(self, batch: Batch) -> list[Reading | Exception]:
        """One pass over each text; those of one threshold are read together."""
        readings: list[Reading | Exception] = [Reading([], None)] * len(batch.texts)
        by_threshold: dict[float, list[int]] = {}
        for index, (place, _) in enumerate(batch.texts):
            task = batch.tasks[place]
            if task.action is not Action.RESTORE:
                by_threshold.setdefault(task.threshold, []).append(index)
        for threshold, indices in by_threshold.items():
            recognizer = self.recognizer.at(threshold)
            read = recognizer.attempt_readings([batch.texts[index][1] for index in indices], threads=1)
            for index, reading in zip(indices, read, strict=True):
                readings[index] = reading
        return readings

    def _attempt(self, task: Task, place: int, text: str, reading: Reading | Exception) -> bytes | Fault:
        if isinstance(reading, Exception):
            return Fault("failed", place_of(reading))
        try:
            return _json(self._record(task, place, text, reading))
        except TextFaultError as error:
            return Fault(error.code)
        except Exception as error:
            return Fault("failed", place_of(error))

    def _record(self, task: Task, place: int, text: str, reading: Reading) -> dict[str, Any]:
        if task.action is Action.RESTORE:
            return self._thread(task, place).restored(text)
        entities = [entity for entity in reading.entities if task.types is None or entity.type in task.types]
        self._spans.update(entity.type.value for entity in entities)
        if task.action is Action.DETECT:
            return {"entities": list(map(detection_record, entities))}
        if task.action is Action.JUDGE:
            return self._verdict(task, text, reading, entities)
        return self._thread(task, place).redacted(text, entities)

    def _thread(self, task: Task, place: int) -> Thread:
        if place not in self._threads:
            self._threads[place] = Thread(task, self.recognizer.at(task.threshold))
        return self._threads[place]

    def _verdict(self, task: Task, text: str, reading: Reading, entities: Sequence[Entity]) -> dict[str, Any]:
        if self.recognizer.metadata.posts is None:
            raise TextFaultError("no_verdicts")
        if task.policy not in self.policies:
            raise TextFaultError("no_policy")
        now = datetime.now(UTC)
        scores = self.recognizer.scores_of(reading)
        verdict = judge(text, entities, scores, self.policies[task.policy], now.astimezone().date())
        self._levels[verdict.level] += 1
        record = {"verdict": verdict.to_record(), "entities": list(map(detection_record, entities))}
        if task.evidence:
            model = {**self.model, "operating_point": task.point, "threshold": str(task.threshold)}
            record["evidence"] = evidence(text, entities, verdict, model, now, task.types)
        return record


def _json(record: Mapping[str, Any]) -> bytes:
    return json_line(dict(record)).rstrip().encode()


def place_of(error: BaseException) -> str:
    """An error's class and where it was raised; its message, which may quote a text, is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place
