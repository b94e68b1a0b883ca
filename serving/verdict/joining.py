"""One pass over a post, which gives every entity to a person; see `gaihe.serving.verdict.persons` for the rules."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict import cues
from gaihe.serving.verdict.cues import Called
from gaihe.serving.verdict.drafts import Draft, Drafts, name_key
from gaihe.serving.verdict.events import Event, Events, alternate, is_name
from gaihe.serving.verdict.layout import Kind
from gaihe.serving.verdict.mentions import Mention, Role
from gaihe.serving.verdict.text import words

_OWNED = re.compile(
    r"[,\s()]?(?:[就都也]?(?:是|归|属于)(?:我|俺|本人)(?!被|在|从|[昨今前刚])"
    r"|(?:请|欢迎|可以?|直接)?(?:联系|找|私|加|打|拨)(?:我|俺|本人)(?:的?(?:电话|手机|微信|号)|[^\u4e00-\u9fff]|$)"
    r"|(?:我|俺|本人)(?:的?(?:号|电话|手机号|微信|生日|[^\u4e00-\u9fff]|$)|是(?!被|受害|苦主|[真说想要])|[叫姓名]|本人))"
)
"""What follows data of the author's: 138…是我的, 138…，联系我, 138…，我叫…."""
_CLOSE = re.compile(r"[,\s。]?")
_CLAUSE_END = re.compile(r"[,。;!?\n]")
_OPPOSITE = {"男": "女", "女": "男"}
_IS = re.compile("就?是|系|,")
_CALLED = re.compile(",名?叫")
"""After the author at the end of a clause, whom somebody is said to do something to: 她换号加我，叫张丽."""
_GIVES_A_NAME = re.compile("的?(?:叫|本名|名)")
_BREAKS = ("", ",", "。", ";", "\n")
_SHARING = 64
"""How many names before a value may share it."""


