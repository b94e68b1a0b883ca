"""The windows that a run trains and validates on: every file of posts cut once, by one process, and read by all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from datasets import Dataset, concatenate_datasets
from gaihe.data.files.parquet import post_files
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.training.config import Config
from gaihe.training.model.features import build_dataset
from gaihe.training.runs.processes import count, number, wait
from gaihe.training.runs.sources import written_file


@dataclass(frozen=True, slots=True)
class LabelledWindows:
    """The windows to train and to validate on, as `features` makes them, and the labels that their ids stand for."""

    labels: LabelSet
    train: Dataset
    validation: Dataset


def labelled_windows(
    config: Config, folder: Path, corpus: dict[Split, Path], vocabulary: Vocabulary
) -> LabelledWindows:
    """Cut the posts of a run into windows, which lie memory-mapped in ``folder/cache``.

    Args:
        config: ``data.sources``, ``data.written`` and ``distill.posts`` are trained on beside the corpus.
        folder: the run's folder.
        corpus: the files of synthetic posts.
        vocabulary: their characters.
    """
    written = written_file(config, folder)
    annotated = [corpus[Split.TRAIN], *([written] * config.data.written if written else [])]
    annotated += [file for source in config.data.sources for file in post_files(Path(source))]
    bare = [file for source in config.distill.posts for file in post_files(Path(source))]
    train = [*((file, True) for file in annotated), *((file, False) for file in bare)]
    validation = (corpus[Split.VALIDATION], True)
    parts = _cut([validation, *train], vocabulary, config.labels, folder / "cache")
    return LabelledWindows(config.labels, concatenate_datasets([parts[file] for file in train]), parts[validation])


def _cut(
    files: Sequence[tuple[Path, bool]], vocabulary: Vocabulary, labels: LabelSet, cache: Path
) -> dict[tuple[Path, bool], Dataset]:
    """The windows of each file; one of n processes cuts every n-th file, and then finds what the others cut."""
    different = list(dict.fromkeys(files))
    for path, annotated in different[number() :: count()]:
        build_dataset(path, vocabulary, labels, cache, annotated)
    wait()
    return {
        (path, annotated): build_dataset(path, vocabulary, labels, cache, annotated) for path, annotated in different
    }
