"""The token-classification pipeline that reads BIOES labels as whole spans; this file goes with the weights.

``pipeline("personal-data", model=FOLDER, trust_remote_code=True)`` loads it. It needs transformers and numpy alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from transformers import TokenClassificationPipeline

OVERLAP = 64
"""Characters that neighbouring windows of a long text share."""
_LEAST = 1e-12


class PersonalDataPipeline(TokenClassificationPipeline):
    """Takes the most probable legal path of labels, where its base takes each character's likeliest label alone.

    It puts characters together to entities, and reads texts of any length, unless told otherwise.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **{"aggregation_strategy": "simple", "stride": OVERLAP} | settings)  # type: ignore[no-untyped-call]

    def gather_pre_entities(self, *arguments: Any, **settings: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        """The tokens of a window, each with the probability of its label on the best path and of no other."""
        tokens: list[dict[str, Any]] = super().gather_pre_entities(*arguments, **settings)
        if tokens:
            path = best_path(np.stack([token["scores"] for token in tokens]))
            for token, label in zip(tokens, path, strict=True):
                kept = np.zeros_like(token["scores"])
                kept[label] = max(token["scores"][label], _LEAST)
                token["scores"] = kept
        return tokens


def best_path(probabilities: NDArray[np.floating[Any]]) -> list[int]:
    """The most probable legal path (Viterbi) of labels in the order ``O``, all ``B``, all ``I``, all ``E``, all ``S``.

    After ``O`` or a span's end come ``O``, ``B`` and ``S``; after ``B`` or ``I`` of a type come its ``I`` and ``E``.

    Args:
        probabilities: of the labels, shape ``(characters, labels)``.

    Returns:
        A label id a character.
    """
    logs = np.log(np.maximum(probabilities, _LEAST))
    count = (logs.shape[1] - 1) // 4
    closed, opened = 0.0, np.full(count, -np.inf)
    closings: list[int] = []
    continues: list[NDArray[np.bool_]] = []
    for row in logs:
        begin, inside, end, single = row[1:].reshape(4, count)
        choices = np.concatenate(([closed + row[0]], opened + end, closed + single))
        place = int(choices.argmax())
        closings.append(place and place + 2 * count)
        continues.append(opened + inside > closed + begin)
        opened = np.maximum(opened + inside, closed + begin)
        closed = float(choices[place])
    path: list[int] = []
    open_ = None
    for label, continued in zip(reversed(closings), reversed(continues), strict=True):
        if open_ is None:
            path.append(label)
            open_ = (label - 1) % count if 2 * count < label <= 3 * count else None
        else:
            path.append(1 + open_ + count * int(continued[open_]))
            open_ = open_ if continued[open_] else None
    return path[::-1]
