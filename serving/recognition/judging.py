"""What a recogniser that reads posts can judge."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Protocol

from gaihe.serving.core.failures import all_found
from gaihe.serving.core.post_scores import PostScores
from gaihe.serving.core.texts import listed
from gaihe.serving.recognition.reading import Reading
from gaihe.serving.verdict.judgement import judge
from gaihe.serving.verdict.outcome import Verdict
from gaihe.serving.verdict.policy import DEFAULT_POLICY, Policy, load_policy


class Judging(Protocol):
    """The part of a recogniser that judges what it reads."""

    def read(self, text: str) -> Reading:
        """Find the entities of one text, and what `scores_of` needs."""

    def scores_of(self, reading: Reading) -> PostScores:
        """The post scores of a text that was read."""

    def attempt_readings(self, texts: Iterable[str], threads: int | None = None) -> list[Reading | Exception]:
        """`read` of many texts; for one that could not be processed, the error."""

    def post_scores(self, text: str) -> PostScores:
        """How likely each intent and each stance of a whole post of any length is.

        Raises:
            ModelError: the model has no post labels.
            TypeError: something that is not a string.
        """
        return self.scores_of(self.read(text))

    def post_scores_batch(self, texts: Iterable[str], threads: int | None = None) -> list[PostScores]:
        """`post_scores` of many texts, in the order given.

        Args:
            texts: as in `detect_batch`.
            threads: as there.

        Raises:
            ModelError: the model has no post labels.
            TypeError, ValueError, TextsFailedError: as `read_batch`.
        """
        return [self.scores_of(reading) for reading in self.read_batch(texts, threads)]

    def read_batch(self, texts: Iterable[str], threads: int | None = None) -> list[Reading]:
        """`read` of many texts, in the order given.

        Args:
            texts: as in `detect_batch`.
            threads: as there.

        Raises:
            TypeError: something that is not a string, by its position.
            ValueError: ``threads`` is below 1.
            TextsFailedError: texts that could not be processed.
        """
        return all_found(self.attempt_readings(texts, threads))

    def judge(self, text: str, policy: Policy | str | Path = DEFAULT_POLICY, today: date | None = None) -> Verdict:
        """Judge one text of any length.

        Args:
            text: the post.
            policy: what the platform does: a preset's name, a file, or a policy.
            today: the day for which ages are worked out; the present one when left out.

        Raises:
            ModelError: the model has no post labels.
            PolicyError: the policy cannot be used.
            TypeError: something that is not a string.
        """
        return self._verdict(text, self.read(text), policy_of(policy), today or date.today())

    def judge_batch(
        self,
        texts: Iterable[str],
        policy: Policy | str | Path = DEFAULT_POLICY,
        threads: int | None = None,
        today: date | None = None,
    ) -> list[Verdict]:
        """`judge` of many texts, in the order given.

        Raises:
            ModelError: the model has no post labels.
            PolicyError: the policy cannot be used.
            TypeError, ValueError, TextsFailedError: as `read_batch`.
        """
        given, chosen, day = listed(texts), policy_of(policy), today or date.today()
        read = zip(given, self.read_batch(given, threads), strict=True)
        return [self._verdict(text, reading, chosen, day) for text, reading in read]

    def _verdict(self, text: str, reading: Reading, policy: Policy, today: date) -> Verdict:
        return judge(text, reading.entities, self.scores_of(reading), policy, today)


def policy_of(policy: Policy | str | Path) -> Policy:
    """A policy as it is, or by a preset's name or a file."""
    return policy if isinstance(policy, Policy) else load_policy(policy)
