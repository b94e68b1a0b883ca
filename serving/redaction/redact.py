"""Redact a text whose entities are known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import check_spans
from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.core.texts import check_text
from gaihe.serving.redaction.masks import mask
from gaihe.serving.redaction.operators import BAR, Operator, check_secret, hashed, label, placed
from gaihe.serving.redaction.policy import DEFAULT_REDACTION, RedactionPolicy, load_redaction_policy
from gaihe.serving.redaction.pseudonyms import SALTS, Pseudonym, PseudonymMap
from gaihe.serving.redaction.repeats import Repeats
from gaihe.serving.redaction.spans import RedactedSpan
from gaihe.serving.verdict.facts.items import is_disguised
from gaihe.serving.verdict.listed import canonical_value


@dataclass(frozen=True, slots=True)
class Redaction:
    """A redacted text.

    Attributes:
        text: the new text.
        spans: what was put where, in text order.
        mapping: the pseudonyms, which the caller keeps; none where the policy makes none.
    """

    text: str
    spans: tuple[RedactedSpan, ...]
    mapping: PseudonymMap | None = None


class Target(NamedTuple):
    """A stretch of a text that something takes the place of.

    Attributes:
        start, end: offsets in the text.
        entity: the entity that stands there, or the repeat of one.
    """

    start: int
    end: int
    entity: Entity


def redact(
    text: str,
    entities: Iterable[Entity],
    policy: RedactionPolicy | str | Path = DEFAULT_REDACTION,
    *,
    key: bytes | None = None,
    mapping: PseudonymMap | None = None,
    elsewhere: Iterable[Entity] = (),
    leave: Iterable[Entity] = (),
) -> Redaction:
    """Put something in the place of a text's entities, and of their surfaces wherever else they stand in it.

    What was found once is personal data in every place: a surface of two characters or more is in no part of the text
    that is kept, nor is the value in another writing, see `Repeats`. Labels, bars, hashes of the key and pseudonyms of
    the map stay as they are.

    Args:
        text: the text that the entities were found in.
        entities: its entities, not overlapping.
        policy: what takes their place: a preset's name, a file, or a policy.
        key: what decides hashes and pseudonyms; hashes need one.
        mapping: the pseudonyms of the thread or case so far, which is extended.
        elsewhere: entities of other texts, whose surfaces are looked for in this one.
        leave: entities of the text that stay, whatever stands in them.

    Raises:
        TypeError: a text, policy or key that is of another type.
        PostError: an entity that does not fit the text, or entities that overlap.
        PolicyError: the policy cannot be used.
        ValueError: a key that is missing or too short.
    """
    check_text(text)
    chosen, pseudonyms = prepared(policy, key, mapping)
    known = Repeats(filter(chosen.counts, elsewhere))
    found = targets(text, entities, chosen, key, mapping if pseudonyms is None else pseudonyms, known, leave)
    new, spans = rendered(text, found, chosen, key, pseudonyms)
    return Redaction(new, spans, pseudonyms)


def prepared(
    policy: RedactionPolicy | str | Path, key: bytes | None, mapping: PseudonymMap | None
) -> tuple[RedactionPolicy, PseudonymMap | None]:
    """The policy that was named, and the map that it extends: a new one where none is given.

    Args:
        policy: a preset's name, a file, or a policy.
        key: what decides hashes and pseudonyms.
        mapping: the pseudonyms so far.

    Returns:
        The policy, and the map where the policy makes pseudonyms.

    Raises:
        TypeError: a policy or key of another type.
        PolicyError: the policy cannot be used.
        ValueError: a key that is missing or too short.
    """
    chosen = load_redaction_policy(policy)
    check_key(chosen, key)
    return chosen, (PseudonymMap() if mapping is None else mapping) if chosen.reversible else None


def check_key(policy: RedactionPolicy, key: bytes | None) -> None:
    """Refuse a key that a policy needs and that is missing, and one that is too short.

    Raises:
        TypeError: a key that is not bytes.
        ValueError: so it is.
    """
    if key is None and policy.needs_key:
        raise ValueError(f"the policy {policy.name} makes hashes, which need a key")
    if key is not None:
        check_secret(key)


def targets(
    text: str,
    entities: Iterable[Entity],
    policy: RedactionPolicy,
    key: bytes | None,
    mapping: PseudonymMap | None,
    elsewhere: Repeats,
    leave: Iterable[Entity] = (),
) -> list[Target]:
    """The stretches of a text that something takes the place of, in text order.

    Arguments as of `redact`, but that ``elsewhere`` finds those values of other texts that the policy counts.
    """
    found = check_spans(entities)
    for entity in found:
        if not 0 <= entity.start < entity.end <= len(text) or text[entity.start : entity.end] != entity.text:
            raise PostError(f"an entity of [{entity.start}, {entity.end}) does not stand in the text")
    kinds = {*elsewhere.types, *(entity.type for entity in found)}
    left = [(entity.start, entity.end) for entity in leave]
    kept = _united([*left_alone(text, kinds, key, mapping), *left])
    pieces = [piece for entity in found if policy.counts(entity) for piece in _outside(entity, kept)]
    repeats = Repeats((piece.entity for piece in pieces), elsewhere)
    if not repeats:
        return pieces
    stays = _united(
        [*((entity.start, entity.end) for entity in found if policy.keeps(entity)), *policy.kept_places(text)]
    )
    replaced = _united([*kept, *((piece.start, piece.end) for piece in pieces)])
    for start, end in _between(replaced, len(text)):
        again = (entity for entity in repeats.found(text, start, end) if not _covered(entity, stays))
        pieces.extend(Target(entity.start, entity.end, entity) for entity in again)
    return sorted(pieces)


def left_alone(
    text: str, kinds: Iterable[EntityType], key: bytes | None, mapping: PseudonymMap | None
) -> list[tuple[int, int]]:
    """Where a text was redacted before: labels of the known types and of further ones, bars, hashes, pseudonyms."""
    kept = placed(text, kinds, key)
    return kept if mapping is None else _united([*kept, *((start, end) for start, end, _ in mapping.found(text))])


def rendered(
    text: str,
    found: Sequence[Target],
    policy: RedactionPolicy,
    key: bytes | None,
    mapping: PseudonymMap | None,
) -> tuple[str, tuple[RedactedSpan, ...]]:
    """The text with something in the place of each target, and what was put where.

    Pseudonyms are made anew until the new text is read as it was written: those that stand in it are those that were
    put there, or stood in the text before.

    Args:
        text: the text.
        found: its targets, in text order.
        policy: what takes their place.
        key: what decides hashes and pseudonyms.
        mapping: takes the pseudonyms.
    """
    if mapping is None:
        return _written(text, [(target, _replacement(target.entity, policy, key)) for target in found], policy)
    with mapping.lock:
        return _pseudonymised(text, found, policy, key, mapping)


def _pseudonymised(
    text: str, found: Sequence[Target], policy: RedactionPolicy, key: bytes | None, mapping: PseudonymMap
) -> tuple[str, tuple[RedactedSpan, ...]]:
    for salt in range(SALTS):
        made: list[Pseudonym] = []
        pairs: list[tuple[Target, str]] = []
        for name in _whole_names(found, policy):
            _pseudonym(name, text, key, mapping, salt, made)
        for target in found:
            if policy.operator_of(target.entity.type) is Operator.PSEUDONYM:
                pairs.append((target, _pseudonym(target.entity, text, key, mapping, salt, made)))
            else:
                pairs.append((target, _replacement(target.entity, policy, key)))
        new, spans = _written(text, pairs, policy)
        if not found or salt == SALTS - 1 or _read_as_written(text, new, spans, mapping):
            return new, spans
        for pseudonym in reversed(made):
            mapping.discard(pseudonym)
    raise AssertionError


def _read_as_written(text: str, new: str, spans: Sequence[RedactedSpan], mapping: PseudonymMap) -> bool:
    """Whether the pseudonyms that a reader finds in a new text are those put there and those of the text before."""
    put = {(span.start, span.end) for span in spans if span.operator is Operator.PSEUDONYM}
    before = sum(1 for _ in mapping.found(text))
    read = [(start, end) for start, end, _ in mapping.found(new)]
    return put <= set(read) and len(read) == len(put) + before


def _written(
    text: str, pairs: Iterable[tuple[Target, str]], policy: RedactionPolicy
) -> tuple[str, tuple[RedactedSpan, ...]]:
    pieces: list[str] = []
    spans: list[RedactedSpan] = []
    position = length = 0
    for target, replacement in pairs:
        start = length + target.start - position
        pieces += [text[position : target.start], replacement]
        position, length = target.end, start + len(replacement)
        kind = target.entity.type
        spans.append(RedactedSpan(start, length, kind, policy.operator_of(kind), target.start, target.end))
    return "".join([*pieces, text[position:]]), tuple(spans)


def _replacement(entity: Entity, policy: RedactionPolicy, key: bytes | None) -> str:
    match policy.operator_of(entity.type):
        case Operator.MASK:
            return mask(entity.type, entity.text, disguised=is_disguised(entity))
        case Operator.BAR:
            return BAR * len(entity.text)
        case Operator.LABEL:
            return label(entity.type, policy.brackets)
        case Operator.HASH if key is not None:
            return hashed(entity.type, canonical_value(entity), key, policy.brackets)
    return ""


def _pseudonym(
    entity: Entity, text: str, key: bytes | None, mapping: PseudonymMap, salt: int, made: list[Pseudonym]
) -> str:
    known = mapping.of(entity.text)
    if known is None:
        known = mapping.make(entity.type, entity.text, canonical_value(entity) or entity.text, key, text, salt)
        made.append(known)
    return known.text


def _whole_names(found: Sequence[Target], policy: RedactionPolicy) -> list[Entity]:
    """Names of several characters that get pseudonyms, which given names alone then follow, wherever they stand."""
    if policy.operator_of(EntityType.NAME) is not Operator.PSEUDONYM:
        return []
    names = (target.entity for target in found if target.entity.type == EntityType.NAME)
    return sorted((name for name in names if canonical_value(name) == name.text), key=lambda name: -len(name.text))


def _covered(entity: Entity, ranges: Sequence[tuple[int, int]]) -> bool:
    """Whether an entity stands in one of disjoint ranges in order."""
    at = bisect_right(ranges, entity.start, key=itemgetter(0))
    return at > 0 and entity.end <= ranges[at - 1][1]


def _outside(entity: Entity, kept: Sequence[tuple[int, int]]) -> Iterator[Target]:
    """The parts of an entity outside what stays; signs alone are no part."""
    at = bisect_right(kept, (entity.start, entity.start))
    at -= at > 0 and kept[at - 1][1] > entity.start
    inside = []
    while at < len(kept) and kept[at][0] < entity.end:
        inside.append(kept[at])
        at += 1
    if not inside:
        yield Target(entity.start, entity.end, entity)
        return
    for start, end in _between(inside, entity.end, entity.start):
        piece = entity.text[start - entity.start : end - entity.start]
        if any(map(str.isalnum, piece)):
            yield Target(start, end, Entity(start, end, entity.type, piece))


def _between(ranges: Sequence[tuple[int, int]], end: int, start: int = 0) -> Iterator[tuple[int, int]]:
    """The stretches between disjoint ranges in order."""
    for begin, stop in ranges:
        if start < begin:
            yield start, begin
        start = max(start, stop)
    if start < end:
        yield start, end


def _united(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges in order, those that overlap as one."""
    united: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if united and start < united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united
