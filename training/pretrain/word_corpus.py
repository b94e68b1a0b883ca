"""Unlabelled posts with the tag of every character, kept as shards on disk: what an encoder is adapted on.

A character's tag is ``2 × word tag + (0 first character of the word, 1 inside)``, the numbering of a base
checkpoint's tagging head.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from gaihe.serving.core.atomic_files import open_binary_output
from gaihe.serving.core.progress import Progress
from gaihe.training.lac_tagger import LacTagger
from numpy.typing import NDArray

POSTS_IN_SHARD = 4096
LONGEST = 400
_tagger: LacTagger | None = None


@dataclass(frozen=True)
class Shard:
    """Posts one after another.

    Attributes:
        codes: code points, shape ``(characters,)``.
        tags: the tag of each character, shape ``(characters,)``.
        lengths: characters of each post, shape ``(posts,)``.
    """

    codes: NDArray[np.uint32]
    tags: NDArray[np.uint8]
    lengths: NDArray[np.int32]

    def texts(self) -> list[str]:
        """The posts as strings."""
        text = self.codes.astype("<u4").tobytes().decode("utf-32-le")
        ends = np.cumsum(self.lengths)
        return [text[end - length : end] for end, length in zip(ends.tolist(), self.lengths.tolist(), strict=True)]

    def tag_rows(self) -> list[NDArray[np.uint8]]:
        """The tags of each post."""
        return np.split(self.tags, np.cumsum(self.lengths)[:-1])


def read_shard(path: Path) -> Shard:
    """Load a shard."""
    with np.load(path) as arrays:
        return Shard(arrays["codes"], arrays["tags"], arrays["lengths"])


def shard_paths(folder: Path) -> list[Path]:
    """The shards of a folder in order."""
    return sorted(folder.glob("*.npz"))


def _start_worker() -> None:
    global _tagger
    _tagger = LacTagger()


def tag_posts(tagger: LacTagger, texts: Iterable[str], tags: Sequence[str]) -> Shard:
    """Tag posts; long ones are cut, those whose words do not add up are left out."""
    numbers = {tag: number for number, tag in enumerate(tags)}
    codes: list[NDArray[np.uint32]] = []
    labels: list[int] = []
    lengths: list[int] = []
    for text in texts:
        for start in range(0, len(text), LONGEST):
            piece = text[start : start + LONGEST]
            words = tagger.words(piece)
            if not words or any(tag not in numbers for _, tag in words):
                continue
            for word, tag in words:
                labels += [2 * numbers[tag], *[2 * numbers[tag] + 1] * (len(word) - 1)]
            codes.append(np.frombuffer(piece.encode("utf-32-le", "surrogatepass"), dtype="<u4"))
            lengths.append(len(piece))
    joined = np.concatenate(codes) if codes else np.zeros(0, np.uint32)
    return Shard(joined.astype(np.uint32), np.array(labels, np.uint8), np.array(lengths, np.int32))


def _write_shard(job: tuple[int, list[str]], folder: Path, tags: tuple[str, ...]) -> int:
    number, texts = job
    target = folder / f"{number:05}.npz"
    if not target.is_file():
        assert _tagger is not None
        shard = tag_posts(_tagger, texts, tags)
        with open_binary_output(target) as stream:
            np.savez_compressed(stream, codes=shard.codes, tags=shard.tags, lengths=shard.lengths)
    return len(texts)


def _batches(texts: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    stream = iter(texts)
    number = 0
    while batch := list(islice(stream, POSTS_IN_SHARD)):
        yield number, batch
        number += 1


def write_word_corpus(texts: Iterable[str], folder: Path, tags: Sequence[str], workers: int) -> list[Path]:
    """Tag posts with LAC and keep them in ``folder``; shards that are there already are not made again.

    Args:
        texts: the posts, in an order that does not change from call to call.
        folder: where the shards go.
        tags: the word tags by number; posts with others are left out.
        workers: processes.

    Returns:
        The shards.
    """
    folder.mkdir(parents=True, exist_ok=True)
    progress = Progress("gaihe pretrain", unit="posts tagged")
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, _start_worker) as pool:
        work = partial(_write_shard, folder=folder, tags=tuple(tags))
        for count in pool.imap(work, _batches(texts)):
            progress.add(count)
    return shard_paths(folder)
