"""Lists of names, and the values that are shared out among those who stand on them."""

from __future__ import annotations

from collections.abc import Sequence

from gaihe.serving.core.schema import Entity
from gaihe.serving.verdict.persons import cues
from gaihe.serving.verdict.persons.drafts import Draft
from gaihe.serving.verdict.persons.events import Events, is_name
from gaihe.serving.verdict.persons.layout import OF_ONE_PERSON, ROLL
from gaihe.serving.verdict.persons.mentions import Mention, Role
from gaihe.serving.verdict.persons.scope import Scope


class Sharing:
    """The names of a list while a post is read, and what is of each of them.

    Names that only blanks or commas part, or nothing, are a list (`Scope.column`) where as many values as names follow.
    """

    def __init__(self, events: Events, scope: Scope) -> None:
        self._events = events
        self._scope = scope
        self._promised: dict[int, Draft] = {}
        self._listed: list[Draft] = []
        self._column: list[Draft] = []
        self._leading: list[Entity] = []

    def leads(self, value: Entity) -> None:
        """A value stands before a name, and is of all of a list that the name begins: 城东消防站的左梦婷和李国强."""
        self._leading = [value]

    def add(self, place: int, draft: Draft) -> None:
        """Put the bearer of a name on the list that it goes on, or begin another."""
        named = is_name(self._events.neighbour(place, -1))
        gap = self._events.between(place - 1, place) if named else ""
        joined = named and cues.JOINED.fullmatch(gap) is not None
        listed = joined or self._is_listed_relative(place)
        if not listed:
            self._listed = []
        if not (listed or (named and cues.IN_A_COLUMN.fullmatch(gap))):
            self._column = []
        self._listed.append(draft)
        self._column.append(draft)
        if joined:
            draft.spans += self._leading
        elif not self._scope.waiting:
            self._leading = []

    def spoken_of(self) -> None:
        """Those of the list are who is spoken of."""
        self._scope.group, self._scope.column = self._listed, self._column

    def _is_listed_relative(self, place: int) -> bool:
        """Whether a name goes on a list after who it is to the name before: 陈刚和他老婆王芳."""
        relative, named = self._events.neighbour(place, -1), self._events.neighbour(place, -2)
        if not (isinstance(relative, Mention) and relative.role is Role.RELATION and is_name(named)):
            return False
        joined = cues.JOINED.fullmatch(self._events.between(place - 2, place - 1)) is not None
        end = self._events.all[place].end
        return joined and self._events.text[end : end + 1] != "(" and not self._events.between(place - 1, place).strip()

    def is_of_as_many_names(self, place: int) -> bool:
        """Whether the names of a list that begins at a place are as many as the values that wait for them."""
        waiting = self._scope.waiting
        alike = len(waiting) > 1 and len({value.type for value in waiting}) == 1
        if not (alike and is_name(self._events.neighbour(place, 0))):
            return False
        run = self._events.list_from(place, len(waiting) + 1)
        after = self._events.neighbour(run[-1], 1)
        return len(run) == len(waiting) and not (isinstance(after, Entity) and after.type == waiting[0].type)

    def deal_what_waits(self, place: int) -> None:
        """Give the names of a list what stands before it, one value each: 电话：138…、139…，机主陈刚、王芳."""
        if not self.is_of_as_many_names(place):
            return
        for later, value in enumerate(self._scope.waiting, start=place):
            name = self._events.all[later]
            if isinstance(name, Entity):
                self._scope.drafts.named(name).spans.append(value)
        self._scope.waiting, self._leading = [], []

    def heads(self, place: int, value: Entity) -> bool:
        """Give a value to those of a list that it heads, if it heads one: 高二3班：王芳、陈刚."""
        names = [name for later in self._events.headed_by(place) if isinstance(name := self._events.all[later], Entity)]
        for draft in dict.fromkeys(map(self._scope.drafts.named, names)):
            draft.spans.append(value)
        return bool(names)

    def begins_a_roll(self, place: int, value: Entity) -> bool:
        """Give the numbers of a list each to somebody else, where the post speaks of nobody who has so many."""
        if value.type not in OF_ONE_PERSON or self._scope.focus or self._scope.head or self._scope.waiting:
            return False
        run = self._events.list_from(place, len(self._events.all))
        after = self._events.neighbour(run[-1], 1)
        if len(run) < ROLL or (after is not None and not self._events.parts_sentences(run[-1])):
            return False
        self._promised |= {later: self._scope.drafts.new() for later in run}
        return self.keeps_a_promise(place, value)

    def keeps_a_promise(self, place: int, value: Entity) -> bool:
        """Give a value to the one of a list whose it is, if one before it told."""
        draft = self._promised.pop(place, None)
        if draft is not None:
            draft.spans.append(value)
        return draft is not None

    def share(self, place: int, value: Entity) -> bool:
        """Give those of a list what follows it, if there is one: one value each, or each of them all."""
        column, self._scope.column = list(dict.fromkeys(self._scope.column)), []
        if cues.of_both(self._events.text, value) and len(last := self._scope.last_two()) > 1:
            self._scope.group = last
        if len(column) > max(1, len(self._scope.group)):
            of_them_all = len(column) > 2 and cues.of_them_all(self._events.text, value)
            if of_them_all or self._are_as_many(place, column):
                self._scope.group = column
        if cues.in_order(self._events.text, value) and self._are_as_many(place, named := self._scope.all_said()):
            self._scope.group = named
        group = self._scope.group
        if len(group) < 2:
            return False
        run = self._events.list_from(place, len(group))
        if len(run) == len(group):
            self._promised |= zip(run[1:], group[1:], strict=True)
            group[0].spans.append(value)
        else:
            for draft in dict.fromkeys(group):
                draft.spans.append(value)
        return True

    def _are_as_many(self, place: int, drafts: Sequence[Draft]) -> bool:
        """Whether a list of values that begins at a place has one for each of some people."""
        return len(self._events.list_from(place, len(drafts) + 1)) == len(drafts)
