"""What takes the place of which type: policies of redaction, in the format of the verdict's."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.redaction.occurrences import Occurrences
from gaihe.serving.redaction.operators import Operator
from gaihe.serving.redaction.writings import is_whole, letter, lettered
from gaihe.serving.verdict.listed import ListedValues, bare
from gaihe.serving.verdict.policy import PolicyKeys, policy_bytes, policy_content

REDACTION_PRESETS = ("label", "bars", "moderation", "publication", "llm", "erase")
DEFAULT_REDACTION = "label"
BRACKETS = ("【】", "[]")
_KEYS = {"name", "version", "operator", "brackets", "threshold", "keep", "operators", "types", "thresholds"}


@dataclass(frozen=True)
class RedactionPolicy:
    """What takes the place of which type.

    Attributes:
        name, version: what it is called.
        operator: what takes the place of types that are not named.
        operators: of single types.
        brackets: what stands around labels and hashes, one of `BRACKETS`.
        threshold: the score from which a span counts, 0 to 1; a span without a score always does.
        thresholds: thresholds of single types.
        keep: values that stay, such as a hotline of one's own, in any writing.
        types: types that are on or off; those not named are on.
    """

    name: str
    version: str
    operator: Operator = Operator.LABEL
    operators: Mapping[str, Operator] = field(default_factory=dict)
    brackets: str = BRACKETS[0]
    threshold: float = 0.0
    thresholds: Mapping[str, float] = field(default_factory=dict)
    keep: frozenset[str] = frozenset()
    types: Mapping[str, bool] = field(default_factory=dict)

    def operator_of(self, kind: EntityType) -> Operator:
        """What takes the place of a type."""
        return self.operators.get(kind, self.operator)

    def counts(self, span: Entity) -> bool:
        """Whether something takes the place of a span."""
        if self.operator_of(span.type) is Operator.KEEP or not self.types.get(span.type, True):
            return False
        if self.keeps(span):
            return False
        return span.score is None or span.score >= self.thresholds.get(span.type, self.threshold)

    def keeps(self, span: Entity) -> bool:
        """Whether a span is a value that stays."""
        return self._kept.hold(span)

    def kept_places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where values that stay stand in a text, each a whole word or number, however it is laid out."""
        if not self.keep:
            return
        letters, places = lettered(text, letter)
        for first, last, _ in self._kept_words.united(letters):
            start, end = places[first], places[last - 1] + 1
            if is_whole(text, start, end, grouped=True):
                yield start, end

    def uses(self, operator: Operator) -> bool:
        """Whether any type's place is taken by an operator."""
        return operator in (self.operator, *self.operators.values())

    @cached_property
    def _kept(self) -> ListedValues:
        return ListedValues(self.keep)

    @cached_property
    def _kept_words(self) -> Occurrences:
        return Occurrences(map(bare, self.keep))

    @property
    def needs_key(self) -> bool:
        """Whether it cannot be carried out without a key."""
        return self.uses(Operator.HASH)

    @property
    def reversible(self) -> bool:
        """Whether it makes pseudonyms, of which there is a way back."""
        return self.uses(Operator.PSEUDONYM)


def load_redaction_policy(name: str | Path | RedactionPolicy) -> RedactionPolicy:
    """A policy as it is, by the name of a preset, or from a TOML file.

    Raises:
        TypeError: something that is none of these.
        PolicyError: there is no such preset or file, or a key is unknown, missing or wrong.
    """
    if isinstance(name, RedactionPolicy):
        return name
    if not isinstance(name, str | Path):
        raise TypeError(
            f"a policy is a preset's name, a file or a RedactionPolicy, not {type(name).__name__}; "
            "redaction_policy makes one of an object"
        )
    if str(name) in REDACTION_PRESETS:
        return _preset(str(name))
    path = Path(name)
    return redaction_policy(policy_content(policy_bytes(path, REDACTION_PRESETS), path), path)


def redaction_policy(content: Mapping[str, Any], where: str | Path, *, quotes: bool = True) -> RedactionPolicy:
    """A policy from a decoded object.

    Args:
        content: the keys of a policy's file.
        where: what messages call it.
        quotes: whether messages may repeat unknown keys of any kind.

    Raises:
        PolicyError: a key is unknown, missing or wrong.
    """
    read = PolicyKeys(content, where, quotes=quotes)
    read.known("", content, _KEYS)
    brackets = read.of("brackets", str, BRACKETS[0])
    if brackets not in BRACKETS:
        raise read.error("brackets", f"must be one of {' '.join(BRACKETS)}")
    thresholds = read.types("thresholds")
    return RedactionPolicy(
        read.of("name", str, None),
        read.of("version", str, None),
        _operator(read, "operator", read.of("operator", str, Operator.LABEL)),
        {kind: _operator(read, f"operators.{kind}", name) for kind, name in read.types("operators").items()},
        brackets,
        read.share("threshold", content.get("threshold", 0.0)),
        {kind: read.share(f"thresholds.{kind}", value) for kind, value in thresholds.items()},
        frozenset(read.strings("keep")),
        {kind: read.of(kind, bool, None, "types") for kind in read.types("types")},
    )


def _operator(read: PolicyKeys, key: str, name: object) -> Operator:
    if name not in list(Operator):
        raise read.error(key, f"must be one of {', '.join(Operator)}")
    return Operator(str(name))


@cache
def _preset(name: str) -> RedactionPolicy:
    file = resources.files("gaihe.serving.redaction") / "policies" / f"{name}.toml"
    return redaction_policy(tomllib.loads(file.read_text(encoding="utf-8")), Path(f"{name}.toml"))
