"""The verdicts of a model on posts whose intent and stance are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from gaihe.data.files.person_marks import gold_persons
from gaihe.serving.core.schema import Post
from gaihe.serving.verdict.judgement import judge
from gaihe.serving.verdict.outcome import Verdict
from gaihe.serving.verdict.policy import DEFAULT_POLICY, Suggestion, load_policy
from gaihe.training.evaluate.post_labels import BASELINES as LABEL_BASELINES
from gaihe.training.evaluate.post_labels import Labels, label_report
from gaihe.training.reports.benchmark.decisions import BASELINES, decision_figures, decision_rows, is_decided, to_stop
from gaihe.training.reports.benchmark.linking import linking_report
from gaihe.training.reports.benchmark.models import ModelSystem
from gaihe.training.reports.benchmark.resampling import estimates
from gaihe.training.reports.benchmark.scores import Floats
from gaihe.training.reports.benchmark.sets import PostSet, SetFacts

_GROUPS = ("scene", "intent", "noise")


def verdict_record(system: ModelSystem, posts: PostSet, resamples: int, mistakes_kept: int) -> dict[str, Any] | None:
    """Every figure of a model's verdicts on the posts of a set that have intent and stance.

    Posts whose annotation does not say whether they are to be stopped count for the labels alone.

    Args:
        system: a model with labels of whole posts.
        posts: the set.
        resamples: bootstrap samples behind each interval.
        mistakes_kept: how many mistakes of each kind the report shows.

    Returns:
        ``None`` where no post has both labels or the model judges none.
    """
    if system.recognizer.metadata.posts is None:
        return None
    judged = [post for post in posts.judged() if post.intent is not None and post.stance is not None]
    if not judged:
        return None
    policy = load_policy(DEFAULT_POLICY)
    readings = system.recognizer.read_batch([post.text for post in judged], system.threads)
    verdicts = [
        judge(post.text, reading.entities, system.recognizer.scores_of(reading), policy, date.today())
        for post, reading in zip(judged, readings, strict=True)
    ]
    decided = np.array([is_decided(post) for post in judged])
    rows = {system.name: decision_rows(judged, [verdict.suggestion for verdict in verdicts])[decided]}
    labels: dict[str, list[Labels]] = {system.name: [_labels(verdict) for verdict in verdicts]}
    found = [(post, reading.entities) for post, reading in zip(judged, readings, strict=True)]
    for name, decide in BASELINES.items():
        rows[name] = decision_rows(judged, [decide(post, entities) for post, entities in found])[decided]
        labels[name] = [LABEL_BASELINES[name](post, entities) for post, entities in found]
    marks = gold_persons() if posts.is_gold else {}
    return {
        "set": posts.name,
        "system": system.name,
        "policy": {"name": policy.name, "version": policy.version, "table_version": policy.table.version},
        "posts": int(decided.sum()),
        "left_out": int((~decided).sum()),
        "to_stop": int(rows[system.name][:, 0].sum()),
        "systems": {name: estimates(own, decision_figures, resamples) for name, own in rows.items()},
        "labels": {name: label_report(judged, own) for name, own in labels.items()},
        "groups": _groups([post for post in judged if is_decided(post)], rows[system.name], resamples),
        "linking": linking_report(judged, marks, resamples) if marks else None,
        "mistakes": _mistakes(judged, verdicts, mistakes_kept),
    }


def _labels(verdict: Verdict) -> Labels:
    return {"intent": verdict.intent.value, "stance": verdict.stance.value}


def _groups(posts: Sequence[Post], rows: Floats, resamples: int) -> dict[str, list[dict[str, Any]]]:
    facts = SetFacts()
    for post in posts:
        facts.add(post)
    groups = facts.groups()
    return {
        by: [
            {"label": label, "posts": int(mask.sum()), "to_stop": int(rows[mask, 0].sum())}
            | estimates(rows[mask], decision_figures, resamples)
            for label, mask in groups[by]
        ]
        for by in _GROUPS
        if groups[by]
    }


def _mistakes(posts: Sequence[Post], verdicts: Sequence[Verdict], kept: int) -> list[dict[str, Any]]:
    """Posts that are to be stopped and pass, and posts that are not and are blocked; the surest verdicts first."""
    found: dict[str, list[dict[str, Any]]] = {"missed": [], "blocked": []}
    for post, verdict in zip(posts, verdicts, strict=True):
        stop = to_stop(post)
        if stop and verdict.suggestion is Suggestion.PASS:
            found["missed"].append(_mistake("missed", post, verdict))
        elif not stop and is_decided(post) and verdict.suggestion is Suggestion.BLOCK:
            found["blocked"].append(_mistake("blocked", post, verdict))
    found["missed"].sort(key=lambda mistake: mistake["score"])
    found["blocked"].sort(key=lambda mistake: -mistake["score"])
    return [mistake for mistakes in found.values() for mistake in mistakes[:kept]]


def _mistake(kind: str, post: Post, verdict: Verdict) -> dict[str, Any]:
    return {
        "kind": kind,
        "post": post.id,
        "scene": post.scene,
        "text": post.text,
        "gold": f"{post.intent}/{post.stance}",
        "found": f"{verdict.intent}/{verdict.stance}",
        "level": verdict.level,
        "score": verdict.score,
        "label": f"{verdict.label}/{verdict.sub_label}",
        "reasons": [reason.code for reason in verdict.reasons],
    }
