"""What one pass of the model over a text gives."""

from __future__ import annotations

from typing import NamedTuple

from gaihe.serving.core.schema import Entity
from gaihe.serving.model.post_labels import Sums


class Reading(NamedTuple):
    """What one pass over a text gives.

    Attributes:
        entities: in text order.
        sums: of the post's labels, as `PostLabels.scores` takes them; none where the model has no such labels, or the
            text shows no character.
    """

    entities: list[Entity]
    sums: Sums | None
