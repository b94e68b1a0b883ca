"""Whom a post concerns, by what its author does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.facts.items import is_a_number, reach_of
from gaihe.serving.verdict.facts.rarity import hidden
from gaihe.serving.verdict.facts.severity import Reach
from gaihe.serving.verdict.persons.cues import is_contact
from gaihe.serving.verdict.persons.person import Person
from gaihe.serving.verdict.signs.requests import offers_by
from gaihe.serving.verdict.text import any_of, words

_BEFORE = 8
"""Characters before a name that say who its bearer is for the author."""
_SAID_BEFORE, _SAID_AFTER = 12, 8
_I_AM = re.compile("(?:我|俺|本人)[就也]?[是系][^,。!?;\\n]*$")
_DOES_TO_ME = re.compile("[^,。!?;\\n]{0,2}(?:欠|骗|打|骂|坑|偷|抢|撞|害|赖)了?(?:我|俺|本人)")


def others(persons: Sequence[Person], mentioned: Sequence[Person]) -> Sequence[Person]:
    """Whom it concerns where an author exposes or seeks others.

    Everyone but the author and offices whose line is given; where nobody else is mentioned, all whose contact or home
    is not plainly the author's own, for the author is so by the rules' guess.

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


def gives_an_outsider(text: str, told_of: Sequence[tuple[Person, Sequence[Entity]]], *, attacked: bool) -> bool:
    """Whether the number or the door of a named outsider is told, who is surely not the author.

    So it is of whom the author met; of numbers beside the author's; and beside the author's name or number, in an
    attack or where the post says who the outsider is to the author.

    Args:
        text: the folded text.
        told_of: the persons, each with the spans that count.
        attacked: whether the post attacks somebody, so that a calling (同事陈刚) gives nobody the author's leave.
    """
    own = [span for person, items in told_of if person.is_author for span in items]
    numbered = any(map(is_a_number, own))
    named = numbered or any(span.type == EntityType.NAME for span in own)
    for person, items in told_of:
        if not any(map(_leads_to_them, items)):
            continue
        apart = person.met or (numbered and any(map(is_a_number, items)))
        apart = apart or (named and (attacked or _is_told_apart(text, person)))
        if apart and _is_an_outsider(text, person, attacked=attacked or person.met):
            return True
    return False


def _leads_to_them(span: Entity) -> bool:
    """Whether a span is somebody's number or door."""
    return is_a_number(span) or (not hidden(span) and reach_of(span) is Reach.DOOR)


def _is_an_outsider(text: str, person: Person, *, attacked: bool) -> bool:
    """Whether somebody is named, and is neither of the author's household nor given as who answers for the author."""
    if person.is_author or person.is_office or not person.names:
        return False
    first = person.names[0].start
    relative = person.relation.rpartition("的")[2] in _household()
    if relative or attacked:
        return not relative
    return _given_with_them().search(text[max(0, first - _BEFORE) : first]) is None


def _is_told_apart(text: str, person: Person) -> bool:
    """Whether a post says who somebody is to the author: 邻居陈刚, 陈刚欠我钱, 我是陈刚的前妻."""
    for name in person.names:
        before, after = text[max(0, name.start - _SAID_BEFORE) : name.start], text[name.end : name.end + _SAID_AFTER]
        whose = _I_AM.search(before)
        if _whose_i_am().match(after) if whose else _to_the_author().search(before) or _DOES_TO_ME.match(after):
            return True
    return False


@cache
def _to_the_author() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words('ties') + words('others') + words('former_partners'))})[:是叫\s]?$")


@cache
def _whose_i_am() -> re.Pattern[str]:
    return re.compile(rf"的?(?:{any_of(words('former_partners') + words('ties'))})")


@cache
def _household() -> frozenset[str]:
    return frozenset(words("relations") + words("short_relations")) - frozenset(words("former_partners"))


@cache
def _given_with_them() -> re.Pattern[str]:
    """Before a name, what its bearer is for the author, by whose leave it is given: 联系人陈刚, 同事李梅, 我和李梅."""
    known = any_of(words("callings") + words("given_with_them"))
    return re.compile(rf"(?:(?:{known})(?:[:是叫\s]|姓名)?|[和跟与及或、])\s?$")
