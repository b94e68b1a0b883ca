"""What the model says of a whole post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gaihe.serving.core.schema import Intent, Stance


@dataclass(frozen=True, slots=True)
class PostScores:
    """Calibrated probabilities of the labels of a post.

    Attributes:
        intents: what the author does, by label value; they add up to 1.
        stances: how the author stands to the person concerned, by label value; they add up to 1.
    """

    intents: Mapping[str, float]
    stances: Mapping[str, float]

    @property
    def intent(self) -> Intent:
        """The likeliest intent."""
        return max(Intent, key=lambda intent: self.intents.get(intent.value, 0.0))

    @property
    def stance(self) -> Stance:
        """The likeliest stance."""
        return max(Stance, key=lambda stance: self.stances.get(stance.value, 0.0))
