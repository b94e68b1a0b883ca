"""What checks decide: which of two number-like types a span is where the model wavers, and what cannot be.

The model finds; a check only chooses between types that the model itself holds possible. A number that passes the check
of another type, which few strings pass by chance, and not the check of its own, takes that type where the model's
scores of the two lie no further apart than `TIES`. The sources of the checks stand in `gaihe.serving.formats`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from gaihe.serving.disguise import WORD_TYPES, reveal
from gaihe.serving.disguise.words import undisguised_words
from gaihe.serving.formats import canonical, valid
from gaihe.serving.formats.phone import is_mobile
from gaihe.serving.labels import LabelSet
from gaihe.serving.schema import EntityType, NoiseKind
from numpy.typing import NDArray

CHECKED = (
    EntityType.PHONE,
    EntityType.ID_CARD,
    EntityType.BANK_CARD,
    EntityType.PLATE,
    EntityType.EMAIL,
    EntityType.DEVICE_ID,
)
"""Types whose check few other strings pass."""
NUMBER_LIKE = frozenset(
    (*CHECKED, EntityType.QQ, EntityType.WECHAT, EntityType.ACCOUNT, EntityType.PASSPORT, EntityType.MEMBER_ID)
)
TIES = 6.0
"""Largest difference of mean log-probability a character at which a check decides; chosen on validation posts."""


class Verdict(NamedTuple):
    """A span's type, the kinds of its disguise, its canonical value, and whether that passes the type's check."""

    kind: EntityType
    evasion: tuple[NoiseKind, ...]
    value: str
    valid: bool | None


def judge(surface: str, kind: EntityType) -> Verdict:
    """Undo a surface's disguise and check its value as a type."""
    if kind in WORD_TYPES:
        if undisguised_words(surface, kind is EntityType.NAME):
            return Verdict(kind, (), surface, None)
    elif kind is EntityType.PHONE and is_mobile(surface):
        return Verdict(kind, (), surface, True)
    plain, evasion = reveal(surface, kind)
    value = canonical(kind, plain)
    return Verdict(kind, evasion, value, valid(kind, value))


def type_scores(logs: NDArray[np.float32], labels: LabelSet) -> NDArray[np.float32]:
    """How probable each type is for a whole span: mean log-probability a character, shape ``(types,)``.

    Args:
        logs: log-probabilities of the labels of the span's characters, shape ``(characters, labels)``.
        labels: the label set.
    """
    characters, count = len(logs), len(labels.types)
    if characters == 1:
        return logs[0, 1 + 3 * count :]
    whole = logs[0, 1 : 1 + count] + logs[-1, 1 + 2 * count : 1 + 3 * count]
    if characters > 2:
        whole += logs[1:-1, 1 + count : 1 + 2 * count].sum(axis=0)
    scores: NDArray[np.float32] = whole / np.float32(characters)
    return scores


def settled(verdict: Verdict) -> bool:
    """Whether no check could give a span another type: its own holds, or it is no number."""
    return verdict.valid is True or verdict.kind not in NUMBER_LIKE


def settle(verdict: Verdict, surface: str, logs: NDArray[np.float32], labels: LabelSet) -> Verdict:
    """Judge a span anew as a type that its check knows better, where there is one.

    Args:
        verdict: on the span as the type that the model gave.
        surface: the span's text.
        logs: log-probabilities of the labels of the span's characters, shape ``(characters, labels)``.
        labels: the label set.
    """
    if settled(verdict):
        return verdict
    scores = dict(zip(labels.types, type_scores(logs, labels).tolist(), strict=True))
    least = scores[verdict.kind] - TIES
    rivals = [rival for rival in CHECKED if rival is not verdict.kind and scores.get(rival, -np.inf) >= least]
    for rival in sorted(rivals, key=scores.__getitem__, reverse=True):
        other = judge(surface, rival)
        if other.valid:
            return other
    return verdict
