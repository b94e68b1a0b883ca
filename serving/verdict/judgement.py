"""From a post, its spans and its scores to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product

from gaihe.serving.core.invisible import moved, without_invisible
from gaihe.serving.core.post_scores import PostScores
from gaihe.serving.core.schema import Entity, Intent, Stance
from gaihe.serving.verdict.concerned import others, who_offer
from gaihe.serving.verdict.devices import outside_device_lines
from gaihe.serving.verdict.outcome import JudgedPerson, Verdict
from gaihe.serving.verdict.persons.person import Person, persons, with_what_counts
from gaihe.serving.verdict.policy import Policy, Suggestion
from gaihe.serving.verdict.signs.names import DOUBTFUL, REVIEWED
from gaihe.serving.verdict.situation import Situation
from gaihe.serving.verdict.table import HIGHEST
from gaihe.serving.verdict.text import plain

Labels = tuple[Intent, Stance]
_OF_OTHERS = (Intent.THIRD_PARTY, Intent.SOLICIT)


def judge(
    text: str, entities: Sequence[Entity], scores: PostScores, policy: Policy, today: date | None = None
) -> Verdict:
    """Judge a post; the same arguments give the same verdict.

    Where there is nothing to do, no reason and no law is given: nobody is exposed to whom it could matter. The post is
    read without its invisible characters; the verdict's spans are those of the post as it is.

    Args:
        text: the post.
        entities: its spans, with offsets in the text.
        scores: what the model says of the whole post.
        policy: what the platform does.
        today: the day on which the post is judged; without it no age is worked out from a year of birth, and laws are
            given that are not yet in force.
    """
    seen, spans, posted = _seen(text, entities)
    shown, table = plain(seen), policy.table
    listed = policy.lists(shown, spans)
    told = outside_device_lines(shown)

    def counts(span: Entity) -> bool:
        return told(span) and policy.counts(span)

    mentioned = persons(seen, spans)
    people = with_what_counts(mentioned, counts)
    everyone, others_only = (
        Situation(shown, concerned, counts, table.counts, listed, today)
        for concerned in (people, others(people, mentioned))
    )
    offering = who_offer(shown, others_only.persons)
    situations = {intent: others_only if intent in _OF_OTHERS else everyone for intent in Intent}
    if offering:
        sought = [person for person in others_only.persons if person not in offering]
        situations[Intent.SOLICIT] = replace(others_only, persons=sought, offering=offering)
    signs = {labels: _signs(situations[labels[0]], *labels) for labels in product(Intent, Stance)}
    levels = {labels: table.level(found, _cell(situations[labels[0]], *labels)) for labels, found in signs.items()}
    intent, stance = scores.intent, scores.stance
    situation, found = situations[intent], signs[intent, stance]
    shares = _shares(scores, levels)
    level, _ = levels[intent, stance]
    suggestion = policy.suggestion(
        levels[intent, stance], [(share, levels[labels]) for labels, share in shares.items()], listed
    )
    if suggestion is Suggestion.REVIEW and not listed and level < policy.reviewed_from:
        found |= {DOUBTFUL}
    if suggestion is not Suggestion.PASS:
        found |= {REVIEWED}
    stated = level > 0 or REVIEWED in found
    label = next(label for label in table.labels if label.when.holds(found))
    return Verdict(
        level=level,
        suggestion=suggestion,
        label=label.label,
        sub_label=label.sub_label,
        score=round(100 * sum(share * levels[labels][0] for labels, share in shares.items()) / HIGHEST),
        intent=intent,
        stance=stance,
        persons=tuple(_judged(people, situation, posted)),
        reasons=tuple(reason for reason in table.reasons if stated and reason.when.holds(found)),
        laws=tuple(
            law for law in table.laws if stated and law.when.holds(found) and (today is None or law.in_force <= today)
        ),
        pieces=situation.pieces(),
        policy=policy,
    )


def _seen(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity], Mapping[int, Entity]]:
    """The text and its spans without invisible characters, and for the id of each span the one in the post."""
    shown, places = without_invisible(text)
    pairs = [(entity if places is None else moved(entity, shown, places), entity) for entity in entities]
    seen = [(span, entity) for span, entity in pairs if span is not None]
    return shown, [span for span, _ in seen], {id(span): entity for span, entity in seen}


def _cell(situation: Situation, intent: Intent, stance: Stance) -> tuple[str, str, str, str]:
    return intent.value, stance.value, situation.what.name.lower(), situation.reach.name.lower()


def _signs(situation: Situation, intent: Intent, stance: Stance) -> frozenset[str]:
    signs = situation.signs | {f"intent.{intent.value}", f"stance.{stance.value}"}
    if (intent, stance) != (Intent.SOLICIT, Stance.NEUTRAL):
        signs -= {"service", "helps"}
    attacked = intent is Intent.SELF and stance is not Stance.NEUTRAL and situation.attacks_others_too
    return signs | {"others_too"} if attacked else signs


def _shares(scores: PostScores, levels: Iterable[Labels]) -> dict[Labels, float]:
    """How likely each pair of labels is, to a sum of 1; all of it on the likeliest where the scores say nothing."""
    weights = {
        (intent, stance): scores.intents.get(intent.value, 0.0) * scores.stances.get(stance.value, 0.0)
        for intent, stance in levels
    }
    total = sum(weights.values())
    if total <= 0:
        return {(scores.intent, scores.stance): 1.0}
    return {labels: weight / total for labels, weight in weights.items()}


def _judged(people: Sequence[Person], situation: Situation, posted: Mapping[int, Entity]) -> Iterator[JudgedPerson]:
    known = dict(zip(map(id, situation.persons), zip(situation.fits, situation.roles, strict=True), strict=True))
    for person in people:
        fits, role = known.get(id(person), (None, False))
        names, spans, called = (
            tuple(posted[id(span)] for span in part) for part in (person.names, person.spans, person.called)
        )
        yield JudgedPerson(replace(person, names=names, spans=spans, called=called), id(person) in known, fits, role)
