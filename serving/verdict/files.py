"""Judging posts with a recogniser: one by one, many, and over files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from gaihe.serving.core.posts import json_line
from gaihe.serving.core.schema import Entity, Post
from gaihe.serving.detection import detection_record
from gaihe.serving.verdict.evidence import evidence
from gaihe.serving.verdict.judgement import judge
from gaihe.serving.verdict.outcome import Verdict
from gaihe.serving.verdict.policy import Policy
from gaihe.serving.verdict.post_scores import PostScores


class Scorer(Protocol):
    """What says of a post what its author does: a recogniser whose model has a head for posts."""

    def post_scores(self, text: str) -> PostScores:
        """The scores of one text."""


class Reader(Scorer, Protocol):
    """A recogniser that finds spans and scores posts."""

    def detect(self, text: str) -> list[Entity]:
        """The entities of one text."""

    def detect_batch(self, texts: Sequence[str], threads: int | None = None) -> list[list[Entity]]:
        """The entities of each text."""

    def post_scores_batch(self, texts: Sequence[str], threads: int | None = None) -> list[PostScores]:
        """The scores of each text."""


def judge_text(reader: Reader, text: str, policy: Policy, today: date | None = None) -> Verdict:
    """The verdict on one text."""
    return judge(text, reader.detect(text), reader.post_scores(text), policy, today)


def judge_texts(
    reader: Reader, texts: Sequence[str], policy: Policy, threads: int | None = None, today: date | None = None
) -> list[Verdict]:
    """The verdict on each text, in the order given."""
    found = reader.detect_batch(texts, threads)
    scores = reader.post_scores_batch(texts, threads)
    return [judge(*post, policy, today) for post in zip(texts, found, scores, strict=True)]


@dataclass(frozen=True, slots=True)
class JudgementLines:
    """Writes the line of a post and its entities: its verdict, and on demand the evidence.

    Attributes:
        scorer: the recogniser that found the entities.
        policy: what the platform does.
        time: when the posts are judged, with its time zone.
        model: what tells the model from others, for the evidence; ``None`` writes none.
    """

    scorer: Scorer
    policy: Policy
    time: datetime
    model: dict[str, str] | None = None

    def __call__(self, post: Post, entities: list[Entity]) -> str:
        """The line: ``{"id", "verdict", "entities"}``, with ``"evidence"`` on demand."""
        verdict = judge(post.text, entities, self.scorer.post_scores(post.text), self.policy, self.time.date())
        record = {
            "id": post.id,
            "verdict": verdict.to_record(),
            "entities": [detection_record(entity) for entity in entities],
        }
        if self.model is not None:
            record["evidence"] = evidence(post.text, entities, verdict, self.model, self.time)
        return json_line(record)
