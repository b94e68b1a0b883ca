"""Who is exposed: the persons of a post, each with all that is said of them.

Data belongs to whoever was mentioned last before it, within the layout: a row of a table is said of the name in it; a
relative's data ends with the sentence; the author's ends with the clause where somebody else is the matter of the post.
What the author tells there of another (我被138…骗了, 我家楼上…) waits for who that is, or is of who was spoken of, as
what they threaten 你 with (我知道你家住…); 我 in what another is quoted as saying is that other.
Data that comes before any mention belongs to the next one, and to the author only where it is said to be theirs. A list
of names shares what follows it, one each where there are as many values as names; names that only blanks or commas part
are a list only there. 都是 and 均为 share with all names of the block. Labels and callings before a name (名字, 户名,
司机) bind it to whoever was spoken of unnamed, 曾用名 and 自称 to whoever was named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.persons.joining import Joining
from gaihe.serving.verdict.text import plain


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a post.

    Attributes:
        names: the spans that name the person; none of somebody unnamed.
        spans: all that is said of the person, names included, in text order.
        relation: who the person is to somebody else in the post (妈妈, 男朋友的前女友); empty where it does not say.
        is_author: whether the author speaks of themself.
        plain: whether a contact or a home of the author's is said to be theirs in so many words: 联系我138…, 我家住….
        called: the spans that name the person, also those that do not count.
        is_office: whether it is an office, of which only a line to ring is told: 派出所电话0731….
        met: whether the author tells what happened to them with this person: 我被138…骗了.
    """

    names: tuple[Entity, ...]
    spans: tuple[Entity, ...]
    relation: str = ""
    is_author: bool = False
    plain: bool = False
    called: tuple[Entity, ...] = ()
    is_office: bool = False
    met: bool = False


def with_what_counts(people: Sequence[Person], counts: Callable[[Entity], bool]) -> list[Person]:
    """The persons with those of their spans that count, and without whom nothing is left of.

    Spans that do not count still say whose the others are: two names below a threshold tell two persons apart.
    """
    left = []
    for person in people:
        spans = tuple(filter(counts, person.spans))
        if spans:
            left.append(replace(person, names=tuple(filter(counts, person.names)), spans=spans))
    return sorted(left, key=lambda person: person.spans[0].start)


def persons(text: str, entities: Sequence[Entity]) -> list[Person]:
    """The persons of a post in the order of their first data; every entity is said of at least one of them.

    Args:
        text: the post.
        entities: its entities, with offsets in the text.
    """
    ordered = sorted(entities, key=lambda entity: (entity.start, entity.end))
    drafts = Joining(plain(text), ordered).drafts()
    found = []
    for draft in drafts:
        spans = tuple(sorted(draft.spans, key=lambda span: (span.start, span.end)))
        names = tuple(span for span in spans if span.type == EntityType.NAME)
        found.append(
            Person(names, spans, draft.relation, draft.is_author, draft.plain, names, draft.is_office, draft.met)
        )
    return sorted(found, key=lambda person: person.spans[0].start)
