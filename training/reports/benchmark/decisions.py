"""What a system blocks and reviews, against what should be stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from gaihe.serving.core.schema import BUILT_IN, Entity, Intent, Post, Stance
from gaihe.serving.verdict.policy import Suggestion
from gaihe.training.evaluate.post_labels import Baseline, Labels, any_span, key_words
from gaihe.training.reports.benchmark.scores import Floats, ratio

Decider = Callable[[Post, Sequence[Entity]], Suggestion]
_AGAINST = (Stance.HOSTILE.value, Stance.INCITING.value)


def to_stop(post: Post) -> bool:
    """Whether a post with known intent and stance is to be stopped.

    It is where it solicits people's data, or holds data of a third person in order to attack them or to call on others.
    """
    return _stops({"intent": str(post.intent), "stance": str(post.stance)}, post.entities)


def is_decided(post: Post) -> bool:
    """Whether a post with known intent and stance says whether it is to be stopped.

    One against a third person does not where no span is annotated and the annotation leaves types out: it may hold data
    of those.
    """
    against = post.intent == Intent.THIRD_PARTY and post.stance in _AGAINST
    partial = post.types is not None and not set(BUILT_IN) <= set(post.types)
    return not (against and partial and not post.entities)


def _stops(labels: Labels, entities: Sequence[Entity]) -> bool:
    exposes = labels["intent"] == Intent.THIRD_PARTY and labels["stance"] in _AGAINST and bool(entities)
    return exposes or labels["intent"] == Intent.SOLICIT


def _any_span(post: Post, entities: Sequence[Entity]) -> Suggestion:
    return Suggestion.BLOCK if any_span(post, entities)["intent"] != Intent.NONE else Suggestion.PASS


def _by(baseline: Baseline) -> Decider:
    def decide(post: Post, entities: Sequence[Entity]) -> Suggestion:
        return Suggestion.BLOCK if _stops(baseline(post, entities), entities) else Suggestion.PASS

    return decide


BASELINES: Mapping[str, Decider] = {"any span": _any_span, "key words": _by(key_words)}
"""What to compare with: each decides by what a model found in the post."""


def decision_rows(posts: Sequence[Post], suggestions: Sequence[Suggestion]) -> Floats:
    """The summands of `decision_figures`, one row a post.

    Returns:
        Shape ``(posts, 6)``: whether it is to be stopped, is blocked, is blocked or reviewed; the last two of posts to
        be stopped; and one for the post.
    """
    stop = np.array([to_stop(post) for post in posts], dtype=float)
    block = np.array([suggestion is Suggestion.BLOCK for suggestion in suggestions], dtype=float)
    flag = np.array([suggestion is not Suggestion.PASS for suggestion in suggestions], dtype=float)
    return np.stack([stop, block, flag, block * stop, flag * stop, np.ones(len(posts))], axis=1)


def decision_figures(totals: Floats) -> dict[str, Floats]:
    """Precision and recall of blocking, and of blocking or reviewing; and both per 1,000 posts not to be stopped."""
    stop, block, flag, right_block, right_flag, posts = np.moveaxis(totals, -1, 0)
    return {
        "block_precision": ratio(right_block, block),
        "block_recall": ratio(right_block, stop),
        "flag_precision": ratio(right_flag, flag),
        "flag_recall": ratio(right_flag, stop),
        "blocked_per_1000": 1000 * ratio(block - right_block, posts - stop),
        "flagged_per_1000": 1000 * ratio(flag - right_flag, posts - stop),
    }
