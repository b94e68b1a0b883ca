"""What a model says of a whole post: how likely each intent and each stance is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gaihe.serving.core.schema import Intent, Stance


@dataclass(frozen=True)
class PostScores:
    """Calibrated probabilities of the labels of a post.

    Attributes:
        intents: probability of every `Intent`, by its value; they add up to 1.
        stances: probability of every `Stance`, by its value; they add up to 1.
    """

    intents: Mapping[str, float]
    stances: Mapping[str, float]

    @property
    def intent(self) -> Intent:
        """The likeliest intent."""
        return Intent(max(self.intents, key=self.intents.__getitem__))

    @property
    def stance(self) -> Stance:
        """The likeliest stance."""
        return Stance(max(self.stances, key=self.stances.__getitem__))
