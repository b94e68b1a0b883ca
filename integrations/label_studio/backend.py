"""What the backend does: predictions for tasks, and ``fit`` on webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gaihe.integrations.label_studio.annotated import AnnotatedTasks
from gaihe.integrations.label_studio.configuration import Configuration
from gaihe.integrations.label_studio.training import TrainingRuns
from gaihe.integrations.texts import loaded
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.schema import Entity
from gaihe.serving.exchange.label_studio import check_plain
from gaihe.serving.recognition.recognizer import Recognizer

START = "START_TRAINING"
KEPT = frozenset({"ANNOTATION_CREATED", "ANNOTATIONS_CREATED", "ANNOTATION_UPDATED"})
DROPPED = frozenset({"ANNOTATION_DELETED", "ANNOTATIONS_DELETED", "TASKS_DELETED"})


class ProjectBackend:
    """The backend of one project.

    Args:
        folder: where its annotated tasks and training runs lie.
        model: the model until a run has made one; the released one when left out.
        train_after: begin a run whenever so many tasks more are annotated; 0 waits for Label Studio's button.
        overrides: as in `TrainingRuns`.
    """

    def __init__(
        self, folder: Path, model: str | None = None, train_after: int = 0, overrides: Sequence[str] = ()
    ) -> None:
        self._model = model
        self._train_after = train_after
        self.tasks = AnnotatedTasks(folder / "tasks")
        self.runs = TrainingRuns(folder / "runs", overrides)
        self._trained_on = self.runs.learned()

    def recognizer(self) -> tuple[str, Recognizer]:
        """The model of the newest run, or the one that the backend began with, and its version's name."""
        if (newest := self.runs.newest()) is not None:
            return newest[0], loaded(str(newest[1]))
        recognizer = loaded(self._model)
        return f"gaihe-{recognizer.metadata.version}", recognizer

    def predict(self, tasks: Sequence[object], configuration: Configuration) -> tuple[str, list[dict[str, Any]]]:
        """The version of the model, and a prediction for each task.

        A prediction's score is that of its least sure span, 1 where it has none, so that sampling by score brings up
        what is worth a look; that of a task without a text, or whose text could not be processed, is 0. Types without
        a label in the project are left out.

        Raises:
            PostError: no task has a text where the configuration says, or a text has markup where there may be none.
        """
        version, recognizer = self.recognizer()
        texts = [_text(task, configuration) for task in tasks]
        if texts and not any(text is not None for text in texts):
            raise PostError(f"a task's data have no text under {configuration.key!r}")
        found = iter(recognizer.attempt_batch(text for text in texts if text is not None))
        nothing = {"model_version": version, "score": 0.0, "result": []}
        read = [None if text is None else next(found) for text in texts]
        return version, [
            _prediction(entities, configuration, version) if isinstance(entities, list) else nothing
            for entities in read
        ]

    def fit(self, event: str, data: Mapping[str, Any], configuration: Configuration) -> str | None:
        """What a webhook sets off; the name of the training run that it began, if any.

        Raises:
            PostError: a webhook that cannot be read, or training on nothing.
        """
        if event in KEPT:
            self.tasks.keep(data, configuration)
        elif event in DROPPED:
            self.tasks.drop(data)
        elif event == START:
            return self._train()
        due = self._train_after and len(self.tasks) - self._trained_on >= self._train_after
        return self._train() if due else None

    def _train(self) -> str | None:
        posts = list(self.tasks.posts())
        if not posts:
            raise PostError("no annotated task has reached the backend: switch on its webhook for annotations")
        name = self.runs.start(posts)
        if name is not None:
            self._trained_on = len(posts)
        return name


def _text(task: object, configuration: Configuration) -> str | None:
    key = configuration.key
    data = task.get("data") if isinstance(task, dict) else None
    text = data.get(key) if isinstance(data, dict) else None
    if not isinstance(text, str):
        return None
    if configuration.rich:
        check_plain(text)
    return text


def _prediction(entities: Sequence[Entity], configuration: Configuration, version: str) -> dict[str, Any]:
    labels = configuration.labels
    known = [entity for entity in entities if entity.type in labels]
    results = [
        {
            "id": f"entity-{number}",
            "from_name": configuration.control,
            "to_name": configuration.field,
            "type": configuration.result,
            "score": entity.score,
            "value": {
                **_place(entity, configuration.rich),
                "text": entity.text,
                configuration.result: [labels[entity.type]],
            },
        }
        for number, entity in enumerate(known, start=1)
    ]
    score = min((entity.score for entity in known if entity.score is not None), default=1.0)
    return {"model_version": version, "score": score, "result": results}


def _place(entity: Entity, rich: bool) -> dict[str, Any]:
    """Where a span is, in a text or in the one text node of a HyperText without markup."""
    place = {"start": entity.start, "end": entity.end}
    if not rich:
        return place
    node = "/text()[1]"
    offsets = {"startOffset": entity.start, "endOffset": entity.end}
    return {"start": node, "end": node, **offsets, "globalOffsets": place}
