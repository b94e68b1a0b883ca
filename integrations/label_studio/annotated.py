"""The annotated tasks of a project, a file each, as posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gaihe.integrations.label_studio.configuration import Configuration
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import read_posts, write_posts
from gaihe.serving.core.schema import Post
from gaihe.serving.exchange.label_studio import task_post


class AnnotatedTasks:
    """Keeps what webhooks report of a project.

    Args:
        folder: where the files lie; made when the first comes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, data: Mapping[str, Any], configuration: Configuration) -> None:
        """Keep the annotations of a webhook on created or updated ones; those that were skipped are dropped.

        Raises:
            PostError: the webhook has no task or annotation, or these do not fit the configuration; of several, all
                others are kept.
        """
        wrong: PostError | None = None
        for task, annotation in _pairs(data):
            try:
                self._keep(task, annotation, configuration)
            except PostError as error:
                wrong = wrong or error
        if wrong is not None:
            raise wrong

    def _keep(self, task: object, annotation: object, configuration: Configuration) -> None:
        if not isinstance(task, dict) or not isinstance(annotation, dict):
            raise PostError("the webhook has no task and annotation: let it send its payload")
        path = self._folder / f"{_number(task, 'task')}-{_number(annotation, 'annotation')}.jsonl"
        if annotation.get("was_cancelled"):
            path.unlink(missing_ok=True)
            return
        post = task_post(task, annotation.get("result"), 0, configuration.source, configuration.key)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_posts([post], path)

    def drop(self, data: Mapping[str, Any]) -> None:
        """Forget the annotations of a webhook on deleted ones, or on deleted tasks."""
        annotations = [data.get("annotation"), *(data.get("annotations") or ())]
        gone = [f"*-{_number(one, 'annotation')}.jsonl" for one in annotations if isinstance(one, dict)]
        gone += [f"{_number(one, 'task')}-*.jsonl" for one in data.get("tasks") or () if isinstance(one, dict)]
        for path in (path for names in gone for path in self._folder.glob(names)):
            path.unlink(missing_ok=True)

    def posts(self) -> Iterator[Post]:
        """The annotated tasks, in the order of their numbers, each as it was annotated last."""
        for path in self._latest().values():
            yield from read_posts(path)

    def __len__(self) -> int:
        return len(self._latest())

    def _latest(self) -> dict[int, Path]:
        """The file of the latest annotation of each task."""
        numbered = [([int(number) for number in path.stem.split("-")], path) for path in self._folder.glob("*.jsonl")]
        return {task: path for (task, _), path in sorted(numbered)}


def _pairs(data: Mapping[str, Any]) -> Iterator[tuple[object, object]]:
    """The tasks and annotations of a webhook: one of each, or a list of each, where annotations name their tasks.

    Source: ``ANNOTATION_CREATED`` and ``ANNOTATIONS_CREATED`` in ``label_studio/webhooks/models.py`` of Label Studio.
    """
    task, annotation = data.get("task"), data.get("annotation")
    if not isinstance(annotation, list):
        yield task, annotation
        return
    given = [one for one in task if isinstance(one, dict)] if isinstance(task, list) else []
    tasks = {one["id"]: one for one in given if isinstance(one.get("id"), int | str)}
    for one in annotation:
        named = one.get("task") if isinstance(one, dict) else None
        yield tasks.get(named) if isinstance(named, int | str) else None, one


def _number(record: Mapping[str, Any], what: str) -> int:
    number = record.get("id")
    if not isinstance(number, int) or number < 0:
        raise PostError(f"the {what} of the webhook has no number as its id")
    return number
