"""Whether int8 loses little enough: span F1 of a model file in fp32 and in int8, on the same posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from gaihe.serving.core.schema import Post
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.training.evaluate.metrics import Figure, SpanScorer
from gaihe.training.evaluate.visible_edges import with_visible_edges
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def int8_figures(fp32: Path, int8: Path, groups: Mapping[str, Sequence[Post]], tolerance: float) -> dict[str, Any]:
    """Exact span F1 of the two files on each group and on ``all`` posts, and whether int8 loses little enough.

    It may lose the tolerance on all posts together. On ``gold``, which are few, it may lose a standard error more: by
    three spans of them, more than the usual tolerance, one run differs from the next.

    Args:
        fp32: a model file.
        int8: the same model in int8.
        groups: posts by name, those of ``gold`` among them; a post counts for its annotated types.
        tolerance: most that F1 (0 to 1) may fall.

    Returns:
        ``quantized``, whether it may be shipped; for each group ``f1_NAME`` of both, and ``chance``, the standard error
        of their difference.
    """
    exact, rounded = _f1_parts(fp32, groups), _f1_parts(int8, groups)
    figures = {
        f"f1_{name}": {
            "fp32": _f1(exact[name]),
            "int8": _f1(rounded[name]),
            "chance": _standard_error(exact[name], rounded[name]),
        }
        for name in exact
    }
    gold, every = figures["f1_gold"], figures["f1_all"]
    passes = every["fp32"] - every["int8"] <= tolerance
    passes_gold = gold["fp32"] - gold["int8"] <= tolerance + gold["chance"]
    return {"quantized": passes and passes_gold, **figures}


def _f1_parts(path: Path, groups: Mapping[str, Sequence[Post]]) -> dict[str, Floats]:
    """What F1 is the ratio of, summed over posts: twice the spans that are right, and those of gold and found ones.

    Returns:
        By group, and of ``all``; shape ``(posts, 2)``.
    """
    recognizer = Recognizer.load(path)
    parts: dict[str, Floats] = {}
    for name, posts in groups.items():
        scorer = SpanScorer()
        for post, entities in zip(posts, recognizer.detect_batch([post.text for post in posts]), strict=True):
            scorer.add(with_visible_edges(post), entities)
        counts = scorer.counts.sum(axis=2).astype(np.float64)
        both = counts[:, Figure.GOLD] + counts[:, Figure.FOUND]
        parts[name] = np.stack([2 * counts[:, Figure.EXACT], both], axis=1)
    return parts | {"all": np.concatenate(list(parts.values()))}


def _f1(parts: Floats) -> float:
    twice_right, both = parts.sum(axis=0)
    return float(twice_right / both) if both else 0.0


def _standard_error(exact: Floats, rounded: Floats) -> float:
    """The standard error, over posts, of the difference of two F1, by how far each post moves it (the delta method)."""

    def moves(parts: Floats) -> Floats:
        return np.asarray((parts[:, 0] - _f1(parts) * parts[:, 1]) / max(1.0, parts[:, 1].sum()))

    return float(np.sqrt(np.square(moves(exact) - moves(rounded)).sum()))
