"""The labels of a whole post that a model gives beside its spans, and what its graph's sums mean.

For each task the graph gives, of every window, the sum of each label's values over the window's characters, which
count by their attention, and the sum of these weights. Added up over the windows of a post they are the sums of the
post, and a sum of values divided by that of the weights is the label's logit. A character that two windows share counts
in both. A graph with n-grams gives one more row: for each label the sum of its values over the tokens of the window
and the pairs of neighbours, and their number; that sum divided by the root of the number is added to the logit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from gaihe.serving.core.post_scores import PostScores
from gaihe.serving.core.schema import Intent, Stance
from gaihe.serving.model.properties import PropertyError, number, parsed, strings, table
from numpy.typing import NDArray

TASKS: Mapping[str, tuple[str, ...]] = {
    "intent": tuple(intent.value for intent in Intent),
    "stance": tuple(stance.value for stance in Stance),
}
"""The tasks with their labels, in the order of the graph's output."""
POST_OUTPUT = "post_sums"
"""Output of the graph, shape ``(rows, *SUMS_SHAPE)``, or ``(rows, *NGRAM_SHAPE)`` with n-grams."""
SUMS_SHAPE = (len(TASKS), sum(map(len, TASKS.values())) + 1)
"""By task, the sums of the values of the labels of all tasks, of which its own count, and that of the weights."""
NGRAM_SHAPE = (SUMS_SHAPE[0] + 1, SUMS_SHAPE[1])
"""The same, and the row of the n-grams."""
HOTTEST = 100.0
_PROPERTY = "gaihe.posts"

Sums = NDArray[np.floating]


@dataclass(frozen=True)
class PostLabels:
    """What a model's metadata says of its post labels.

    Attributes:
        temperatures: by task, what its logits are divided by.
        version: version of the package that trained the head.
        ngrams: whether the graph gives the row of the n-grams.
    """

    temperatures: Mapping[str, float]
    version: str
    ngrams: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Of a post's sums."""
        return NGRAM_SHAPE if self.ngrams else SUMS_SHAPE

    def scores(self, sums: Sums | None) -> PostScores:
        """The probabilities of a post's labels.

        Args:
            sums: of the whole post, of shape ``shape``; none where the post shows no character, which does nothing.
        """
        if sums is None:
            return PostScores(*({label: float(label == labels[0]) for label in labels} for labels in TASKS.values()))
        first, found = 0, []
        *attended, (*runs, count) = sums.tolist() if self.ngrams else [*sums.tolist(), [0.0] * SUMS_SHAPE[1]]
        besides = [total / sqrt(count or 1.0) for total in runs]
        for (task, labels), (*values, weight) in zip(TASKS.items(), attended, strict=True):
            own = slice(first, first + len(labels))
            logits = [
                (value / weight + more) / self.temperatures[task]
                for value, more in zip(values[own], besides[own], strict=True)
            ]
            found.append(dict(zip(labels, _softmax(logits), strict=True)))
            first += len(labels)
        return PostScores(*found)

    def to_properties(self) -> dict[str, str]:
        """The ONNX metadata properties."""
        record: dict[str, object] = {
            "version": self.version,
            "tasks": {
                task: {"labels": list(labels), "temperature": self.temperatures[task]} for task, labels in TASKS.items()
            },
        } | ({"ngrams": True} if self.ngrams else {})
        return {_PROPERTY: json.dumps(record)}

    @classmethod
    def from_properties(cls, properties: Mapping[str, str]) -> PostLabels | None:
        """Read the properties back; none where the model has no post labels.

        Raises:
            PropertyError: they are not those of this version's tasks.
        """
        if _PROPERTY not in properties:
            return None
        name = f"'{_PROPERTY}'"
        record = table(parsed(properties, _PROPERTY), name)
        tasks = table(record.get("tasks"), f"tasks of {name}")
        if list(tasks) != list(TASKS):
            raise PropertyError(f"{name} must hold the tasks {', '.join(TASKS)} in this order")
        temperatures = {}
        for task, labels in TASKS.items():
            entry = table(tasks[task], f"{task} of {name}")
            if strings(entry.get("labels"), f"labels of {task} in {name}") != list(labels):
                raise PropertyError(f"labels of {task} in {name} must be {', '.join(labels)} in this order")
            temperatures[task] = number(
                entry.get("temperature"), f"temperature of {task} in {name}", 1 / HOTTEST, HOTTEST
            )
        (version,) = strings([record.get("version")], f"version of {name}")
        ngrams = record.get("ngrams", False)
        if not isinstance(ngrams, bool):
            raise PropertyError(f"ngrams of {name} must be true or false")
        return cls(temperatures, version, ngrams)


def added(sums: Sequence[Sums | None]) -> Sums | None:
    """The sums of a post from those of its windows, in text order; none where the model gives none."""
    given = [own for own in sums if own is not None]
    return np.sum(given, axis=0, dtype=np.float64) if given else None


def _softmax(logits: Sequence[float]) -> list[float]:
    highest = max(logits)
    shares = [exp(logit - highest) for logit in logits]
    total = sum(shares)
    return [share / total for share in shares]
