"""Carriers: hand-written posts with slots for the values of invented people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from gaihe.data.providers.foreign_name import HOMES
from gaihe.data.providers.name import Origin, Sex
from gaihe.data.providers.school import Study
from gaihe.serving.core.schema import EntityType, Intent
from gaihe.serving.types import sheet_of

_DECLARATION = re.compile(r"\{([a-h]):\s*([^{}]*)\}")
_TOKEN = re.compile(
    r"\[\[(?P<type>[A-Z][A-Z0-9_]*):(?P<inner>.+?)\]\]"
    r"|\{(?:(?P<role>[a-h])\.)?(?P<slot>[a-z_]+)(?:/(?P<form>[a-z]+))?(?::(?P<argument>\d+))?\}"
)


class CarrierError(ValueError):
    """A carrier line that cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value: ``{role.name/form:argument}``."""

    name: str
    role: str = "a"
    form: str | None = None
    argument: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A free-form entity, ``[[TYPE:…]]``, put together from text and slots."""

    type: EntityType
    parts: tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a carrier says of a person: ``{b: f 40-60 kin a}``."""

    role: str
    sex: Sex | None = None
    ages: tuple[int, int] | None = None
    origin: Origin | None = None
    relation: tuple[str, str] | None = None
    study: Study | None = None
    people: str | None = None


@dataclass(frozen=True, slots=True)
class Carrier:
    """A hand-written post: its scene, intent, platform, people and parts in order."""

    scene: str
    intent: Intent
    platform: str
    parts: tuple[str | Slot | Span, ...]
    people: tuple[Declaration, ...] = ()
    source: str = field(default="", compare=False)

    def slots(self) -> Iterator[Slot]:
        """Every slot in order, those inside of spans among them."""
        for part in self.parts:
            for inner in part.parts if isinstance(part, Span) else (part,):
                if isinstance(inner, Slot):
                    yield inner


_RELATIONS = {"kin", "mate", "peer"}
_TRAITS: Mapping[str, Mapping[str, Any]] = {
    **{word: {"sex": word} for word in ("m", "f")},
    **{word: {"origin": word} for word in ("minority", "hk", "tw", "foreign")},
    **{word: {"study": word} for word in ("degree", "college")},
    **{word: {"origin": "minority", "people": word} for word in HOMES},
}
"""What single words of a declaration say."""


def _declaration(role: str, words: list[str]) -> Declaration:
    declared = Declaration(role)
    left = iter(words)
    for word in left:
        if word in _TRAITS:
            declared = replace(declared, **_TRAITS[word])
        elif span := re.fullmatch(r"(\d+)-(\d+)", word):
            declared = replace(declared, ages=(int(span[1]), int(span[2])))
        elif word in _RELATIONS and (other := next(left, None)):
            declared = replace(declared, relation=(word, other))
        else:
            raise CarrierError(f"unknown word {word!r} in the declaration of {role}")
    return declared


def _slot(match: re.Match[str]) -> Slot:
    argument = match["argument"]
    return Slot(match["slot"], match["role"] or "a", match["form"], int(argument) if argument else None)


def parse_text(text: str) -> tuple[tuple[str | Slot | Span, ...], tuple[Declaration, ...]]:
    """Split a carrier's text into literal text, slots and spans, and the people it declares."""
    people: list[Declaration] = []
    while match := _DECLARATION.match(text):
        people.append(_declaration(match[1], match[2].split()))
        text = text[match.end() :]
    text = text.replace("\\n", "\n")
    parts: list[str | Slot | Span] = []
    position = 0
    for match in _TOKEN.finditer(text):
        if match.start() > position:
            parts.append(_literal(text[position : match.start()]))
        if match["type"]:
            if match["type"] not in EntityType:
                raise CarrierError(f"unknown entity type {match['type']!r} in [[…]]")
            inner, _ = parse_text(match["inner"])
            if any(isinstance(part, Span) for part in inner):
                raise CarrierError("[[…]] inside [[…]]")
            parts.append(Span(EntityType(match["type"]), tuple(p for p in inner if not isinstance(p, Span))))
        else:
            parts.append(_slot(match))
        position = match.end()
    if position < len(text):
        parts.append(_literal(text[position:]))
    return tuple(parts), tuple(people)


def _literal(text: str) -> str:
    if stray := re.search(r"\{[^{}\n]{0,30}\}|\[\[|\]\]", text):
        raise CarrierError(f"cannot read {stray[0]!r}")
    return text


def parse_line(line: str, scene: str) -> Carrier:
    """Read one ``intent | platform | text`` line.

    Raises:
        CarrierError: what is wrong with the line.
    """
    fields = line.split(" | ", 2)
    if len(fields) != 3:
        raise CarrierError("expected 'intent | platform | text'")
    intent, platform, text = fields
    if intent.strip() not in set(Intent):
        raise CarrierError(f"unknown intent {intent!r}; known: {', '.join(Intent)}")
    parts, people = parse_text(text.strip())
    if not parts:
        raise CarrierError("no text")
    return Carrier(scene, Intent(intent.strip()), platform.strip(), parts, people, line)


def parse_file(content: str, scene: str) -> Iterator[Carrier]:
    """Read a scene's file; an error names scene and line."""
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            try:
                yield parse_line(line, scene)
            except CarrierError as error:
                raise CarrierError(f"{scene}.txt, line {number}: {error}") from None


def load_carriers() -> list[Carrier]:
    """All carriers of the package, in the order of their scenes' names."""
    return list(_carriers_in(resources.files("gaihe.data") / "texts" / "carriers"))


def installed_carriers(types: Iterable[EntityType]) -> list[Carrier]:
    """The carriers that come with installed types."""
    makers = (sheet_of(kind).maker for kind in types)
    return [carrier for maker in makers if maker for carrier in _carriers_in(resources.files(maker.carriers))]


def _carriers_in(folder: Traversable) -> Iterator[Carrier]:
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".txt"):
            yield from parse_file(file.read_text(encoding="utf-8"), file.name.removesuffix(".txt"))
