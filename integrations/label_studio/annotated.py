"""The annotated tasks of a project, a file each, as posts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gaihe.integrations.label_studio.configuration import Configuration
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import read_posts, write_posts
from gaihe.serving.core.schema import Post
from gaihe.serving.exchange.label_studio import task_post

LONGEST_NUMBER = 18
"""Digits of a number that a database gives a task, an annotation or a project."""
_NUMBERED = re.compile(f"([0-9]{{1,{LONGEST_NUMBER}}})-([0-9]{{1,{LONGEST_NUMBER}}})")
"""A file's name without its ending: the numbers of the task and of the annotation."""


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
        """Forget the annotations of a webhook on deleted ones, or on deleted tasks.

        Raises:
            PostError: these are no lists, or have no numbers.
        """
        annotations = _numbers(data.get("annotations"), "annotation") | _numbers([data.get("annotation")], "annotation")
        tasks = _numbers(data.get("tasks"), "task")
        for task, annotation, path in list(self._files()):
            if task in tasks or annotation in annotations:
                path.unlink(missing_ok=True)

    def posts(self) -> Iterator[Post]:
        """The annotated tasks, in the order of their numbers, each as it was annotated last."""
        for path in self._latest().values():
            yield from read_posts(path)

    def __len__(self) -> int:
        return len(self._latest())

    def _latest(self) -> dict[int, Path]:
        """The file of the latest annotation of each task."""
        return {task: path for task, _, path in sorted(self._files())}

    def _files(self) -> Iterator[tuple[int, int, Path]]:
        """The numbers of task and annotation of each file, and its path; files of other names are not the backend's."""
        for path in self._folder.glob("*.jsonl"):
            if named := _NUMBERED.fullmatch(path.stem):
                yield int(named[1]), int(named[2]), path


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


def _numbers(records: object, what: str) -> set[int]:
    """The numbers of the records that a webhook lists; none where it has no list."""
    if not isinstance(records, list | None):
        raise PostError(f"the {what}s of the webhook are no list")
    return {_number(record, what) for record in records or () if isinstance(record, dict)}


def _number(record: Mapping[str, Any], what: str) -> int:
    number = record.get("id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 10**LONGEST_NUMBER:
        raise PostError(f"the {what} of the webhook has no number as its id")
    return number
