"""Whose a name is, and what it says of those around it; see `gaihe.serving.verdict.persons.person` for the rules."""

from __future__ import annotations

import re

from gaihe.serving.core.schema import Entity
from gaihe.serving.reveal.tables import surnames
from gaihe.serving.verdict.persons import cues
from gaihe.serving.verdict.persons.drafts import Draft, name_key
from gaihe.serving.verdict.persons.events import Event, Events, is_name
from gaihe.serving.verdict.persons.mentions import Mention, Role
from gaihe.serving.verdict.persons.other_names import Called, called, is_called_otherwise
from gaihe.serving.verdict.persons.scope import Scope
from gaihe.serving.verdict.text import words

_CALLED = re.compile(",名?叫")
"""After the author at the end of a clause, whom somebody is said to do something to: 她换号加我，叫张丽."""
_BREAKS = ("", ",", "。", ";", "\n")


class Naming:
    """The names of a post while it is read."""

    def __init__(self, events: Events, scope: Scope) -> None:
        self._text = events.text
        self._events = events
        self._scope = scope

    def known(self, place: int, name: Entity) -> Draft | None:
        """The bearer of a name that came before, if it is not another's: 另一个张丽, 王高飞…，他同事高飞."""
        draft, before = self._scope.drafts.known(name), self._events.neighbour(place, -1)
        if cues.is_another_of_the_name(self._text, name):
            return None
        related = isinstance(before, Mention) and before.role is Role.RELATION and self._events.is_named_next(place - 1)
        if related and self._scope.focus is not draft and not self._scope.drafts.is_full(name):
            return None if name_key(name)[0] in surnames() else draft
        return draft

    def bound(self, place: int, before: Event | None, name: Entity) -> Draft | None:
        """The person who was spoken of before a name, where the name is that person's."""
        if before is None:
            return None
        if self._scope.focus is not None and (draft := self._bound_to_focus(self._scope.focus, place, before, name)):
            return draft
        known = self._scope.focus or self._scope.head
        if known is None:
            return None
        if known.is_author:
            return known if self._gives_own_name(place, before) else None
        if known.relation and cues.introduces(self._text, name):
            return None
        how = called(self._text, name, self._events.between(place - 1, place))
        if how is Called.OTHERWISE:
            return known
        if known.named:
            return (
                known
                if isinstance(before, Entity) and is_name(before) and cues.corrected(self._text, before, name)
                else None
            )
        if how is Called.NAME:
            return known
        alike = bool(known.spans) and not known.relation and not self._scope.ended(self._events.sentences, name.start)
        return known if alike and cues.apposed(self._text, name, self._events.between(place - 1, place)) else None

    def _bound_to_focus(self, focus: Draft, place: int, before: Event, name: Entity) -> Draft | None:
        """The person in focus, where the name follows at once."""
        if isinstance(before, Entity):
            led_to = focus.spans[-1:] == [before] and self.leads_to_its_name(place - 1)
            asked = focus.is_author and cues.is_contact(before) and focus.spans[-1:] == [before]
            signs = self._events.between(place - 1, place).isspace() and not cues.is_a_label(self._text, name)
            if asked and not focus.named and signs:
                return focus
            return focus if led_to else None
        if not cues.IS_NAMED.fullmatch(self._events.between(place - 1, place)) or focus.named:
            return None
        if before.relation and before.role is Role.AUTHOR:
            return focus if self._follows_a_relative(place, before.relation, name) else None
        if before.role is Role.AUTHOR:
            called = _CALLED.match(self._text, before.end) is not None
            if called and self._scope.head is not None and not self._events.begins_a_clause(before):
                return None if self._scope.head.named else self._scope.head
            return None if self._is_of_another(place) else self._scope.author
        return focus

    def _follows_a_relative(self, place: int, relation: str, name: Entity) -> bool:
        """Whether the author, who told whose relative they are, gives their name: 我是陈刚的妻子，李梅，."""
        between = self._events.between(place - 1, place)
        kin = relation not in words("ties") and not self._scope.drafts.is_full(name)
        return not between or (kin and cues.apposed(self._text, name, between))

    def leads_to_its_name(self, place: int) -> bool:
        """Whether a value stands between who is spoken of and their name: 我是3栋业主李慧, 她老公是三一重工的李强."""
        focus, before = self._scope.focus, self._events.neighbour(place, -1)
        if focus is None or focus.named:
            return False
        at_home = focus.is_author and self._events.is_home_of_the_next(place)
        if not (at_home or self._events.stands_before_its_name(place)):
            return False
        if not focus.is_author:
            led = not isinstance(before, Mention) or cues.LEADS_ON.fullmatch(self._events.between(place - 1, place))
            return bool(focus.relation) and bool(led)
        if not (isinstance(before, Mention) and before.role is Role.AUTHOR):
            return False
        is_theirs = self._is_of_another(place + 1)
        return not is_theirs and cues.I_AM.fullmatch(self._events.between(place - 1, place)) is not None

    def _is_of_another(self, place: int) -> bool:
        """Whether a name after the author only tells whose relation they are: 我是李强的同学, 我是李强老婆."""
        end, later = self._events.all[place].end, self._events.neighbour(place, 1)
        related = isinstance(later, Mention) and later.relation != "" and later.start == end
        return related or self._text[end : end + 1] == "的"

    def _gives_own_name(self, place: int, before: Event) -> bool:
        """Whether the author goes on to their name, or another one: 我在…上班，名叫李强; 本人现名刘昭迪."""
        between, author = self._events.between(place - 1, place), self._scope.author
        own = author.spans[-1:] == [before] if is_name(before) else self._events.is_the_author_of_a_clause(before)
        if own and is_called_otherwise(between):
            return True
        alone = self._scope.head is None and not author.named and author.spans[-1:] == [before]
        return alone and cues.goes_on_to_a_name(between)

    def told_to_be(self, place: int, mention: Mention) -> Entity | None:
        """The name whose bearer is told to be a relation of the name after it: 张丽是李国强的老婆，."""
        named, owner = self._events.neighbour(place, -2), self._events.neighbour(place, -1)
        if mention.owner is not None or not (isinstance(named, Entity) and is_name(named) and is_name(owner)):
            return None
        stands = (
            self._events.between(place - 1, place) == "的"
            and ((told := self._events.between(place - 2, place - 1)) == "," or cues.IS_SOMEBODYS.fullmatch(told))
            and self._text[mention.end : mention.end + 1] in _BREAKS
        )
        return named if stands else None

    def is_somebodys(self, place: int, name: Entity) -> Draft | None:
        """Who is told to be something to the bearer of the name that follows theirs: 陈刚是局长李强的小舅子."""
        before = self._events.neighbour(place, -1)
        if not (isinstance(before, Entity) and is_name(before)):
            return None
        told = cues.of_somebodys(self._text, name, self._events.between(place - 1, place))
        return self._scope.drafts.named(before) if told else None

    def agent(self, place: int, name: Entity, patient: Draft) -> Draft | None:
        """Who did something to the bearer of a name, or to the author's child who bears it."""
        before, head = self._events.neighbour(place, -1), self._scope.head
        if isinstance(before, Mention):
            is_child = before.acted_on and before.relation in words("own_children")
            return head if is_child and head is not patient else None
        told = before is not None and is_name(before)
        if not (told and cues.is_no_subject(self._text, name, self._events.between(place - 1, place))):
            return None
        return self._scope.drafts.named(before) if isinstance(before, Entity) else None

    def is_said_whose(self, place: int) -> bool:
        """Whether after a name whose bearer's a value is not another follows, whose it is: 不是张丽的，是李梅的."""
        named = any(is_name(self._events.neighbour(place, step)) for step in (1, 2))
        return named and cues.BUT_IS.match(self._text, self._events.all[place].end) is not None
