"""Whom a post speaks of, from place to place; see `gaihe.serving.verdict.persons.person` for the rules."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.persons import cues
from gaihe.serving.verdict.persons.drafts import Draft, Drafts
from gaihe.serving.verdict.persons.events import Event, Events, is_name
from gaihe.serving.verdict.persons.mentions import Mention, Role
from gaihe.serving.verdict.text import words

_SHARING = 64
"""How many names before a value may share it."""
_OPPOSITE = {"男": "女", "女": "男"}
_TOLD_BELOW = {EntityType.WORKPLACE: "parents", EntityType.SCHOOL: "pupils"}
"""What a form tells below a relative of those who are on a list of ``words.toml``."""
_GIVES_A_NAME = re.compile("的?(?:叫|本名|名)")


class Scope:
    """Whom a post speaks of where it has been read to, and the values that wait for who comes next.

    Attributes:
        drafts: all of whom the post spoke so far.
        author: the post's.
        head: whom the post is about, the author and, where there is somebody else, relatives aside.
        focus: who was spoken of last, relatives and the author too; none after data of who comes next.
        group: the names of a list that just ended, in order.
        column: the same with names that only blanks or commas part.
        agent: who did something to whom was named last, of whom the next clause tells: 陈刚把张丽打了，….
        focus_end: where the mention of who was spoken of last ends.
        kin: the relative who was spoken of last.
        said: who was named in this block, in order.
        waiting: values that are of who is spoken of next.
        met: the last of them that the author told of another, in a clause of their own.
        just_named: whether a name came since the last pronoun or relation.
        is_related: whether the author was mentioned last, as the relative of somebody named: 我是陈刚的妻子.
        signs: whether it was as who signs a complaint: 投诉人李梅.
        in_a_field: whether the line is a field of a form.
    """

    def __init__(self, events: Events) -> None:
        self._text = events.text
        self._events = events
        self.drafts = Drafts()
        self.author = self.drafts.author
        self.head: Draft | None = None
        self._head_at = 0
        self.focus: Draft | None = None
        self.agent: Draft | None = None
        self.focus_end = 0
        self.group: list[Draft] = []
        self.column: list[Draft] = []
        self.kin: Draft | None = None
        self._relative_of = ""
        self._called: dict[str, Draft] = {}
        self.said: list[Draft] = []
        self.waiting: list[Entity] = []
        self.met: Entity | None = None
        self.just_named = False
        self.is_related = False
        self.signs = False
        self.in_a_field = False
        self._aside: tuple[int, Draft, int, Draft | None] | None = None

    def look_at(self, draft: Draft, place: int) -> None:
        """From here on the post speaks of somebody."""
        self.focus, self.group, self.column, self.agent = draft, [], [], None
        self.focus_end = self._events.all[place].end
        if not draft.is_author and (not draft.relation or self.head is None):
            if draft not in (self.head, self.kin):
                self.kin = None
            self.head, self._head_at = draft, place

    def look_at_relative(self, place: int, mention: Mention) -> None:
        """From here on the post speaks of somebody's relative."""
        self._relative_of, self.kin = self._text[mention.start], self._relative(place, mention)
        self.look_at(self.kin, place)

    def look_away(self) -> None:
        """What comes next is of nobody who was spoken of."""
        self.focus, self.group, self.column = None, [], []

    def begin_anew(self, *, goes_on: bool) -> None:
        """Go on to a block of its own, or to the next number of a list that goes on."""
        self.give_what_waits(self.head)
        self.look_away()
        self._called = {}
        if not goes_on:
            self.said = []

    def go_on_to(self, draft: Draft, place: int) -> None:
        """Go on to somebody, whose is what came before any mention."""
        self.give_what_waits(draft)
        self.look_at(draft, place)

    def leave_head(self) -> None:
        """Speak no more of who was spoken of so far, whose is what came before any mention."""
        self.give_what_waits(self.head)
        self.head = None

    def wait(self, value: Entity) -> None:
        """Keep a value for who is spoken of next."""
        self.waiting.append(value)

    def is_the_author(self, draft: Draft, name: Entity) -> Draft:
        """Somebody who was named before turns out to be the author, who signs with the name."""
        if draft is not self.author:
            self.author.spans += draft.spans
            draft.spans = []
            self.head = None if self.head is draft else self.head
        return self.drafts.name(self.author, name)

    def give_what_waits(self, draft: Draft | None) -> None:
        """Give the values that wait to somebody, or to somebody new."""
        if self.waiting:
            bearer = draft or self.drafts.new()
            bearer.spans.extend(self.waiting)
            bearer.met |= self.met in self.waiting
            self.waiting = []

    def leave_or_enter_aside(self, place: int, event: Event) -> None:
        """After an aside in brackets that tells of somebody, go on with who was spoken of before it."""
        if self._aside and event.start >= self._aside[0]:
            _, self.focus, self.focus_end, self.head = self._aside
            self._aside = None
        end = self._events.aside(event.start)
        if end is None or self._aside or not (isinstance(event, Mention) or is_name(event)):
            return
        after = self._events.neighbour(place, 1)
        told = is_name(event) or (isinstance(after, Entity) and after.start < end)
        if told and self.focus:
            self._aside = end, self.focus, self.focus_end, self.head

    def whose(self, value: Entity) -> Draft | None:
        """Who is spoken of where a value stands."""
        focus = self.focus
        if self.agent and focus and self._goes_on_of_the_agent(focus, value):
            self.focus = self.head = focus = self.agent
        if focus and self.in_a_field and focus.relation and self.head and self._is_of_the_form(focus, value):
            self.focus = focus = self.head
        if focus and not cues.is_contact(value) and self._is_told_by_a_number(focus, value):
            self.focus = focus = self.head
        if focus is None or (focus.named and not focus.is_author):
            return focus
        if focus.is_author:
            ends = self._events.sentences if self.just_named else self._events.clauses
            signed = self.signs and self.in_a_field
            ended = self.head is not None and not signed and self.ended(ends, value.start)
            if ended and self.is_related and not self.ended(self._events.sentences, value.start):
                own = cues.is_contact(value) or value.type == EntityType.BANK_CARD
                return focus if own else self.head
        else:
            ended = bool(focus.relation) and self.ended(self._events.sentences, value.start)
        if ended and self.head is not None:
            self.focus = self.head
        return self.focus

    def _goes_on_of_the_agent(self, patient: Draft, value: Entity) -> bool:
        """Whether a value is of who did something, and not of whom it was done to; of a child only a contact is."""
        return self.ended(self._events.clauses, value.start) and (cues.is_contact(value) or not patient.relation)

    def _is_told_by_a_number(self, relative: Draft, value: Entity) -> bool:
        """Whether all of a relative is told, of whom there is a number alone: 陈刚，父138…，母139…，住…."""
        if not relative.relation or relative.named or not any(map(cues.is_contact, relative.spans)):
            return False
        if not self.in_a_field and self.head and self.head.named and cues.has_a_label(self._text, value):
            return True
        told_so = relative.relation in words("in_rows") + words("attached")
        return told_so and self._relative_of == relative.relation[0]

    def _is_of_the_form(self, relative: Draft, value: Entity) -> bool:
        """Whether a field of a form, after a relative, is of who filled it in.

        The relative's is a contact, where they have none, what who filled it in has already, a parent's employer and a
        child's school.
        """
        line = self._events.layout.lines[self._events.layout.line(value.start)]
        begun = cues.field_of(self._text, value, line.start)
        if self.focus_end > begun or (cues.is_contact(value) and not any(map(cues.is_contact, relative.spans))):
            return False
        if any(span.type == value.type for span in relative.spans):
            return True
        filled = self.head is not None and any(span.type == value.type for span in self.head.spans)
        kind = EntityType.WORKPLACE if "单位" in self._text[begun : value.start] else value.type
        told_below = kind in _TOLD_BELOW and relative.relation in words(_TOLD_BELOW[kind])
        return not (filled or told_below)

    def ended(self, ends: Sequence[int], position: int) -> bool:
        """Whether a sentence or clause ends between where the focus was set and a position."""
        place = bisect_left(ends, self.focus_end)
        return place < len(ends) and ends[place] < position

    def _relative(self, place: int, mention: Mention) -> Draft:
        """The person of a relation; the same relation of the same person is the same person."""
        if mention.owner is Role.AUTHOR:
            owner: Draft | None = self.author
        else:
            owner = self.focus if is_name(self._events.neighbour(place, -1)) else self.head
            if mention.owner is None and owner is not None and self._is_the_same_relative(owner, place, mention):
                return owner
        return self.drafts.related(owner, mention.relation)

    def _is_the_same_relative(self, relative: Draft, place: int, mention: Mention) -> bool:
        """Whether a line goes on of a relative of nobody in particular: 表弟电话138…，表弟在…."""
        line = self._events.layout.line
        another = relative.named and self._events.is_named_next(place)
        on = line(mention.start) == line(self.focus_end)
        return relative.relation == mention.relation and on and not another

    def without(self, kind: EntityType) -> list[Draft]:
        """Those who were named in this block and of whom no value of a type was told."""
        return [draft for draft in self.all_said() if all(span.type != kind for span in draft.spans)]

    def all_said(self) -> list[Draft]:
        """Those who were named in this block, in order."""
        return list(dict.fromkeys(self.said[-_SHARING:]))

    def last_two(self) -> list[Draft]:
        """The last two of those who were named in this block, in order."""
        return list(dict.fromkeys(reversed(self.said[-_SHARING:])))[1::-1]

    def one_of_several(self, mention: Mention) -> Draft | None:
        """One of those who are told apart by what they are called: 刘老师 and 王老师, 男方 and 女方, 前者 and 后者."""
        word = self._text[mention.start : mention.end]
        if word in ("前者", "后者") and len(last := self.last_two()) > 1:
            return last[word == "后者"]
        if mention.calling:
            return self._called.setdefault(mention.calling, self.drafts.new())
        side = self._text[mention.start]
        if side not in _OPPOSITE:
            return None
        two = list(dict.fromkeys(self.column or self.group))
        if len(two) == 2 and side not in self._called:
            self._called[side], self._called[_OPPOSITE[side]] = two
            return two[0]
        if self.head is not None and self.head is self._called.get(_OPPOSITE[side]):
            self.leave_head()
            self._called.setdefault(side, self.drafts.new())
            return self._called[side]
        self._called[side] = self.head or self.drafts.new()
        return self._called[side]

    def is_an_adversary(self, mention: Mention) -> bool:
        """Whether a word is of who did something to those before it: 我女儿被骗，骗子叫…, 李梅是受害者，骗子…."""
        head, at = self.head, self._events.all[self._head_at]
        if head is None or not (head.relation or head.named):
            return False
        if head.named and not (
            cues.is_a_victim(self._text, at.start, at.end) and cues.is_told_of(self._text, mention.end)
        ):
            return False
        before, word = self._text[mention.start - 1 : mention.start], self._text[mention.start : mention.end]
        return before == "被" or (before not in ("是", "个", "这", "那") and word in words("adversaries"))

    def is_the_owner(self, place: int, mention: Mention) -> bool:
        """Whether a pronoun is of the one whose relative was spoken of: 她老公…，她电话; 她妈…。她叫张丽; 你妈，你…."""
        head, relative = self.head, self._events.all[self._head_at]
        if head is None or not head.relation:
            return False
        pronoun = self._text[mention.start : mention.end]
        if pronoun == "她" and cues.is_male(head.relation):
            return True
        of_another = isinstance(relative, Mention) and relative.owner is Role.OTHER
        if not of_another or not self._text.startswith(pronoun, relative.start):
            return False
        named_next = not head.named and is_name(self._events.neighbour(place, 1))
        return pronoun == "你" or (named_next and _GIVES_A_NAME.match(self._text, mention.end) is not None)

    def is_the_relative(self, kin: Draft, mention: Mention) -> bool:
        """Whether a pronoun is of a relative, and not of whose relative it is: 她丈夫…，他电话; 他老婆…，她电话."""
        pronoun = self._text[mention.start : mention.end]
        if {pronoun, self._relative_of} != {"他", "她"}:
            return False
        return cues.is_male(kin.relation) == (pronoun == "他")

    def is_of_a_chain(self, mention: Mention) -> bool:
        """Whether a post goes on from a relative without a name to a relative of theirs: 我男朋友的前女友."""
        head = self.head
        chained = mention.owner is Role.AUTHOR and "的" in mention.relation
        return chained and head is not None and bool(head.relation) and not head.named

    def in_focus(self, place: int) -> Draft:
        """Who was spoken of last before an event."""
        return self.focus or self._named_before(place)

    def _named_before(self, place: int) -> Draft:
        before = self._events.all[place - 1]
        return self.drafts.named(before) if isinstance(before, Entity) else self.drafts.new()
