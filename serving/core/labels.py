"""BIOES labels over characters: ``O``, then ``B-``, ``I-``, ``E-`` and ``S-`` of every entity type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from gaihe.serving.core.schema import BUILT_IN, Entity, EntityType
from numpy.typing import NDArray

OUTSIDE = 0


@dataclass(frozen=True)
class LabelSet:
    """The labels of a model, ordered by prefix: ``O``, all ``B-``, all ``I-``, all ``E-``, all ``S-``."""

    types: tuple[EntityType, ...] = BUILT_IN

    @property
    def names(self) -> list[str]:
        """The labels by id."""
        return ["O", *(f"{prefix}-{kind.value}" for prefix in "BIES" for kind in self.types)]

    @property
    def bio_names(self) -> list[str]:
        """The labels by id for readers that know ``B-`` and ``I-`` alone: ``E-`` is named ``I-``, ``S-`` is ``B-``."""
        return ["O", *(f"{prefix}-{kind.value}" for prefix in "BIIB" for kind in self.types)]

    @classmethod
    def from_names(cls, names: Sequence[str], *, bio: bool = False) -> LabelSet:
        """Rebuild the label set of a model from its labels by id.

        Args:
            names: the labels.
            bio: whether they may also be `bio_names`.

        Raises:
            ValueError: the labels are not those of a label set.
        """
        count = (len(names) - 1) // 4
        try:
            labels = cls(tuple(EntityType.named(name.removeprefix("B-")) for name in names[1 : 1 + count]))
        except ValueError as error:
            raise ValueError(f"not BIOES labels over entity types: {error}") from None
        known = (labels.names, labels.bio_names) if bio else (labels.names,)
        if list(names) not in known or len(set(labels.types)) < count:
            raise ValueError(f"not BIOES labels of different types, ordered by prefix: {list(names)[:6]} …")
        return labels

    def begin(self, kind: EntityType) -> int:
        """The id of ``B-`` of a type; ``I-``, ``E-`` and ``S-`` follow at distances of ``len(types)``."""
        return 1 + self.types.index(kind)

    def encode(self, length: int, entities: Iterable[Entity]) -> NDArray[np.int64]:
        """Label ids of a text's characters, shape ``(length,)``.

        Entities of types that the set does not have are left outside.
        """
        labels = np.full(length, OUTSIDE, dtype=np.int64)
        count = len(self.types)
        for entity in entities:
            if entity.type not in self.types:
                continue
            begin = self.begin(entity.type)
            if entity.end - entity.start == 1:
                labels[entity.start] = begin + 3 * count
            else:
                labels[entity.start : entity.end] = begin + count
                labels[entity.start] = begin
                labels[entity.end - 1] = begin + 2 * count
        return labels

    def open_labels(self, types: Sequence[EntityType] | None) -> list[int]:
        """The labels of the types that an annotation of ``types`` leaves open; none where it covers all."""
        if types is None:
            return []
        count = len(self.types)
        return [self.begin(kind) + prefix * count for prefix in range(4) for kind in self.types if kind not in types]

    def spans(self, path: Iterable[int]) -> list[tuple[int, int, EntityType]]:
        """Spans ``(start, end, type)`` of a legal path of label ids, in text order."""
        return [(start, end, self.types[place]) for start, end, place in path_spans(path, len(self.types))]


def path_spans(path: Iterable[int], count: int) -> Iterator[tuple[int, int, int]]:
    """Spans of a legal path of label ids, in text order: start, end, and the type's place among ``count`` types."""
    start = 0
    for position, label in enumerate(path):
        if not label:
            continue
        if label <= count or label > 3 * count:
            start = position
        if label > 2 * count:
            yield start, position + 1, (label - 1) % count
