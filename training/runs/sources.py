"""What a run learns from beside the synthetic posts, put on record before it begins."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gaihe.data.files.markup import validation_posts, written_posts
from gaihe.data.files.parquet import post_files, read_any
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import write_posts
from gaihe.serving.core.schema import BUILT_IN, EntityType, Post
from gaihe.training.config import Config, ConfigError, PretrainConfig
from gaihe.training.runs.coverage import covered
from gaihe.training.runs.records import WEIGHTS, sha256, write_json

SOURCES = "sources.json"
WRITTEN = "written.jsonl"
WRITTEN_VALIDATION = "written_validation.jsonl"
_KEYS = {
    "synthetic": "the synthetic posts",
    "written": "the written posts",
    "written_validation": "the written validation posts",
    "annotated": "data.sources",
    "distilled": "distill.posts",
    "validation": "export.posts",
    "corpus": "corpus",
    "exclude": "exclude",
    "checkpoint": f"{WEIGHTS} of base",
    "base": f"{WEIGHTS} of model.base",
    "averaged": f"{WEIGHTS} of model.average",
    "adapted": f"{WEIGHTS} of model.adapted",
    "teacher": f"{WEIGHTS} of distill.teacher",
}


def source_record(path: Path, *, annotated: bool = True, evaluation: bool = False) -> dict[str, Any]:
    """A file or folder of annotated posts: its name, posts, spans, posts annotated for each type, and its hash.

    Args:
        path: the file or folder.
        annotated: as in `read_any`; posts of the package may have spans of types that a run leaves out.
        evaluation: as in `read_any`.
    """
    posts = spans = 0
    types: Counter[EntityType] = Counter()
    for post in read_any(path, annotated=annotated, evaluation=evaluation):
        posts += 1
        spans += len(post.entities)
        types.update(EntityType if post.types is None else post.types)
    by_type = {kind.value: types[kind] for kind in EntityType if types[kind]}
    return {"name": path.name, "posts": posts, "spans": spans, "types": by_type, "sha256": digest_of(path)}


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, or of the names and digests of a folder's files of posts."""
    if not path.is_dir():
        return sha256(path)
    lines = "".join(f"{sha256(file)}  {file.name}\n" for file in post_files(path))
    return hashlib.sha256(lines.encode()).hexdigest()


def _kept(path: Path, posts: Callable[[], list[Post]]) -> Path:
    """A file of a run, with what the posts were when the run first asked for them."""
    if not path.is_file():
        write_posts(posts(), path)
    return path


def written_file(config: Config, folder: Path) -> Path | None:
    """The written posts as JSON lines in a run's folder, as they were when it began; nothing if it leaves them out."""
    if not config.data.written:
        return None
    return _kept(folder / WRITTEN, lambda: covered(written_posts(), config.labels.types, BUILT_IN))


def validation_file(config: Config, folder: Path) -> Path:
    """The written validation posts as JSON lines in a run's folder, as they were when it began."""
    return _kept(folder / WRITTEN_VALIDATION, lambda: covered(validation_posts(), config.labels.types, BUILT_IN))


def _unlabelled_record(path: Path) -> dict[str, Any]:
    return {"name": path.name, "posts": sum(1 for _ in read_any(path)), "sha256": digest_of(path)}


def _weights_hash(checkpoint: str) -> str | None:
    """The hash of a checkpoint's weights, where it is a folder."""
    weights = Path(checkpoint) / WEIGHTS
    return sha256(weights) if weights.is_file() else None


def record_sources(config: Config, folder: Path, corpus: Mapping[Split, Path] | None = None) -> None:
    """Write `SOURCES` into a run's folder.

    It names the hashes of the synthetic posts, the written posts and those for validation, the annotated files of
    ``data.sources``, the files that only a teacher annotates, the validation posts of ``export.posts``, and the hashes
    of the checkpoint's weights, where the checkpoint is a folder, of those that are averaged with them, of the
    encoders whose difference is added, and of the teacher. What an older record does not name is not compared.

    Args:
        config: the run's configuration.
        folder: its folder.
        corpus: the synthetic posts of each split; of a run that trains on none, those to train on need not be there.

    Raises:
        ConfigError: a file or the checkpoint has changed since the run began.
    """
    written = written_file(config, folder)
    synthetic = {split.value: sha256(path) for split, path in (corpus or {}).items() if path.is_file()}
    record = {
        "synthetic": synthetic,
        "written": source_record(written, annotated=False) if written else None,
        "written_validation": source_record(validation_file(config, folder), annotated=False),
        "annotated": [source_record(Path(path)) for path in config.data.sources],
        "distilled": [_unlabelled_record(Path(path)) for path in config.distill.posts],
        "validation": [source_record(Path(path), evaluation=True) for path in config.export.posts],
        "base": _weights_hash(config.model.base),
        "averaged": [sha256(Path(folder) / WEIGHTS) for folder in config.model.average],
        "adapted": [_weights_hash(name) for name in config.model.adapted],
        "teacher": _weights_hash(config.distill.teacher) if config.distill.teacher else None,
    }
    _compare_and_write(record, folder)


def record_corpus(config: PretrainConfig, folder: Path) -> None:
    """Write `SOURCES` into the folder of an adaptation: the hashes of corpus, exclusions and checkpoint.

    Raises:
        ConfigError: one of them has changed since the run began.
        PostError: a file cannot be read.
    """
    try:
        files = {
            key: [{"name": Path(path).name, "sha256": sha256(Path(path))} for path in paths]
            for key, paths in (("corpus", config.corpus), ("exclude", config.exclude))
        }
    except OSError as error:
        raise PostError(f"cannot read {error.filename}: {error.strerror}") from None
    _compare_and_write({**files, "checkpoint": _weights_hash(config.base)}, folder)


def _compare_and_write(record: Mapping[str, Any], folder: Path) -> None:
    saved = folder / SOURCES
    if saved.is_file():
        before = json.loads(saved.read_text(encoding="utf-8"))
        changed = [_KEYS[name] for name in record if name in before and record[name] != before[name]]
        if changed:
            raise ConfigError(
                f"{', '.join(changed)} changed since the run in {folder} began: "
                "give output=ANOTHER/FOLDER, or bring the files back"
            )
    write_json(record, saved)
