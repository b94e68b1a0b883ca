"""The files of posts that a run is given: they hold posts, and none that measures is learned from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from unicodedata import normalize

from gaihe.data.files.markup import written_posts
from gaihe.data.files.parquet import post_files, read_any
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.invisible import visible
from gaihe.serving.core.schema import Post
from gaihe.training.config import Config, ConfigError


def check_given(config: Config) -> None:
    """Refuse files of posts with which a run cannot do its work.

    Raises:
        ConfigError: posts of ``export.posts`` are trained on too.
        PostError: a file cannot be read, or shows no text.
    """
    learned = {"data.sources": config.data.sources, "distill.posts": config.distill.posts}
    for key, paths in {**learned, "export.posts": config.export.posts}.items():
        check_text(key, paths)
    posts: dict[str, Iterable[Post]] = {
        f"{path} ({key})": read_any(path) for key, paths in learned.items() for path in paths
    }
    if config.data.written and config.export.posts:
        posts["the written posts (data.written)"] = written_posts()
    check_apart(
        posts,
        {f"{path} (export.posts)": read_any(path, evaluation=True) for path in config.export.posts},
        "operating points must be found on posts that are not trained on",
    )


def check_text(key: str, paths: Iterable[str]) -> None:
    """Refuse a file none of whose posts shows a character; of a folder, a shard.

    Args:
        key: where the files are named.
        paths: files or folders of posts.

    Raises:
        PostError: such a file.
    """
    for file in chain.from_iterable(post_files(Path(path)) for path in paths):
        if not any(visible(post.text)[0] for post in read_any(file)):
            raise PostError(f"{key}: {file} holds no post with text: leave it out")


def check_apart(learned: Mapping[str, Iterable[Post]], measuring: Mapping[str, Iterable[Post]], reason: str) -> None:
    """Refuse posts that measure where posts of the same text are learned from.

    White space, invisible characters and the width of characters do not count, as the model reads texts without them.

    Args:
        learned: posts to learn from, by the name of their file.
        measuring: posts that measure, likewise; their texts are kept, so these are read first.
        reason: why not, as the error says it.

    Raises:
        ConfigError: there are such posts; it says how many of which files.
    """
    texts = {name: Counter(filter(None, map(_written, posts))) for name, posts in measuring.items()}
    wanted = set(chain.from_iterable(texts.values()))
    if not wanted:
        return
    both = {name: wanted.intersection(map(_written, posts)) for name, posts in learned.items()}
    found = [
        f"{shared} of the {counts.total()} posts of {name} are in {source} too"
        for name, counts in texts.items()
        for source, common in both.items()
        if (shared := sum(counts[text] for text in common))
    ]
    if found:
        raise ConfigError(f"{'; '.join(found)}: {reason}; leave them out of one of the files")


def _written(post: Post) -> str:
    return "".join(normalize("NFKC", visible(post.text)[0]).split())
