"""The two sides of a conversion: how the files that are read, and those that are written, name and count things."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import choice
from gaihe.serving.core.schema import EntityType
from gaihe.serving.exchange.offsets import OffsetUnit

_SHOWN = re.compile(r"(?!.*\d{4})[^@]{0,40}")
"""Labels that messages may repeat: neither long, nor with the digits or signs of numbers and addresses."""


@dataclass(frozen=True)
class Source:
    """How to read annotations.

    ``types`` translates labels that are not entity types; ``None`` drops a label. ``covers`` are the types that the
    annotation covers where the files do not say so themselves; ``None`` means all. ``offsets`` is the unit of offsets,
    by default the format's own. ``separator`` stands between the tokens of a CoNLL file. ``texts`` is a file of the
    posts whose texts belong to annotations that have none. ``left_out`` counts what was not annotated, by reason.
    """

    types: Mapping[str, EntityType | None] = field(default_factory=dict)
    covers: tuple[EntityType, ...] | None = None
    offsets: OffsetUnit | None = None
    separator: str = ""
    texts: str | None = None
    left_out: Counter[str] = field(default_factory=Counter)

    def type_of(self, label: str) -> EntityType | None:
        """The entity type that a label stands for, ``None`` where it is dropped.

        Raises:
            PostError: the label is not known.
        """
        if label in self.types:
            return self.types[label]
        if label in EntityType:
            return EntityType(label)
        if not _SHOWN.fullmatch(label):
            raise PostError(f"unknown label, which looks like a value (types: {', '.join(EntityType)})")
        raise PostError(
            f"unknown label {label!r}; translate it with --map {label}=TYPE or drop it with --map {label}= "
            f"(types: {', '.join(EntityType)})"
        )


@dataclass(frozen=True)
class Target:
    """How to write annotations: labels that stand for entity types, and the unit of offsets (the format's own)."""

    labels: Mapping[EntityType, str] = field(default_factory=dict)
    offsets: OffsetUnit | None = None

    def label_of(self, kind: EntityType) -> str:
        """The label that stands for an entity type."""
        return self.labels.get(kind, kind.value)


def parse_types(words: Iterable[str]) -> dict[str, EntityType | None]:
    """``LABEL=TYPE`` words as a table of labels; ``LABEL=`` drops the label.

    Raises:
        PostError: a word of another shape, an unknown type, or a label that is given twice.
    """
    types: dict[str, EntityType | None] = {}
    for word in words:
        label, sign, kind = word.rpartition("=")
        if not sign or not label:
            raise PostError(f"expected LABEL=TYPE, or LABEL= to drop a label, not {word!r}")
        if label in types:
            raise PostError(f"the label {label!r} is given twice")
        types[label] = choice(EntityType, kind, "entity type") if kind else None
    return types


def parse_labels(words: Iterable[str]) -> dict[EntityType, str]:
    """``TYPE=LABEL`` words as a table of the labels to write.

    Raises:
        PostError: a word of another shape, an unknown type, or a label that would stand for two types.
    """
    labels: dict[EntityType, str] = {}
    for word in words:
        kind, _, label = word.partition("=")
        if not label or label.split() != [label]:
            raise PostError(f"expected TYPE=LABEL, the label without white space, not {word!r}")
        labels[choice(EntityType, kind, "entity type")] = label
    names = Counter(labels.get(kind, kind.value) for kind in EntityType)
    if twice := [name for name, count in names.items() if count > 1]:
        raise PostError(f"the label {twice[0]!r} would stand for more than one type")
    return labels


def parse_covered(word: str) -> tuple[EntityType, ...]:
    """``TYPE,TYPE`` as the types that an annotation covers.

    Raises:
        PostError: an unknown type.
    """
    return tuple(dict.fromkeys(choice(EntityType, kind.strip(), "entity type") for kind in word.split(",")))
