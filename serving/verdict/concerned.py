"""Whom a post concerns, by what its author does."""

from __future__ import annotations

from collections.abc import Sequence

from gaihe.serving.verdict.cues import is_contact
from gaihe.serving.verdict.persons import Person
from gaihe.serving.verdict.requests import offers_by


def others(persons: Sequence[Person], mentioned: Sequence[Person]) -> Sequence[Person]:
    """Whom it concerns where an author exposes or seeks others.

    Everyone but the author; where nobody else is mentioned, who is the author by the rules' guess, but not where a
    contact is plainly the author's own.

    Args:
        persons: the persons with what counts.
        mentioned: the persons of the post, also those of whom nothing counts.
    """
    if all(person.is_author for person in mentioned):
        return [person for person in persons if not person.plain]
    return [person for person in persons if not person.is_author]


def who_offer(text: str, persons: Sequence[Person]) -> Sequence[Person]:
    """Those who only give a contact to readers who want others' data, or have them: 代查户籍，加微信….

    Args:
        text: the folded text of a post that seeks or offers people's data.
        persons: those whom it concerns.
    """
    return [
        person for person in persons if all(is_contact(span) and offers_by(text, span.start) for span in person.spans)
    ]
