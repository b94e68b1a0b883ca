"""Measure the labels of whole posts: macro-F1 with bootstrap intervals, confusion, and systems to compare with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from gaihe.serving.core.schema import Entity, Intent, Post, Stance
from gaihe.serving.model.post_labels import TASKS
from gaihe.serving.recognition.recognizer import Recognizer
from numpy.typing import NDArray

RESAMPLES = 1000
SEED = 20
Labels = Mapping[str, str]
"""A label by task; a task that is not judged is left out."""
Baseline = Callable[[Post, Sequence[Entity]], Labels]
_TRADE = re.compile(
    "开盒|查档|社工库|户籍查询|查个人|查信息|能查|代查|出查|收料|有偿|求.{0,6}(?:信息|电话|地址|微信|资料)|人肉"
)
_SELF = re.compile("本人|我的(?:电话|微信|手机|地址|邮箱)|联系我|加我|我叫|我家|我是")
_CALL = re.compile("打爆|都去|大家(?:一起)?(?:去|打|骂|举报)|冲(?:了|他|她)|举报(?:他|她)|扩散|转发|轰炸")
_REPROACH = re.compile("骗子|垃圾|老赖|贱|渣男|渣女|人渣|不要脸|欠钱|还钱|去死|曝光|小三|畜生|败类")


def any_span(post: Post, entities: Sequence[Entity]) -> Labels:
    """Exposes a third person where anything is found, whoever it is of."""
    intent = Intent.THIRD_PARTY if entities else Intent.NONE
    return {"intent": intent.value, "stance": Stance.NEUTRAL.value}


def key_words(post: Post, entities: Sequence[Entity]) -> Labels:
    """Words of trade, of oneself, of reproach and of calls to act, beside whether anything is found."""
    if _TRADE.search(post.text):
        intent = Intent.SOLICIT
    elif not entities:
        intent = Intent.NONE
    else:
        intent = Intent.SELF if _SELF.search(post.text) else Intent.THIRD_PARTY
    stance = Stance.NEUTRAL
    if _CALL.search(post.text):
        stance = Stance.INCITING
    elif _REPROACH.search(post.text):
        stance = Stance.HOSTILE
    return {"intent": intent.value, "stance": stance.value}


BASELINES: Mapping[str, Baseline] = {"any span": any_span, "key words": key_words}


def label_report(posts: Sequence[Post], found: Sequence[Labels]) -> dict[str, Any]:
    """Figures of one system on posts.

    Args:
        posts: annotated posts; each counts for the tasks that it is annotated for.
        found: the labels that the system gives them.

    Returns:
        By task: ``posts``, ``macro_f1`` with its 95% interval by post as ``low`` and ``high``, ``None`` where all
        samples agree, ``f1`` by label, and ``confusion``, found counts by gold label. A label that the posts never have
        is in no mean. A task that no post is annotated for is left out.
    """
    report = {}
    for task, labels in TASKS.items():
        pairs = [
            (labels.index(getattr(post, task)), labels.index(own[task]))
            for post, own in zip(posts, found, strict=True)
            if getattr(post, task) is not None and task in own
        ]
        if pairs:
            report[task] = _figures(np.array(pairs), labels)
    return report


def _figures(pairs: NDArray[np.int64], labels: Sequence[str]) -> dict[str, Any]:
    size = len(labels)
    cells = pairs[:, 0] * size + pairs[:, 1]
    confusion = np.bincount(cells, minlength=size * size).reshape(size, size)
    random = np.random.default_rng(SEED)
    samples = random.multinomial(len(cells), confusion.ravel() / len(cells), RESAMPLES).reshape(-1, size, size)
    present = confusion.sum(axis=1) > 0
    resampled = _macro_f1(samples)
    low, high = np.quantile(resampled, (0.025, 0.975)).tolist() if np.ptp(resampled) else (None, None)
    by_label = _f1(confusion)
    return {
        "posts": len(cells),
        "macro_f1": float(_macro_f1(confusion)),
        "low": low,
        "high": high,
        "f1": {label: float(value) for label, value, there in zip(labels, by_label, present, strict=True) if there},
        "confusion": {
            gold: dict(zip(labels, row, strict=True)) for gold, row in zip(labels, confusion.tolist(), strict=True)
        },
    }


def _f1(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1 by label from counts, shape ``(…, gold, found)``."""
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    share: NDArray[np.float64] = 2 * right / np.maximum(1, confusion.sum(axis=-1) + confusion.sum(axis=-2))
    return share


def _macro_f1(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean F1 over the labels that a sample has, from counts, shape ``(…, gold, found)``."""
    mean: NDArray[np.float64] = _f1(confusion).mean(axis=-1, where=confusion.sum(axis=-1) > 0)
    return mean


def compare(recognizer: Recognizer, posts: Sequence[Post]) -> dict[str, Any]:
    """`label_report` of a model and of the baselines on what it finds, by name of the system.

    Raises:
        ModelError: the model has no post labels.
        TextsFailedError: posts that could not be processed.
    """
    readings = recognizer.read_batch([post.text for post in posts], threads=1)
    scores = [recognizer.scores_of(reading) for reading in readings]
    systems: dict[str, list[Labels]] = {
        "head": [{"intent": own.intent.value, "stance": own.stance.value} for own in scores]
    }
    for name, baseline in BASELINES.items():
        systems[name] = [baseline(post, own.entities) for post, own in zip(posts, readings, strict=True)]
    return {name: label_report(posts, found) for name, found in systems.items()}


def label_table(reports: Mapping[str, Mapping[str, Any]]) -> str:
    """A table of what `compare` gives, with the confusion of the first system."""
    lines = [f"{'task':8} {'system':12} {'posts':>6} {'macro-F1':>9} {'95% interval':>17}  F1 by label"]
    for task in TASKS:
        for name, report in reports.items():
            if task in report:
                row = report[task]
                shown = "  ".join(f"{label} {value:.3f}" for label, value in row["f1"].items())
                interval = "–" if row["low"] is None else f"{row['low']:.4f} to {row['high']:.4f}"
                lines.append(f"{task:8} {name:12} {row['posts']:6} {row['macro_f1']:9.4f} {interval:>17}  {shown}")
    system, first = next(iter(reports.items()))
    for task, row in first.items():
        lines += ["", f"{task}, {system}: gold by row, found by column"]
        lines.append(f"{'':14}" + "".join(f"{label:>13}" for label in TASKS[task]))
        for gold, counts in row["confusion"].items():
            lines.append(f"  {gold:12}" + "".join(f"{count:13}" for count in counts.values()))
    return "\n".join(lines) + "\n"
