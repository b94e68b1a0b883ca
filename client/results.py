"""What a service answers, typed. Texts and values are left out of ``repr``, so that no log shows them by accident.

Keys that a newer service adds are passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Self, TypeVar

from gaihe.client.errors import AnswerError

Record = Mapping[str, Any]
_Result = TypeVar("_Result")


def picked(kind: type[_Result], record: Record, **given: Any) -> _Result:  # noqa: ANN401
    """A result out of the keys of a JSON object that it has fields for.

    Raises:
        AnswerError: one is missing.
    """
    try:
        rest = {one.name: record[one.name] for one in fields(kind) if one.name not in given}  # type: ignore[arg-type]
    except (KeyError, TypeError):
        raise AnswerError(f"the answer is no {kind.__name__}: is this a service of Gaihe?") from None
    return kind(**rest, **given)


@dataclass(frozen=True, slots=True)
class TextError:
    """What a batch has in the place of a text that could not be processed; ``mapping`` as in `Redaction`."""

    code: str
    message: str
    mapping: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Entity:
    """A span of personal data; offsets count Unicode code points, half-open."""

    start: int
    end: int
    type: str
    text: str = field(repr=False)
    value: str | None = field(repr=False)
    score: float
    valid: bool | None
    evasion: tuple[str, ...]

    @classmethod
    def of(cls, record: Record) -> Self:
        """An entity out of its JSON object."""
        return picked(cls, record, evasion=tuple(record.get("evasion", ())))


def entities_of(record: Record) -> tuple[Entity, ...]:
    """The entities of a result.

    Raises:
        AnswerError: there are none.
    """
    found = record.get("entities")
    if not isinstance(found, list):
        raise AnswerError("the answer has no entities: is this a service of Gaihe?")
    return tuple(map(Entity.of, found))


@dataclass(frozen=True, slots=True)
class Detection:
    """The entities of a text."""

    entities: tuple[Entity, ...]

    @classmethod
    def of(cls, record: Record) -> Self:
        """A detection out of its JSON object."""
        return cls(entities_of(record))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a post; spans are offsets."""

    spans: tuple[tuple[int, int], ...]
    names: tuple[tuple[int, int], ...]
    relation: str | None = field(repr=False)
    is_author: bool
    concerned: bool
    fits: int | None
    public_role: bool

    @classmethod
    def of(cls, record: Record) -> Self:
        """A person out of its JSON object."""
        places = {name: tuple((start, end) for start, end in record.get(name, ())) for name in ("spans", "names")}
        return picked(cls, record, **places)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is as it is."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Law:
    """A provision that a reviewer may look up; ``tiers`` has counts of pieces of information where it names some."""

    code: str
    zh: str
    en: str
    published: date
    in_force: date
    tiers: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, record: Record) -> Self:
        """A provision out of its JSON object."""
        days = {name: date.fromisoformat(record[name]) for name in ("published", "in_force")}
        return picked(cls, record, tiers=record.get("tiers", {}), **days)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from a post; no legal advice. docs/VERDICT.md explains each field."""

    level: int
    suggestion: str
    label: str
    sub_label: str
    score: int
    intent: str
    stance: str
    persons: tuple[Person, ...]
    reasons: tuple[Reason, ...]
    laws: tuple[Law, ...]
    policy: Mapping[str, str]
    note: Mapping[str, str]

    @classmethod
    def of(cls, record: Record) -> Self:
        """A verdict out of its JSON object."""
        return picked(
            cls,
            record,
            persons=tuple(map(Person.of, record.get("persons", ()))),
            reasons=tuple(picked(Reason, reason) for reason in record.get("reasons", ())),
            laws=tuple(map(Law.of, record.get("laws", ()))),
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a text, with its entities, and evidence where it was asked for."""

    verdict: Verdict
    entities: tuple[Entity, ...]
    evidence: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, record: Record) -> Self:
        """A judgement out of its JSON object."""
        return cls(Verdict.of(record.get("verdict", {})), entities_of(record), record.get("evidence"))


@dataclass(frozen=True, slots=True)
class RedactedSpan:
    """What was put where, in the new and in the old text."""

    start: int
    end: int
    type: str
    operator: str
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True)
class Redaction:
    """A redacted text; ``mapping`` is the way back from pseudonyms, for the caller to keep."""

    text: str = field(repr=False)
    spans: tuple[RedactedSpan, ...]
    mapping: Mapping[str, Any] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, record: Record) -> Self:
        """A redaction out of its JSON object."""
        spans = tuple(picked(RedactedSpan, span) for span in record.get("spans", ()))
        return picked(cls, record, spans=spans, mapping=record.get("mapping"))


def restored_of(record: Record) -> str:
    """The text of a restoration.

    Raises:
        AnswerError: there is none.
    """
    text = record.get("text")
    if not isinstance(text, str):
        raise AnswerError("the answer has no text: is this a service of Gaihe?")
    return text
