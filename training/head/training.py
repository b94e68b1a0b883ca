"""Put a head that labels whole posts on an exported model: its encoder stays as it is, and so do its spans."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import torch
from gaihe.data.files.markup import written_posts
from gaihe.data.files.parquet import read_any
from gaihe.serving.core.atomic_files import replacement
from gaihe.serving.core.invisible import visible
from gaihe.serving.core.schema import Post
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.serving.core.windows import windows
from gaihe.serving.model.model_file import default_model, open_session
from gaihe.serving.model.post_labels import TASKS
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.training.config import ConfigError, HeadConfig, config_yaml
from gaihe.training.evaluate.post_labels import compare, label_table
from gaihe.training.export.onnx_model import ParityError, put_head
from gaihe.training.head.features import labelled_posts
from gaihe.training.head.trainer import LabelledPosts, fit_head, logits_of
from gaihe.training.model.features import features
from gaihe.training.model.post_head import PostHead, save_head
from gaihe.training.model.post_ngrams import PostNgrams, fit_ngrams, save_ngrams
from gaihe.training.model.post_targets import temperature
from gaihe.training.runs.folder import claimed
from gaihe.training.runs.given_posts import check_apart
from gaihe.training.runs.records import sha256, write_json
from gaihe.training.runs.sources import digest_of

TOLERANCE = 0.03
"""Largest difference of a probability between PyTorch, on kept states in half precision, and ONNX that passes."""
_MEASURED = {
    "test": "on the test posts",
    "validation": "on the validation posts, by which epoch and temperatures were chosen: too high; give test=[FILE]",
}


def train_head(config: HeadConfig) -> tuple[Path, str]:
    """Train the head, write the model with it, and measure both.

    Returns:
        The ONNX file, and a table of what the head and the baselines reach on the posts of ``test``, or else on those
        of ``validation``, by which epoch and temperatures were chosen.

    Raises:
        ConfigError: the folder holds another run, no post has a label, posts that measure are learned from too, or the
            model has no such layer.
        ModelError: the model cannot be loaded.
        ParityError: the exported head differs from the trained one.
        PostError: posts that cannot be read.
    """
    with claimed(config) as folder:
        return _train_head(config, folder)


def _train_head(config: HeadConfig, folder: Path) -> tuple[Path, str]:
    source = Path(config.exported) if config.exported else default_model()
    _, metadata = open_session(source)
    graph = onnx.load(str(source))
    posts, validation, test = _given(config)
    try:
        learned, validated = (
            labelled_posts(graph, metadata.vocabulary, part, config.layers) for part in (posts, validation)
        )
    except ValueError as error:
        raise ConfigError(f"layers: {error}") from None
    _say(f"learning from {len(learned.states)} posts, {len(validated.states)} validate")
    head, losses = fit_head(learned, validated, config)
    ngrams = None
    if config.ngrams:
        ngrams = fit_ngrams(features(posts, metadata.vocabulary, metadata.labels), config.ngrams, config.seed)
    logits = _logits(head, ngrams, validated, validation, metadata.vocabulary)
    for task, column in enumerate(validated.targets.T):
        head.temperatures[task] = temperature(logits[task], column)
    save_head(head, folder)
    if ngrams is not None:
        save_ngrams(ngrams, folder)
    facts = {"config": config_yaml(config), "encoder": sha256(source), "files": _digests(config)}
    metadata = replace(metadata, facts={**metadata.facts, "post_head": facts})
    target = folder / "model.onnx"
    with replacement(target, private=False) as aside:
        put_head(source, metadata, head, aside, ngrams)
        difference = _difference(head, logits, aside, validation)
        if difference > TOLERANCE:
            raise ParityError(f"ONNX post scores differ from PyTorch by {difference:.4f}, more than {TOLERANCE}")
    measured = "test" if config.test else "validation"
    reports = compare(Recognizer.load(target), test or validation)
    figures: dict[str, Any] = {"losses": losses, "difference": difference, "posts": measured, "reports": reports}
    write_json(figures | {"temperatures": dict(head.labels().temperatures)}, folder / "figures.json")
    return target, f"{_MEASURED[measured]}\n{label_table(reports)}"


def _digests(config: HeadConfig) -> dict[str, str]:
    """The digests of the files and folders of posts, by name; those of one name with their folder's before it."""
    paths = [Path(path) for path in dict.fromkeys((*config.posts, *config.validation))]
    names = [path.name for path in paths]
    return {
        path.name if names.count(path.name) == 1 else f"{path.absolute().parent.name}/{path.name}": digest_of(path)
        for path in paths
    }


def _given(config: HeadConfig) -> list[list[Post]]:
    """The posts to learn from, to validate on and to test on.

    Raises:
        ConfigError: a key's posts have no label, or some that measure are learned from too.
    """
    posts, validation, test = (_posts(getattr(config, key), key) for key in ("posts", "validation", "test"))
    if config.written:
        posts.append(("the written posts", written_posts()))
    check_apart(dict(posts), dict([*validation, *test]), "posts that measure must not be trained on")
    return [[post for _, own in files for post in own] for files in (posts, validation, test)]


def _posts(paths: Sequence[str], key: str) -> list[tuple[str, list[Post]]]:
    """The posts with text that have a label of a task, file by file.

    Raises:
        ConfigError: none has.
    """
    labelled = [
        (f"{path} ({key})", [post for post in read_any(path, evaluation=key != "posts") if _counts(post)])
        for path in paths
    ]
    if paths and not any(own for _, own in labelled):
        raise ConfigError(f"{key}: no post with text of {', '.join(paths)} has {' or '.join(map(repr, TASKS))}")
    return labelled


def _counts(post: Post) -> bool:
    return bool(visible(post.text)[0]) and any(getattr(post, task) is not None for task in TASKS)


@torch.no_grad()
def _logits(
    head: PostHead, ngrams: PostNgrams | None, posts: LabelledPosts, given: Sequence[Post], vocabulary: Vocabulary
) -> list[torch.Tensor]:
    """The logits of posts, by task of shape ``(posts, labels)``, as the exported model is to give them."""
    found = logits_of(head, posts)
    if ngrams is not None:
        shown = [text for text in (visible(post.text)[0] for post in given) if text]
        for row, text in enumerate(shown):
            parts = [torch.from_numpy(vocabulary.tokens([text[cut.start : cut.end]])) for cut in windows(text)]
            for whole, more in zip(found, ngrams(parts), strict=True):
                whole[row] += more
    return found


def _difference(head: PostHead, logits: Sequence[torch.Tensor], model: Path, given: Sequence[Post]) -> float:
    """The largest difference of a probability that PyTorch and the exported model give posts."""
    texts = [post.text for post in given if visible(post.text)[0]]
    shown = Recognizer.load(model).post_scores_batch(texts, threads=1)
    found = [[[*scores.intents.values()] for scores in shown], [[*scores.stances.values()] for scores in shown]]
    largest = 0.0
    for own, scale, probabilities in zip(logits, head.temperatures, found, strict=True):
        expected = (own / scale).softmax(dim=-1)
        largest = max(largest, float((torch.tensor(probabilities) - expected).abs().max()))
    return largest


def _say(message: str) -> None:
    sys.stderr.write(f"gaihe train-head: {message}\n")
