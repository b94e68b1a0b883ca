"""Whom a post concerns, by what its author does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from gaihe.serving.verdict.cues import is_contact
from gaihe.serving.verdict.persons import Person
from gaihe.serving.verdict.requests import offers_by
from gaihe.serving.verdict.text import any_of, words

_BEFORE = 8
"""Characters before a name that say who its bearer is for the author."""


def others(persons: Sequence[Person], mentioned: Sequence[Person]) -> Sequence[Person]:
    """Whom it concerns where an author exposes or seeks others.

    Everyone but the author and offices whose line is given; where nobody else is mentioned, all whose contact is not
    plainly the author's own, for the author is so by the rules' guess.

    Args:
        persons: the persons with what counts.
        mentioned: the persons of the post, also those of whom nothing counts.
    """
    if all(person.is_author or person.is_office for person in mentioned):
        return [person for person in persons if not person.plain]
    return [person for person in persons if not (person.is_author or person.is_office)]


def who_offer(text: str, persons: Sequence[Person]) -> Sequence[Person]:
    """Those who only give a contact to readers who want others' data, or have them: 代查户籍，加微信….

    Args:
        text: the folded text of a post that seeks or offers people's data.
        persons: those whom it concerns.
    """
    return [
        person for person in persons if all(is_contact(span) and offers_by(text, span.start) for span in person.spans)
    ]


def is_an_outsider(text: str, person: Person) -> bool:
    """Whether somebody is named, and is neither of the author's household nor given as who answers for the author.

    Args:
        text: the folded text.
        person: one of those in it.
    """
    if person.is_author or person.is_office or not person.names:
        return False
    first = person.names[0].start
    relative = person.relation.rpartition("的")[2] in _household()
    return not relative and _given_with_them().search(text[max(0, first - _BEFORE) : first]) is None


@cache
def _household() -> frozenset[str]:
    return frozenset(words("relations") + words("short_relations")) - frozenset(words("former_partners"))


@cache
def _given_with_them() -> re.Pattern[str]:
    """Before a name, what its bearer is for the author, by whose leave it is given: 联系人陈刚, 同事李梅, 我和李梅."""
    known = any_of(words("callings") + words("given_with_them"))
    return re.compile(rf"(?:(?:{known})(?:[:是叫\s]|姓名)?|[和跟与及或、])\s?$")
