"""Training runs of a project, one at a time, each a process of its own: ``gaihe train experiment=further``."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from gaihe.serving.core.overrides import quoted
from gaihe.serving.core.posts import read_posts, write_posts
from gaihe.serving.core.schema import Post

_LOG = logging.getLogger(__name__)


class TrainingRuns:
    """The runs in a folder: ``run-1``, ``run-2`` …, each with its posts, its log and its model.

    Args:
        folder: where the runs lie.
        overrides: what ``gaihe train`` is told besides, as on its command line.
    """

    def __init__(self, folder: Path, overrides: Sequence[str] = ()) -> None:
        self._folder = folder
        self._overrides = tuple(overrides)
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether a run goes on."""
        return self._process is not None and self._process.poll() is None

    def start(self, posts: Iterable[Post]) -> str | None:
        """Begin a run on posts, and say its name; nothing happens while another goes on."""
        with self._starting:
            return None if self.running else self._start(posts)

    def _start(self, posts: Iterable[Post]) -> str:
        name = f"run-{1 + max((number for number, _ in self._numbered()), default=0)}"
        folder = self._folder / name
        folder.mkdir(mode=0o700, parents=True)
        write_posts(posts, folder / "posts.jsonl")
        words = ["experiment=further", *self._overrides, f"data.sources=[{quoted(folder / 'posts.jsonl')}]"]
        command = [sys.executable, "-m", "gaihe.serving", "train", *words, f"output={quoted(folder / 'outcome')}"]
        with (folder / "train.log").open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        threading.Thread(target=_tell_failure, args=(self._process, folder / "train.log"), daemon=True).start()
        return name

    def learned(self) -> int:
        """How many posts the run that was begun last learns, or has learned, from; 0 where there is none."""
        _, folder = max(self._numbered(), default=(0, self._folder))
        posts = folder / "posts.jsonl"
        return sum(1 for _ in read_posts(posts)) if posts.is_file() else 0

    def newest(self) -> tuple[str, Path] | None:
        """The name and the model of the latest run that has one and is over."""
        current = max((number for number, _ in self._numbered()), default=0) if self.running else None
        for number, folder in sorted(self._numbered(), reverse=True):
            model = folder / "outcome" / "model.onnx"
            if number != current and model.is_file():
                return folder.name, model
        return None

    def wait(self) -> int | None:
        """The exit code of the run that goes on, when it is over; nothing where none was begun."""
        return None if self._process is None else self._process.wait()

    def _numbered(self) -> list[tuple[int, Path]]:
        return [(int(number), path) for path in self._folder.glob("run-*") if (number := path.name[4:]).isdecimal()]


def _tell_failure(process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for a run, and say where it tells why it failed."""
    if code := process.wait():
        _LOG.error("a training run ended with exit code %d: see %s", code, log)
