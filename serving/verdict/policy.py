"""What a platform does about a verdict: which spans count, and which levels are reviewed and blocked."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.posts import not_utf8
from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.listed import ListedValues, ListedWords
from gaihe.serving.verdict.table import HIGHEST, Table
from gaihe.serving.verdict.table_file import load_table

PRESETS = ("moderation", "strict")
DEFAULT_POLICY = "moderation"
_KEYS = {
    *("name", "version", "review_from", "block_from", "review_sure", "block_sure"),
    *("threshold", "keep", "always", "table", "types", "thresholds"),
}
_SHOWN = re.compile("[A-Za-z][A-Za-z_]{0,29}")
"""Keys that a message may repeat whoever sent them; others may hold anything."""


Reached = tuple[int, bool]
"""A level, and whether it is never to be blocked."""


class PolicyError(CommandError, ValueError):
    """A policy that cannot be used; the message names the file and the key."""


class Suggestion(StrEnum):
    """What to do about a post."""

    PASS = "pass"
    REVIEW = "review"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a platform does.

    Attributes:
        name, version: what it is called in verdicts.
        review_from: the level from which a post is reviewed.
        block_from: the level from which a post is blocked; one above the highest blocks none.
        review_sure: how likely such a level has to be for a review where the likeliest labels give a lower one.
        block_sure: how likely such a level has to be for a block where the likeliest labels give one.
        threshold: the score from which a span counts, 0 to 1; a span without a score always does.
        keep: values that never count, in any writing of their type.
        always: words or values, in any writing, whose posts are always reviewed.
        types: types that are on or off; those not named are on.
        thresholds: thresholds of single types.
        table: what follows from what.
        digest: the SHA-256 of its file; empty of one that was made or changed in code.
    """

    name: str
    version: str
    review_from: int = 2
    block_from: int = 3
    review_sure: float = 0.5
    block_sure: float = 0.5
    threshold: float = 0.0
    keep: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()
    types: Mapping[str, bool] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    table: Table = field(default_factory=load_table, repr=False)
    digest: str = field(default="", init=False)
    _kept: ListedValues = field(init=False, repr=False, compare=False)
    _watched: ListedValues = field(init=False, repr=False, compare=False)
    _watched_words: ListedWords = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_kept", ListedValues(self.keep))
        object.__setattr__(self, "_watched", ListedValues(self.always))
        object.__setattr__(self, "_watched_words", ListedWords(self.always))

    def counts(self, span: Entity) -> bool:
        """Whether a span counts."""
        if not self.types.get(span.type, True):
            return False
        if self._kept.hold(span):
            return False
        return span.score is None or span.score >= self.thresholds.get(span.type, self.threshold)

    def lists(self, text: str, spans: Iterable[Entity]) -> bool:
        """Whether a folded text, or a value in it, is on the list of what is always reviewed."""
        return self._watched_words.stand_in(text) or any(map(self._watched.hold, spans))

    def suggestion(
        self, likeliest: Reached, all_readings: Iterable[tuple[float, Reached]], listed: bool = False
    ) -> Suggestion:
        """What to do about a post.

        It is blocked where the likeliest labels lead to it and it is likely enough over all labels, and reviewed where
        either asks for it or the policy lists it.

        Args:
            likeliest: the level of the likeliest labels, and whether it is never to be blocked.
            all_readings: the same of all labels, with how likely they are, to a sum of 1.
            listed: whether the post holds something that is always reviewed.
        """
        readings = list(all_readings)
        block = sum(share for share, reached in readings if self._blocks(*reached))
        review = sum(share for share, (level, _) in readings if level >= self.reviewed_from)
        if self._blocks(*likeliest) and block >= self.block_sure:
            return Suggestion.BLOCK
        asked = listed or likeliest[0] >= self.reviewed_from or review >= self.review_sure
        return Suggestion.REVIEW if asked else Suggestion.PASS

    def _blocks(self, level: int, never_block: bool) -> bool:
        return level >= self.block_from and not never_block

    @property
    def reviewed_from(self) -> int:
        """The level from which a post is reviewed or blocked."""
        return min(self.review_from, self.block_from)


def load_policy(name: str | Path, *, quotes: bool = True) -> Policy:
    """A policy by the name of a preset, or from a TOML file.

    A table that a file names is looked for beside it.

    Args:
        name: the preset, or the file.
        quotes: whether messages may repeat unknown keys of any kind.

    Raises:
        PolicyError: there is no such preset or file, or a key is unknown, missing or wrong.
        TableError: the table cannot be used.
    """
    if str(name) in PRESETS:
        return _preset(str(name))
    path = Path(name)
    return _policy(policy_bytes(path, PRESETS), path, quotes=quotes)