class Joining:
    """One pass over a post from its beginning to its end."""

    def __init__(self, text: str, entities: Sequence[Entity]) -> None:
        self._text = text
        self._events = Events(text, entities)
        self._many = len({name_key(entity) for entity in entities if entity.type == EntityType.NAME}) > 1
        self._drafts = Drafts()
        self._author = self._drafts.author
        self._head: Draft | None = None
        self._head_at = 0
        self._focus: Draft | None = None
        self._focus_end = 0
        self._group: list[Draft] = []
        self._kin: Draft | None = None
        self._relative_of = ""
        self._called: dict[str, Draft] = {}
        self._shares: dict[int, Draft] = {}
        self._pending: list[Entity] = []
        self._forward = False
        self._field = False
        self._just_named = False
        self._said: list[Draft] = []
        self._led: list[Entity] = []
        self._aside: tuple[int, Draft, int, Draft | None] | None = None

    def drafts(self) -> list[Draft]:
        """The persons that something is said of."""
        line = -1
        blocks = self._events.blocks()
        for place, event in enumerate(self._events.all):
            at = self._events.layout.line(event.start)
            if at != line:
                self._enter(range(line + 1, at + 1), place, blocks)
                line = at
            self._leave_or_enter_aside(place, event)
            if isinstance(event, Mention):
                self._mention(place, event)
            elif event.type == EntityType.NAME:
                self._name(place, event)
            else:
                self._value(place, event)
        self._flush(self._head)
        return self._drafts.told_of()

    def _enter(self, lines: range, place: int, blocks: dict[int, list[Entity]]) -> None:
        """Go on to a line: a block with names of its own begins anew, a row belongs to its name."""
        for index in lines:
            if self._events.layout.lines[index].opens or index == 0:
                held = blocks.get(index, [])
                names = [entity for entity in held if entity.type == EntityType.NAME]
                if names and self._many:
                    self._flush(self._head)
                    self._focus, self._group, self._said, self._called = None, [], [], {}
                self._forward = alternate(held)
        line = self._events.layout.lines[lines[-1]]
        self._field = cues.begins_with_a_field(self._text[line.start : line.end])
        if line.kind is Kind.PLAIN:
            return
        self._flush(self._head)
        self._forward = False
        if line.kind is Kind.NAMELESS_ROW:
            self._look_at(self._drafts.new(), place)
            return
        for event in self._events.all[place:]:
            if isinstance(event, Entity) and event.type == EntityType.NAME:
                self._look_at(self._drafts.named(event), place)
                return

    def _leave_or_enter_aside(self, place: int, event: Event) -> None:
        """After an aside in brackets that tells of somebody, go on with who was spoken of before it."""
        if self._aside and event.start >= self._aside[0]:
            _, self._focus, self._focus_end, self._head = self._aside
            self._aside = None
        end = self._events.aside(event.start)
        if end is None or self._aside or not (isinstance(event, Mention) or is_name(event)):
            return
        after = self._events.neighbour(place, 1)
        told = is_name(event) or (isinstance(after, Entity) and after.start < end)
        if told and self._focus:
            self._aside = end, self._focus, self._focus_end, self._head

    def _mention(self, place: int, mention: Mention) -> None:
        self._just_named = False
        before, after = self._events.neighbour(place, -1), self._events.neighbour(place, 1)
        if mention.role is Role.RELATION:
            named_next = is_name(after) and cues.IS_NAMED.fullmatch(self._events.between(place, place + 1)) is not None
            if mention.title and not named_next:
                return
            if named := self._told_to_be(place, mention):
                draft = self._drafts.named(named)
                draft.relation = draft.relation or mention.relation
                self._look_at(draft, place)
                return
            of_the_author = is_name(before) and mention.owner is Role.AUTHOR and not named_next
            if of_the_author and cues.SAME_AS.fullmatch(self._events.between(place - 1, place)):
                self._focus_of(place).relation = mention.relation
                return
            if mention.acted_on and not named_next and self._acts_on(place):
                return
            if self._is_of_a_chain(mention):
                self._leave_head()
            elif mention.owner is not Role.AUTHOR and self._head is None and self._is_told_of_the_owner(mention):
                self._flush_to(self._drafts.new(), place)
            self._relative_of, self._kin = self._text[mention.start], self._relative(place, mention)
            self._look_at(self._kin, place)
        elif mention.role is Role.OTHER:
            if self._kin and self._is_the_relative(self._kin, mention):
                self._flush_to(self._kin, place)
                return
            if self._is_an_adversary(mention) or self._is_the_owner(place, mention):
                self._leave_head()
            self._flush_to(self._one_of_several(mention) or self._head or self._drafts.new(), place)
        elif not self._pending or self._owns(place, self._pending[-1]):
            self._flush_to(self._author, place)

    def _acts_on(self, place: int) -> bool:
        """Whether somebody is spoken of who acts on a relative of whom nothing is told at once."""
        after = self._events.neighbour(place, 1)
        told = isinstance(after, Entity) and (
            cues.told_at_once(self._events.between(place, place + 1)) or cues.of_a_patient(self._text, after)
        )
        return not told and (self._head is not None or bool(self._pending))

    def _is_told_of_the_owner(self, relative: Mention) -> bool:
        """Whether what came before a relative is of whose relative they are: 住新河小区的老太婆，儿子叫马超."""
        if not self._pending or relative.relation == "孩子":
            return False
        return _CLAUSE_END.search(self._text, self._pending[-1].end, relative.start) is not None

    def _owns(self, place: int, value: Entity) -> bool:
        """Whether a value before the author is said to be theirs, or they give their name right after it."""
        author, after = self._events.all[place], self._events.neighbour(place, 1)
        if is_name(after) and not self._events.between(place, place + 1):
            return _CLOSE.fullmatch(self._text, value.end, author.start) is not None
        owned = _OWNED.match(self._text, value.end)
        return owned is not None and author.start < owned.end()

    def _one_of_several(self, mention: Mention) -> Draft | None:
        """One of those who are told apart by what they are called: 刘老师 and 王老师, 男方 and 女方."""
        if mention.calling:
            return self._called.setdefault(mention.calling, self._drafts.new())
        side = self._text[mention.start]
        if side not in _OPPOSITE:
            return None
        if self._head is not None and self._head is self._called.get(_OPPOSITE[side]):
            self._leave_head()
            self._called.setdefault(side, self._drafts.new())
            return self._called[side]
        self._called[side] = self._head or self._drafts.new()
        return self._called[side]

    def _told_to_be(self, place: int, mention: Mention) -> Entity | None:
        """The name whose bearer is told to be a relation of the name after it: 张丽是李国强的老婆，."""
        named, owner = self._events.neighbour(place, -2), self._events.neighbour(place, -1)
        if mention.owner is not None or not (isinstance(named, Entity) and is_name(named) and is_name(owner)):
            return None
        stands = (
            self._events.between(place - 1, place) == "的"
            and _IS.fullmatch(self._events.between(place - 2, place - 1))
            and self._text[mention.end : mention.end + 1] in _BREAKS
        )
        return named if stands else None

    def _is_an_adversary(self, mention: Mention) -> bool:
        """Whether a word after a relative without a name is of who did something to them: 我女儿被骗，骗子叫…."""
        head = self._head
        if head is None or not head.relation or head.named:
            return False
        before, word = self._text[mention.start - 1 : mention.start], self._text[mention.start : mention.end]
        return before == "被" or (before not in ("是", "个", "这", "那") and word in words("adversaries"))

    def _is_the_owner(self, place: int, mention: Mention) -> bool:
        """Whether a pronoun is of the one whose relative was spoken of: 她老公…，她电话; 她妈…。她叫张丽; 你妈，你…."""
        head, relative = self._head, self._events.all[self._head_at]
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

    def _is_the_relative(self, kin: Draft, mention: Mention) -> bool:
        """Whether a pronoun is of a relative, and not of whose relative it is: 她丈夫…，他电话; 他老婆…，她电话."""
        pronoun = self._text[mention.start : mention.end]
        if {pronoun, self._relative_of} != {"他", "她"}:
            return False
        return cues.is_male(kin.relation) == (pronoun == "他")

    def _is_of_a_chain(self, mention: Mention) -> bool:
        """Whether a post goes on from a relative without a name to a relative of theirs: 我男朋友的前女友."""
        head = self._head
        chained = mention.owner is Role.AUTHOR and "的" in mention.relation
        return chained and head is not None and bool(head.relation) and not head.named

    def _name(self, place: int, name: Entity) -> None:
        before = self._events.neighbour(place, -1)
        draft = self._drafts.known(name)
        bound = self._bound(place, before, name)
        if draft is None:
            draft = self._drafts.name(bound or self._drafts.new(), name)
        elif bound is not None and bound is not draft and not bound.named:
            draft.spans += bound.spans
            draft.relation = draft.relation or bound.relation
            bound.spans = []
        draft.spans.append(name)
        draft.named = True
        joined = is_name(before) and cues.JOINED.fullmatch(self._events.between(place - 1, place)) is not None
        group = [*self._group, draft] if joined else [draft]
        if joined:
            draft.spans += self._led
        elif not self._pending:
            self._led = []
        self._said.append(draft)
        self._just_named = True
        self._flush_to(draft, place)
        self._group = group
        if self._forward:
            self._focus = None

    def _bound(self, place: int, before: Event | None, name: Entity) -> Draft | None:
        """The person who was spoken of before a name, where the name is that person's."""
        if before is None:
            return None
        if self._focus is not None and (draft := self._bound_to_focus(self._focus, place, before, name)):
            return draft
        known = self._focus or self._head
        if known is None:
            return None
        if known.is_author:
            return known if self._gives_own_name(place, before) else None
        if known.relation and cues.introduces(self._text, name):
            return None
        how = cues.called(self._text, name, self._events.between(place - 1, place))
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
        alike = bool(known.spans) and not known.relation and not self._ended(self._events.sentences, name.start)
        return known if alike and cues.apposed(self._text, name, self._events.between(place - 1, place)) else None

    def _bound_to_focus(self, focus: Draft, place: int, before: Event, name: Entity) -> Draft | None:
        """The person in focus, where the name follows at once."""
        if isinstance(before, Entity):
            led_to = focus.spans[-1:] == [before] and self._leads_to_its_name(place - 1)
            asked = focus.is_author and cues.is_contact(before) and focus.spans[-1:] == [before]
            if asked and not focus.named and self._events.between(place - 1, place).isspace():
                return focus
            return focus if led_to else None
        if not cues.IS_NAMED.fullmatch(self._events.between(place - 1, place)) or focus.named:
            return None
        if before.role is Role.AUTHOR:
            called = _CALLED.match(self._text, before.end) is not None
            if called and self._head is not None and not self._events.begins_a_clause(before):
                return None if self._head.named else self._head
            return None if self._is_of_another(place) else self._author
        return focus

    def _value(self, place: int, value: Entity) -> None:
        share = self._shares.pop(place, None)
        if share is not None:
            share.spans.append(value)
            return
        if self._is_told_of(place, value):
            return
        if self._forward or self._is_of_the_next(place):
            self._pending.append(value)
            if not self._forward:
                self._led = [value]
                self._focus, self._group = None, []
            return
        if len(self._group) > 1:
            self._share(place, value)
            return
        focus = self._in_scope(value)
        if focus is None:
            self._pending.append(value)
        else:
            focus.spans.append(value)
            focus.plain |= focus.is_author and self._events.is_plainly_of_the_author(place)

    def _is_told_of(self, place: int, value: Entity) -> bool:
        """Give a value to those whom the words around it say, if they do."""
        if cues.shared(self._text, value) and len(sharing := self._without(value.type)) > 1:
            for draft in sharing:
                draft.spans.append(value)
        elif relative := cues.of_a_relative(self._text, value):
            relation, mine = relative
            self._drafts.related(self._author if mine else self._head, relation).spans.append(value)
        elif cues.of_the_wronged(self._text, value):
            self._drafts.new().spans.append(value)
        elif (
            self._events.asks_of_the_author(place)
            or self._events.is_listed_with_the_authors(place)
            or self._is_signed(place, value)
        ):
            self._author.spans.append(value)
        else:
            return False
        return True

    def _is_signed(self, place: int, value: Entity) -> bool:
        """Whether a contact at the end of a petition is the author's, who gave their name."""
        last = self._events.neighbour(place, 1) is None
        return last and self._author.named and cues.signs_a_petition(self._text, value)

    def _without(self, kind: EntityType) -> list[Draft]:
        """Those who were named in this block and of whom no value of a type was told."""
        return [
            draft for draft in dict.fromkeys(self._said[-_SHARING:]) if all(span.type != kind for span in draft.spans)
        ]

    def _is_of_the_next(self, place: int) -> bool:
        """Whether a value is said to be of the name that follows it."""
        stands_before = self._events.stands_before_its_name(place)
        return self._events.is_of_the_next(place) or (stands_before and not self._leads_to_its_name(place))

    def _leads_to_its_name(self, place: int) -> bool:
        """Whether a value stands between who is spoken of and their name: 我是3栋业主李慧, 她老公是三一重工的李强."""
        focus, before = self._focus, self._events.neighbour(place, -1)
        if focus is None or focus.named or not self._events.stands_before_its_name(place):
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
        related = isinstance(later, Mention) and later.role is Role.RELATION and later.start == end
        return related or self._text[end : end + 1] == "的"

    def _gives_own_name(self, place: int, before: Event) -> bool:
        """Whether the author, of whom alone a post spoke so far, goes on to their name: 我在…上班，名叫李强."""
        alone = self._head is None and not self._author.named and self._author.spans[-1:] == [before]
        return alone and cues.goes_on_to_a_name(self._events.between(place - 1, place))

    def _share(self, place: int, value: Entity) -> None:
        """Give a list of persons what follows it: one value each, or each of them all."""
        run = self._events.list_from(place, len(self._group))
        if len(run) == len(self._group):
            self._shares = dict(zip(run[1:], self._group[1:], strict=True))
            self._group[0].spans.append(value)
            return
        for draft in dict.fromkeys(self._group):
            draft.spans.append(value)

    def _in_scope(self, value: Entity) -> Draft | None:
        """Who is spoken of where a value stands."""
        focus = self._focus
        if focus and self._field and focus.relation and self._head and self._is_of_the_form(focus, value):
            self._focus = focus = self._head
        if focus is None or (focus.named and not focus.is_author):
            return focus
        if focus.is_author:
            ends = self._events.sentences if self._just_named else self._events.clauses
            ended = self._head is not None and self._ended(ends, value.start)
        else:
            ended = bool(focus.relation) and self._ended(self._events.sentences, value.start)
        if ended and self._head is not None:
            self._focus = self._head
        return self._focus

    def _is_of_the_form(self, relative: Draft, value: Entity) -> bool:
        """Whether a field of a form, below a relative, is of who filled it in, and not the relative's number."""
        begun = self._events.layout.lines[self._events.layout.line(value.start)].start
        has_contact = any(map(cues.is_contact, relative.spans))
        return self._focus_end <= begun and (has_contact or not cues.is_contact(value))

    def _ended(self, ends: Sequence[int], position: int) -> bool:
        """Whether a sentence or clause ends between where the focus was set and a position."""
        place = bisect_left(ends, self._focus_end)
        return place < len(ends) and ends[place] < position

    def _relative(self, place: int, mention: Mention) -> Draft:
        """The person of a relation; the same relation of the same person is the same person."""
        if mention.owner is Role.AUTHOR:
            owner: Draft | None = self._author
        else:
            owner = self._focus if is_name(self._events.neighbour(place, -1)) else self._head
        return self._drafts.related(owner, mention.relation)

    def _look_at(self, draft: Draft, place: int) -> None:
        """From here on the post speaks of somebody."""
        self._focus, self._group = draft, []
        self._focus_end = self._events.all[place].end
        if not draft.is_author and (not draft.relation or self._head is None):
            if draft not in (self._head, self._kin):
                self._kin = None
            self._head, self._head_at = draft, place

    def _leave_head(self) -> None:
        """Speak no more of who was spoken of so far, whose is what came before any mention."""
        self._flush(self._head)
        self._head = None

    def _flush_to(self, draft: Draft, place: int) -> None:
        """Go on to somebody, whose is what came before any mention."""
        self._flush(draft)
        self._look_at(draft, place)

    def _flush(self, draft: Draft | None) -> None:
        if self._pending:
            (draft or self._drafts.new()).spans.extend(self._pending)
            self._pending = []

    def _focus_of(self, place: int) -> Draft:
        return self._focus or self._named_before(place)

    def _named_before(self, place: int) -> Draft:
        before = self._events.all[place - 1]
        return self._drafts.named(before) if isinstance(before, Entity) else self._drafts.new()
