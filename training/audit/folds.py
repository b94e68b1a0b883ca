"""Out-of-fold suspects: each post is judged by a model that learned from the posts of the other folds.

A model that learned from a wrong annotation believes it (`gaihe.serving.audit.suspects`). So the posts are dealt into
folds, and for each fold ``gaihe train experiment=further`` learns from the others: Northcutt et al., "Confident
Learning", JAIR 2021, ask for such predictions. A run that is done stays in its folder and is not done again.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from gaihe.serving.audit.suspects import Suspect, ranked
from gaihe.serving.core.errors import CommandError, CommandFailedError
from gaihe.serving.core.overrides import quoted
from gaihe.serving.core.posts import json_line, post_to_record, write_posts
from gaihe.serving.core.schema import Post
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.training.config import Config, ConfigError, load_config
from gaihe.training.export.onnx_model import ParityError
from gaihe.training.model.encoder import CheckpointError
from gaihe.training.pipeline import run
from gaihe.training.runs.records import write_json

FOLDS = "folds.json"
"""The settings of the folds, in their folder."""
OURS = ("output=", "data.sources=")
"""Settings that the folds decide."""


def dealt(posts: Sequence[Post], folds: int) -> list[list[Post]]:
    """The posts in folds whose numbers of texts differ by one at most; posts of the same text are in the same fold.

    Which fold a text is in depends on the texts alone, not on the order of the posts.

    Raises:
        CommandError: fewer than two folds, or fewer different texts than folds.
    """
    texts = sorted({post.text for post in posts}, key=_place)
    if not 2 <= folds <= len(texts):
        raise CommandError(f"--folds must lie between 2 and {len(texts)}, the number of different texts, not {folds}")
    fold_of = {text: number % folds for number, text in enumerate(texts)}
    return [[post for post in posts if fold_of[post.text] == fold] for fold in range(folds)]


def ranked_out_of_fold(posts: Sequence[Post], folds: int, folder: Path, overrides: Sequence[str] = ()) -> list[Suspect]:
    """The places of annotated posts as models see them that did not learn from the post, the likeliest errors first.

    Args:
        posts: the posts, all annotated.
        folds: how many models are trained, one after another.
        folder: where their runs lie, ``fold-1``, ``fold-2`` …
        overrides: what ``gaihe train`` is told besides, as on its command line.

    Raises:
        CommandError: the folder holds folds of other posts or settings, or the settings are wrong.
        CommandFailedError: an exported model does not do what the trained one does.
    """
    parts = dealt(posts, folds)
    configs = [_config(folder / f"fold-{number}", overrides) for number in range(1, folds + 1)]
    _claim(folder, folds, {"settings": [*overrides], "posts": _digest_of(posts)})
    return sorted(_judged(parts, configs), key=lambda place: -place.margin)


def _judged(parts: Sequence[Sequence[Post]], configs: Sequence[Config]) -> Iterator[Suspect]:
    for fold, (part, config) in enumerate(zip(parts, configs, strict=True)):
        others = [post for number, other in enumerate(parts) if number != fold for post in other]
        sys.stderr.write(
            f"gaihe audit: fold {fold + 1} of {len(parts)} learns from {len(others)} posts and judges {len(part)}\n"
        )
        write_posts(others, config.data.sources[0])
        yield from ranked(part, _trained(config))


def _trained(config: Config) -> Recognizer:
    try:
        made = run(config)
        if made is None:
            raise CommandError("gaihe audit --folds is one process: start it without a launcher")
        return Recognizer.load(made[0])
    except (ConfigError, CheckpointError) as error:
        raise CommandError(str(error)) from None
    except ParityError as error:
        raise CommandFailedError(f"{error}; no model was written") from None


def _config(folder: Path, overrides: Sequence[str]) -> Config:
    """The configuration of a fold: scores are read, not operating points, so that these need not be found.

    Raises:
        CommandError: wrong settings, or one that is not the user's.
    """
    if theirs := [word for word in overrides if word.startswith(OURS)]:
        raise CommandError(f"{theirs[0]}: each fold has its own output and data.sources; --runs says where they lie")
    ours = [f"data.sources=[{quoted(folder / 'posts.jsonl')}]", f"output={quoted(folder / 'run')}"]
    try:
        return load_config(["experiment=further", "export.calibrate=false", *overrides, *ours])
    except ConfigError as error:
        raise CommandError(str(error)) from None


def _claim(folder: Path, folds: int, settings: dict[str, object]) -> None:
    """Take a folder that is new, or has folds of the same settings.

    Raises:
        CommandError: it has others.
    """
    saved, settings = folder / FOLDS, {"folds": folds, **settings}
    if saved.is_file() and json.loads(saved.read_text(encoding="utf-8")) != settings:
        raise CommandError(
            f"{folder} holds models of other posts, another number of folds or other settings (see {saved}): "
            "give --runs ANOTHER/FOLDER, or remove it"
        )
    for number in range(1, folds + 1):
        (folder / f"fold-{number}").mkdir(mode=0o700, parents=True, exist_ok=True)
    write_json(settings, saved)


def _digest_of(posts: Sequence[Post]) -> str:
    return hashlib.sha256("".join(json_line(post_to_record(post)) for post in posts).encode()).hexdigest()


def _place(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
