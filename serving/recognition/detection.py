"""Detect over files: JSON lines in, JSON lines out, in bounded memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from gaihe.serving.core.atomic_files import check_output, open_output
from gaihe.serving.core.failures import TextsFailedError, all_found
from gaihe.serving.core.posts import json_line, numbered_posts, source_name
from gaihe.serving.core.progress import Progress
from gaihe.serving.core.schema import Entity, Post
from gaihe.serving.recognition.batches import CHUNK_CHARACTERS
from gaihe.serving.recognition.reading import Reading
from gaihe.serving.recognition.recognizer import Recognizer

CHUNK_POSTS = 4096


def detection_record(entity: Entity) -> dict[str, Any]:
    """A found entity as the JSON object of the detection contract."""
    return {
        "start": entity.start,
        "end": entity.end,
        "type": entity.type.value,
        "text": entity.text,
        "score": entity.score,
        "value": entity.value,
        "valid": entity.valid,
        "evasion": [kind.value for kind in entity.evasion],
    }


def detection_line(post: Post, entities: list[Entity]) -> str:
    """A post's found entities as a JSON line: ``{"id", "entities"}``."""
    return json_line({"id": post.id, "entities": [detection_record(entity) for entity in entities]})


def detect_posts(
    recognizer: Recognizer, posts: Iterable[Post], threads: int | None = None
) -> Iterator[tuple[Post, list[Entity]]]:
    """Pair every post with the entities found in it, in order, holding a chunk of posts at a time.

    Args:
        recognizer: the loaded model.
        posts: the posts.
        threads: as in `Recognizer.detect_batch`.

    Raises:
        TextsFailedError: as `Recognizer.detect_batch`.
    """
    for chunk in _chunks(enumerate(posts)):
        found = all_found(recognizer.attempt_batch([post.text for _, post in chunk], threads))
        yield from ((post, entities) for (_, post), entities in zip(chunk, found, strict=True))


def _chunks(posts: Iterable[tuple[int, Post]]) -> Iterator[list[tuple[int, Post]]]:
    """Numbered posts in lists that end with `CHUNK_POSTS` posts or `CHUNK_CHARACTERS` characters."""
    chunk: list[tuple[int, Post]] = []
    characters = 0
    for number, post in posts:
        chunk.append((number, post))
        characters += len(post.text)
        if len(chunk) == CHUNK_POSTS or characters >= CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def detect_file(
    recognizer: Recognizer,
    source: str | Path,
    target: str | Path,
    threads: int | None = None,
    line: Callable[[Post, list[Entity]], str] = detection_line,
) -> int:
    """Detect over a JSON-lines file; as `read_file`, with ``line`` for a post and its entities."""
    return read_file(recognizer, source, target, threads, lambda post, reading: line(post, reading.entities))


def read_file(
    recognizer: Recognizer,
    source: str | Path,
    target: str | Path,
    threads: int | None,
    line: Callable[[Post, Reading], str],
) -> int:
    """Read the posts of a JSON-lines file and write one line a post, with progress on standard error.

    A post that cannot be processed is named there with its line and id, and has no line in the output.

    Args:
        recognizer: the loaded model.
        source: posts with ``id`` and ``text``; ``-`` is standard input.
        target: the file to write; it appears only when complete. ``-`` is standard output.
        threads: as in `Recognizer.detect_batch`.
        line: what is written for a post and what one pass over it gave.

    Returns:
        The number of posts.

    Raises:
        PostError: the first bad line, or a file that cannot be read or written; a target that is the source.
        WriteFailedError: the target could not be written to its end.
        TextsFailedError: posts that could not be processed, after all others are written.
    """
    check_output(target, [source])
    progress = Progress("gaihe")
    failed = 0
    with open_output(target) as stream:
        for chunk in _chunks(numbered_posts(source)):
            results = recognizer.attempt_readings([post.text for _, post in chunk], threads)
            for (number, post), reading in zip(chunk, results, strict=True):
                written = _attempted_line(line, post, reading)
                if isinstance(written, Exception):
                    failed += 1
                    place = f"{source_name(source)}, line {number}, post {post.id!r:.60}"
                    sys.stderr.write(f"{place}: could not be processed: {type(written).__name__}\n")
                else:
                    stream.write(written)
                progress.add()
    if failed:
        raise TextsFailedError(failed, progress.done)
    return progress.done


def _attempted_line(line: Callable[[Post, Reading], str], post: Post, reading: Reading | Exception) -> str | Exception:
    """The line of a post, or what prevents it."""
    if isinstance(reading, Exception):
        return reading
    try:
        return line(post, reading)
    except Exception as error:
        return error
