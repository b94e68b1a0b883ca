"""Erase one person from several texts, and leave all others."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.core.texts import listed
from gaihe.serving.redaction.policy import RedactionPolicy
from gaihe.serving.redaction.pseudonyms import PseudonymMap
from gaihe.serving.redaction.redact import Redaction, prepared, rendered, targets
from gaihe.serving.redaction.repeats import SHORTEST_REPEATED, Repeats
from gaihe.serving.reveal.tables import surnames
from gaihe.serving.types import sheet_of
from gaihe.serving.verdict.listed import bare, canonical_value
from gaihe.serving.verdict.persons.person import persons

SHARED = frozenset(
    {EntityType.NAME, EntityType.ADDRESS, EntityType.SCHOOL, EntityType.WORKPLACE, EntityType.BIRTH_DATE}
)
"""Types whose values several people have: one of them leads to nobody else's name. All others do."""
_CHINESE_NAME = re.compile(r"([\u4e00-\u9fff])([\u4e00-\u9fff])[\u4e00-\u9fff]{0,2}")
_FOREIGN_NAME = re.compile(r"[\u4e00-\u9fff]+(?:[·•・][\u4e00-\u9fff]+)+|[A-Za-z]+(?: [A-Za-z]+)+")
_WORD = "[0-9A-Za-z_]"


def erase(
    texts: Sequence[str],
    entities: Sequence[Sequence[Entity]],
    person: Iterable[str],
    policy: RedactionPolicy | str | Path = "erase",
    *,
    key: bytes | None = None,
    mapping: PseudonymMap | None = None,
) -> list[Redaction]:
    """Put something in the place of all that texts say of one person.

    Who is who in a text, `gaihe.serving.verdict.persons` decides. A person of a text is the one to be erased where a
    name or value that is known of them is said of the person; then all else that is said there of the person is erased
    too, and values that only one person has (a telephone number, not a school) are known from there on, in all texts.
    What is said of the person and of others at once is erased there, and leads to no other text. Where a known value
    stands by somebody of quite another name, who shares no character with the names known, the value alone is erased.
    What is known is erased, too, where it stands as it was given, a whole word or number, and no entity was found.

    Args:
        texts: the texts.
        entities: the entities of each, as the recogniser found them.
        person: a list of names, numbers, accounts that are known of the person, in any writing and letter case.
        policy: what takes their place; types that it keeps stay.
        key: what decides hashes and pseudonyms.
        mapping: the pseudonyms so far, which are extended.

    Returns:
        For each text, in the order given, what it became.

    Raises:
        TypeError: one text in place of a list, or something in it that is no text; a policy or key of another type.
        PolicyError: the policy cannot be used.
        ValueError: nothing is known of the person; not as many lists of entities as texts; a key that is missing or too
            short.
    """
    chosen, pseudonyms = prepared(policy, key, mapping)
    texts = _listed(texts, "texts")
    named = {name.strip() for name in _listed(person, "person")} - {""}
    if not named:
        raise ValueError("to erase a person, name at least one thing that is known of them: a name, a number")
    if len(texts) != len(entities):
        raise ValueError(f"{len(texts)} texts have as many lists of entities, not {len(entities)}")
    said = _said(entities)
    concerned, known = _concerned(texts, entities, named, said)
    elsewhere = Repeats(span for spans in concerned for span in spans if _is_known(span, known) and chosen.counts(span))
    given = as_given(named)
    redacted = []
    for text, found, gone in zip(texts, entities, concerned, strict=True):
        gone.update(_literally(text, found, given, said))
        leave = [span for span in found if span not in gone]
        replaced = targets(text, gone, chosen, key, mapping if pseudonyms is None else pseudonyms, elsewhere, leave)
        redacted.append(Redaction(*rendered(text, replaced, chosen, key, pseudonyms), pseudonyms))
    return redacted


def _listed(texts: Iterable[str], what: str) -> list[str]:
    if isinstance(texts, str):
        raise TypeError(f"{what} is a list of texts, not one text")
    return listed(texts)