def policy_bytes(path: Path, presets: Iterable[str]) -> bytes:
    """A policy's file.

    Args:
        path: the file.
        presets: names that would have been right, for the message.

    Raises:
        PolicyError: there is no such file.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise PolicyError(f"cannot read the policy {path}: {error.strerror}; presets: {', '.join(presets)}") from None


def policy_content(written: bytes, path: Path) -> dict[str, Any]:
    """The keys in a policy's file.

    Raises:
        PolicyError: it is not TOML.
    """
    try:
        return tomllib.loads(written.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"the policy {path} is not TOML: {error}") from None
    except UnicodeDecodeError as error:
        raise PolicyError(f"the policy {path}: {not_utf8(error)}") from None


@cache
def _preset(name: str) -> Policy:
    file = resources.files("gaihe.serving.verdict") / "policies" / f"{name}.toml"
    return _policy(file.read_bytes(), Path(f"{name}.toml"))


def _policy(written: bytes, path: Path, *, quotes: bool = True) -> Policy:
    content = policy_content(written, path)
    read = PolicyKeys(content, path, quotes=quotes)
    read.known("", content, _KEYS)
    table = read.of("table", str, "")
    policy = Policy(
        read.of("name", str, None),
        read.of("version", str, None),
        read.level("review_from", 2),
        read.level("block_from", 3),
        read.share("review_sure", content.get("review_sure", 0.5)),
        read.share("block_sure", content.get("block_sure", 0.5)),
        read.share("threshold", content.get("threshold", 0.0)),
        frozenset(read.strings("keep")),
        frozenset(read.strings("always")),
        {kind: read.of(kind, bool, None, "types") for kind in read.types("types")},
        {kind: read.share(f"thresholds.{kind}", content["thresholds"][kind]) for kind in read.types("thresholds")},
        load_table(path.parent / table if table else None),
    )
    object.__setattr__(policy, "digest", hashlib.sha256(written).hexdigest())
    return policy


class PolicyKeys:
    """Reads the keys of a policy, and says of a fault where it stands.

    Args:
        content: the decoded policy.
        path: its file, or what messages call it.
        quotes: whether messages may repeat unknown keys of any kind, not such alone as look like one.
    """

    def __init__(self, content: Mapping[str, Any], path: str | Path, *, quotes: bool = True) -> None:
        self._content, self._path, self._quotes = content, path, quotes

    def of(self, key: str, kind: type, default: Any, section: str = "") -> Any:  # noqa: ANN401
        """A key's value, which must be of a kind; one without a default must be there."""
        where = f"{section}.{key}" if section else key
        value = (self._content[section] if section else self._content).get(key, default)
        if value is None:
            raise self.error(where, "is missing")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(where, f"must be {kind.__name__}, not {type(value).__name__}")
        return value

    def level(self, key: str, default: int) -> int:
        """A level, or one above the highest."""
        level: int = self.of(key, int, default)
        if not 1 <= level <= HIGHEST + 1:
            raise self.error(key, f"must be a level from 1 to {HIGHEST}, or {HIGHEST + 1} for none, not {level}")
        return level

    def share(self, key: str, value: object) -> float:
        """A number from 0 to 1."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.error(key, "must be a number from 0 to 1")
        return float(value)

    def strings(self, key: str) -> list[str]:
        """A list of strings, none of them empty."""
        values: list[str] = self.of(key, list, [])
        if not all(isinstance(value, str) and value for value in values):
            raise self.error(key, "must be a list of strings, none of them empty")
        return values

    def types(self, section: str) -> dict[str, Any]:
        """A section whose keys are entity types."""
        named: dict[str, Any] = self.of(section, dict, {})
        self.known(f"{section}.", named, set(EntityType))
        return named

    def known(self, prefix: str, section: Mapping[str, Any], keys: set[str] | set[EntityType]) -> None:
        """Refuse keys that nothing reads."""
        for key in section:
            if key not in keys:
                shown = key if self._quotes or _SHOWN.fullmatch(key) else "a key"
                raise self.error(f"{prefix}{shown}", f"is unknown; known: {', '.join(sorted(keys))}")

    def error(self, key: str, reason: str) -> PolicyError:
        """What is wrong with a key."""
        return PolicyError(f"policy {self._path}: {key}: {reason}")
