"""One pass over a post, which gives every entity to a person; see `person` for the rules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.persons import callbacks, cues
from gaihe.serving.verdict.persons.drafts import Draft, name_key
from gaihe.serving.verdict.persons.events import Events, alternate, is_name
from gaihe.serving.verdict.persons.layout import Kind
from gaihe.serving.verdict.persons.mentions import Mention, Role
from gaihe.serving.verdict.persons.naming import Naming
from gaihe.serving.verdict.persons.scope import Scope
from gaihe.serving.verdict.persons.sharing import Sharing

_CLAUSE_END = re.compile(r"[,。;!?\n]")


class Joining:
    """One pass over a post from its beginning to its end."""

    def __init__(self, text: str, entities: Sequence[Entity]) -> None:
        self._text = text
        self._events = Events(text, entities)
        self._scope = Scope(self._events)
        self._many = len({name_key(entity) for entity in entities if entity.type == EntityType.NAME}) > 1
        self._naming = Naming(self._events, self._scope)
        self._sharing = Sharing(self._events, self._scope)
        self._others = any(isinstance(event, Mention) and event.role is Role.OTHER for event in self._events.all)
        self._forward = False
        self._numbered = False

    def drafts(self) -> list[Draft]:
        """The persons that something is said of."""
        line = -1
        blocks = self._events.blocks()
        for place, event in enumerate(self._events.all):
            at = self._events.layout.line(event.start)
            if at != line:
                self._enter(range(line + 1, at + 1), place, blocks)
                line = at
            self._scope.leave_or_enter_aside(place, event)
            if isinstance(event, Mention):
                self._mention(place, event)
            elif event.type == EntityType.NAME:
                self._name(place, event)
            else:
                self._value(place, event)
        self._scope.give_what_waits(self._scope.head)
        return self._scope.drafts.told_of()

    def _enter(self, lines: range, place: int, blocks: dict[int, list[Entity]]) -> None:
        """Go on to a line: a block with names of its own begins anew, a row belongs to its name."""
        for index in lines:
            opening = self._events.layout.lines[index]
            if opening.opens or index == 0:
                held = blocks.get(index, [])
                names = [entity for entity in held if entity.type == EntityType.NAME]
                if names and self._many:
                    self._scope.begin_anew(goes_on=opening.numbered and self._numbered)
                    self._numbered = opening.numbered
                self._forward = alternate(held)
        line = self._events.layout.lines[lines[-1]]
        self._scope.in_a_field = cues.begins_with_a_field(self._text[line.start : line.end])
        if line.kind is Kind.PLAIN:
            return
        self._scope.give_what_waits(self._scope.head)
        self._forward = False
        if line.kind is Kind.NAMELESS_ROW:
            self._scope.look_at(self._scope.drafts.new(), place)
            return
        for event in self._events.all[place:]:
            if isinstance(event, Entity) and event.type == EntityType.NAME:
                self._scope.look_at(self._scope.drafts.named(event), place)
                return

    def _mention(self, place: int, mention: Mention) -> None:
        self._scope.just_named = False
        self._scope.is_related = mention.role is Role.AUTHOR and mention.relation != ""
        self._scope.signs = mention.signs
        if mention.role is Role.RELATION:
            self._relative(place, mention)
        elif mention.to_whom:
            self._to_whom(place)
        elif mention.speaker:
            self._scope.go_on_to(self._scope.drafts.named(mention.speaker), place)
        elif mention.role is Role.OTHER:
            self._other(place, mention)
        elif mention.signs:
            self._scope.give_what_waits(self._scope.head)
            self._scope.look_at(self._scope.author, place)
            self._scope.author.plain = True
        elif not self._scope.waiting or self._events.owns(place, self._scope.waiting[-1]):
            self._scope.go_on_to(self._scope.author, place)
        elif (self._others and self._events.is_at_home(place)) or (
            self._scope.met in self._scope.waiting and self._events.goes_on_of_the_author(place)
        ):
            self._scope.go_on_to(self._scope.head or self._scope.drafts.new(), place)
            self._scope.look_at(self._scope.author, place)

    def _relative(self, place: int, mention: Mention) -> None:
        before, named_next = self._events.neighbour(place, -1), self._events.is_named_next(place)
        if mention.title and not named_next:
            return
        if named := self._naming.told_to_be(place, mention):
            draft = self._scope.drafts.named(named)
            draft.relation = draft.relation or mention.relation
            self._scope.look_at(draft, place)
            return
        of_the_author = is_name(before) and mention.owner is Role.AUTHOR and not named_next
        if of_the_author and not mention.quoted and cues.SAME_AS.fullmatch(self._events.between(place - 1, place)):
            self._scope.in_focus(place).relation = mention.relation
            return
        if mention.acted_on and not named_next and self._acts_on(place):
            return
        if self._scope.met in self._scope.waiting and self._is_beside_whom_the_author_met(place, mention):
            self._scope.give_what_waits(self._scope.drafts.new())
        if self._scope.is_of_a_chain(mention):
            self._scope.leave_head()
        elif mention.owner is not Role.AUTHOR and self._scope.head is None and self._is_told_of_the_owner(mention):
            self._scope.go_on_to(self._scope.drafts.new(), place)
        self._scope.look_at_relative(place, mention)

    def _to_whom(self, place: int) -> None:
        """Go on to whom the author speaks to and tells what they have of them, if somebody was spoken of."""
        head = self._scope.head
        if head is not None and head.relation:
            self._scope.leave_head()
            self._scope.look_away()
        elif head is not None:
            head.met = True
            self._scope.go_on_to(head, place)

    def _other(self, place: int, mention: Mention) -> None:
        if self._scope.kin and self._scope.is_the_relative(self._scope.kin, mention):
            self._scope.go_on_to(self._scope.kin, place)
            return
        if self._scope.agent and self._scope.focus and not self._scope.focus.relation:
            is_patient = self._text[mention.start : mention.end] == "她"
            self._scope.go_on_to(self._scope.focus if is_patient else self._scope.agent, place)
            return
        if self._events.is_named_next(place) and self._is_left_to_the_name(place + 1):
            return
        if self._scope.is_an_adversary(mention) or self._scope.is_the_owner(place, mention):
            self._scope.leave_head()
        one = self._scope.one_of_several(mention)
        self._scope.go_on_to(one or self._scope.head or self._scope.drafts.new(), place)

    def _is_left_to_the_name(self, place: int) -> bool:
        """Whether what waits is given with a name, and not with the word before it: …不是张丽的，是骗子陈刚的."""
        of_another = bool(self._scope.waiting) and self._scope.head is not None and self._scope.head.named
        return of_another or self._sharing.is_of_as_many_names(place)

    def _acts_on(self, place: int) -> bool:
        """Whether somebody is spoken of who acts on a relative of whom nothing is told at once."""
        after = self._events.neighbour(place, 1)
        told = isinstance(after, Entity) and (
            cues.told_at_once(self._events.between(place, place + 1)) or cues.of_a_patient(self._text, after)
        )
        return not told and (self._scope.head is not None or bool(self._scope.waiting))

    def _is_told_of_the_owner(self, relative: Mention) -> bool:
        """Whether what came before a relative is of whose relative they are: 住新河小区的老太婆，儿子叫马超."""
        if not self._scope.waiting or relative.relation == "孩子":
            return False
        return _CLAUSE_END.search(self._text, self._scope.waiting[-1].end, relative.start) is not None

    def _is_beside_whom_the_author_met(self, place: int, relative: Mention) -> bool:
        """Whether a relative of the author's is not whose number the author told: 我被湘A…撞了，我老婆王芳报的警."""
        begun = self._events.begins_a_clause(relative)
        theirs = begun and self._events.is_named_next(place) and self._events.ends_a_clause_with_whose(place + 1)
        return relative.owner is Role.AUTHOR and not theirs

    def _name(self, place: int, name: Entity) -> None:
        before = self._events.neighbour(place, -1)
        draft = self._naming.known(place, name)
        bound = self._naming.bound(place, before, name)
        if draft is not None and self._scope.signs and bound is self._scope.author:
            draft = self._scope.is_the_author(draft, name)
        if draft is None:
            draft = self._scope.drafts.name(bound or self._scope.drafts.new(), name)
        elif bound is not None and bound is not draft and not bound.named:
            draft.spans += bound.spans
            draft.relation = draft.relation or bound.relation
            bound.spans = []
        draft.spans.append(name)
        draft.named = True
        self._sharing.add(place, draft)
        self._scope.said.append(draft)
        self._scope.just_named = True
        if cues.denied(self._text, name):
            if not self._naming.is_said_whose(place):
                self._scope.give_what_waits(None)
            self._scope.look_at(draft, place)
            return
        self._sharing.deal_what_waits(place)
        self._scope.go_on_to(draft, place)
        self._sharing.spoken_of()
        self._scope.agent = self._naming.agent(place, name, draft)
        if self._forward:
            self._scope.focus = None
        elif subject := self._naming.is_somebodys(place, name):
            self._scope.look_at(subject, place)

    def _value(self, place: int, value: Entity) -> None:
        if self._sharing.keeps_a_promise(place, value) or self._is_told_of(place, value):
            return
        if self._sharing.heads(place, value) or self._sharing.begins_a_roll(place, value):
            return
        if self._forward or self._is_of_the_next(place):
            self._scope.wait(value)
            if self._is_of_whom_the_author_met(place):
                self._scope.met = value
            if not self._forward:
                self._sharing.leads(value)
                self._scope.look_away()
            return
        if self._is_of_whom_the_author_met(place):
            self._met(place, value)
            return
        if self._sharing.share(place, value):
            return
        focus = self._scope.whose(value)
        if focus is None:
            self._scope.wait(value)
        else:
            focus.spans.append(value)
            focus.plain |= focus.is_author and self._events.is_plainly_of_the_author(place)
            focus.plain |= focus.is_author and self._events.is_plainly_where_the_author_lives(place)

    def _met(self, place: int, value: Entity) -> None:
        """Keep what the author tells of another for who is named next, or give it to who was spoken of before."""
        after, head = self._events.neighbour(place, 1), self._scope.head
        self._scope.wait(value)
        self._scope.met = value
        if head is not None and not head.relation and not self._events.is_led_to_another(place):
            self._scope.go_on_to(head, place)
        elif isinstance(after, Entity) and is_name(after) and cues.vouches(self._text, after):
            self._scope.go_on_to(self._scope.drafts.new(), place)
        else:
            self._sharing.leads(value)
            self._scope.look_away()

    def _is_told_of(self, place: int, value: Entity) -> bool:
        """Give a value to those whom the words around it say, if they do."""
        if cues.shared(self._text, value) and len(sharing := self._scope.without(value.type)) > 1:
            for draft in sharing:
                draft.spans.append(value)
        elif relative := cues.of_a_relative(self._text, value):
            relation, mine = relative
            self._scope.drafts.related(self._scope.author if mine else self._scope.head, relation).spans.append(value)
        elif cues.of_the_wronged(self._text, value):
            self._scope.drafts.new().spans.append(value)
        elif (
            callbacks.of_the_authors_group(self._text, value)
            or self._events.asks_of_the_author(place)
            or self._events.is_listed_with_the_authors(place)
            or self._is_signed(place, value)
        ):
            self._scope.author.spans.append(value)
            self._scope.author.plain |= self._events.is_plainly_of_the_author(place)
        elif callbacks.of_an_office(self._text, value, self._named_until(place)):
            self._scope.drafts.office().spans.append(value)
        else:
            return False
        return True

    def _named_until(self, place: int) -> int:
        """Where the name ends that stands right before a value; 0 where none does."""
        before = self._events.neighbour(place, -1)
        return before.end if before is not None and is_name(before) else 0

    def _is_signed(self, place: int, value: Entity) -> bool:
        """Whether a contact at the end of a petition is the author's, who gave their name."""
        last = self._events.neighbour(place, 1) is None
        return last and self._scope.author.named and callbacks.signs_a_petition(self._text, value)

    def _is_of_the_next(self, place: int) -> bool:
        """Whether a value is said to be of the name that follows it."""
        if self._events.stands_before_its_calling(place):
            return True
        stands_before = self._events.stands_before_its_name(place)
        return self._events.is_of_the_next(place) or (stands_before and not self._naming.leads_to_its_name(place))

    def _is_of_whom_the_author_met(self, place: int) -> bool:
        """Whether a value in a clause of the author's is told of another."""
        ended = self._scope.ended(self._events.clauses, self._events.all[place].start)
        if ended or self._scope.focus is not self._scope.author:
            return False
        return self._events.is_of_whom_the_author_met(place, self._scope.focus_end)