def _concerned(
    texts: Sequence[str], entities: Sequence[Sequence[Entity]], named: set[str], said: dict[str, EntityType]
) -> tuple[list[set[Entity]], set[str]]:
    """What each text says of a person, and what is known of them in the end; each of the texts' persons is met once."""
    known = {written for name in named for written in _writings(name)}
    people = [(place, one) for place, text in enumerate(texts) for one in persons(text, entities[place])]
    sayings = Counter((place, span) for place, one in people for span in one.spans)
    told_of: defaultdict[str, list[int]] = defaultdict(list)
    for number, (_, one) in enumerate(people):
        for span in one.spans:
            for written in _as_known(span):
                told_of[written].append(number)
    concerned: list[set[Entity]] = [set() for _ in texts]
    met_names = {name.text for _, one in people for name in one.names if _is_known(name, known)}
    names = set("".join(met_names or (name for name in named if reads_as_name(name) and name.casefold() not in said)))
    met: set[int] = set()
    new = set(known)
    while meeting := {number for value in new for number in told_of.pop(value, ())} - met:
        met |= meeting
        new = set()
        for place, one in (people[number] for number in sorted(meeting)):
            called = {character for name in one.names for character in name.text}
            other = called and names and not called & names
            spans = [span for span in one.spans if _is_known(span, known)] if other else one.spans
            names |= set() if other else called
            concerned[place].update(spans)
            own = [span for span in spans if span.type not in SHARED and sayings[place, span] == 1]
            values = {canonical_value(span).casefold() for span in own}
            known |= values
            new |= values
    return concerned, known


def absent(texts: Sequence[str], entities: Iterable[Sequence[Entity]], person: Sequence[str]) -> list[int]:
    """Which of the things known of a person no text says.

    Args:
        texts: the texts.
        entities: the entities of each.
        person: what is known of the person.

    Returns:
        The places in ``person``, from 0.
    """
    said = _said(entities).keys()
    missing = []
    for place, name in enumerate(person):
        given = as_given([name])
        if said.isdisjoint(_writings(name.strip())) and not any(map(given.search, texts)):
            missing.append(place)
    return missing


def as_given(person: Iterable[str]) -> re.Pattern[str]:
    """What finds things known of a person as they were given, in any letter case; no part of a word or number.

    Args:
        person: what is known of the person.
    """
    words = sorted({name.strip() for name in person if len(name.strip()) >= SHORTEST_REPEATED}, key=len, reverse=True)
    found = (
        f"{f'(?<!{_WORD})' if re.match(_WORD, word) else ''}{re.escape(word)}"
        f"{f'(?!{_WORD})' if re.match(_WORD, word[-1]) else ''}"
        for word in words
    )
    return re.compile("|".join(found) or "(?!)", re.IGNORECASE)


def reads_as_name(name: str) -> bool:
    """Whether what is known of a person is a Chinese name with a surname, or a foreign one of several words."""
    if match := _CHINESE_NAME.fullmatch(name):
        return (len(name) < 4 and match[1] in surnames()) or (len(name) > 2 and match[1] + match[2] in surnames())
    return _FOREIGN_NAME.fullmatch(name) is not None


def _said(entities: Iterable[Sequence[Entity]]) -> dict[str, EntityType]:
    """What texts say, as it is written and as canonical values, in small letters; and as what it was found."""
    return {
        written.casefold(): span.type
        for found in entities
        for span in found
        for written in (canonical_value(span), span.text)
    }


def _literally(
    text: str, entities: Sequence[Entity], given: re.Pattern[str], said: dict[str, EntityType]
) -> Iterator[Entity]:
    """Where what is known stands as it was given and no entity was found."""
    for match in given.finditer(text):
        start, end = match.span()
        if all(entity.end <= start or end <= entity.start for entity in entities):
            yield Entity(start, end, said.get(match[0].casefold()) or _type_of(match[0]), match[0])


def _type_of(known: str) -> EntityType:
    """The type that something known of a person most likely has: one whose check it passes, else an account."""
    if reads_as_name(known):
        return EntityType.NAME
    for kind in EntityType:
        value = sheet_of(kind).value(known)
        if bare(value) == bare(known) and sheet_of(kind).valid(value):
            return kind
    return EntityType.ACCOUNT


def _writings(name: str) -> set[str]:
    """What is known of a person as it was given and as each type writes it, in small letters."""
    return {written.casefold() for written in (name, *(sheet_of(kind).value(name) for kind in EntityType))} - {""}


def _as_known(span: Entity) -> set[str]:
    return {span.text.casefold(), canonical_value(span).casefold()}


def _is_known(span: Entity, known: set[str]) -> bool:
    return not known.isdisjoint(_as_known(span))
