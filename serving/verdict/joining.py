"""One pass over a post, which gives every entity to a person; see `gaihe.serving.verdict.persons` for the rules."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.layout import Kind, Layout
from gaihe.serving.verdict.mentions import Mention, Role, mentions
from gaihe.serving.verdict.text import plain

_IS_NAMED = re.compile(
    r"[,:(\s]{0,3}(?:的)?(?:真实)?(?:姓名|名字|本名|真名|大名|全名)?(?:就是|是|叫做|叫|名叫|为|,叫)?[:\s“\"「【(《]{0,3}"
)
_JOINED = re.compile(r"\s?(?:、|和|与|跟|及|以及|&|/|还有)\s?")
_LISTED = re.compile(r"[、,/;和及或\s]{1,4}")
_SAME_AS = re.compile(r"[,:(\s就]{0,3}(?:是|乃)?[\s]?")
_OF_THE_NEXT = re.compile(
    r"\s?(?:[(\[]|(?:这个?|号码?)?[就也]?(?:是|归|属于))\s?(?:联系人|机主|户名|收件人|姓名)?[:\s]?"
)
_NEAR = 4
"""Characters between data and the author after it, who it then belongs to."""
_SENTENCE_ENDS = re.compile(r"[。!?\n]")
_CLAUSE_ENDS = re.compile(r"[,。!?;\n]")


@dataclass(eq=False, slots=True)
class Draft:
    """A person while the post is read."""

    spans: list[Entity] = field(default_factory=list)
    relation: str = ""
    is_author: bool = False
    named: bool = False


class Joining:
    """One pass over a post from its beginning to its end."""

    def __init__(self, text: str, entities: Sequence[Entity]) -> None:
        self._text = text
        self._layout = Layout(text, entities)
        self._events: list[Entity | Mention] = sorted(
            [*entities, *mentions(text, entities)], key=lambda event: (event.start, event.end)
        )
        self._sentences = [match.start() for match in _SENTENCE_ENDS.finditer(text)]
        self._clauses = [match.start() for match in _CLAUSE_ENDS.finditer(text)]
        self._author = Draft(is_author=True)
        self._drafts = [self._author]
        self._by_name: dict[str, Draft] = {}
        self._by_relation: dict[tuple[Draft | None, str], Draft] = {}
        self._head: Draft | None = None
        self._focus: Draft | None = None
        self._focus_end = 0
        self._group: list[Draft] = []
        self._shares: dict[int, Draft] = {}
        self._pending: list[Entity] = []
        self._forward = False

    def drafts(self) -> list[Draft]:
        """The persons that something is said of."""
        line = -1
        blocks = self._blocks()
        for place, event in enumerate(self._events):
            at = self._layout.line(event.start)
            if at != line:
                self._enter(range(line + 1, at + 1), place, blocks)
                line = at
            if isinstance(event, Mention):
                self._mention(place, event)
            elif event.type == EntityType.NAME:
                self._name(place, event)
            else:
                self._value(place, event)
        self._flush(self._head)
        return [draft for draft in self._drafts if draft.spans]

    def _blocks(self) -> dict[int, list[Entity]]:
        """The entities of each block, by the line that opens it."""
        blocks: dict[int, list[Entity]] = {0: []}
        openings = [index for index, line in enumerate(self._layout.lines) if line.opens or index == 0]
        for event in self._events:
            if isinstance(event, Entity):
                opening = openings[bisect_left(openings, self._layout.line(event.start) + 1) - 1]
                blocks.setdefault(opening, []).append(event)
        return blocks

    def _enter(self, lines: range, place: int, blocks: dict[int, list[Entity]]) -> None:
        """Go on to a line: a block with names of its own begins anew, a row belongs to its name."""
        for index in lines:
            if self._layout.lines[index].opens or index == 0:
                held = blocks.get(index, [])
                names = [entity for entity in held if entity.type == EntityType.NAME]
                if names:
                    self._flush(self._head)
                    self._focus, self._group = None, []
                self._forward = len(names) > 1 and held[0] is not names[0] and held[-1] is names[-1]
        line = self._layout.lines[lines[-1]]
        if line.kind is Kind.PLAIN:
            return
        self._flush(self._head)
        self._forward = False
        if line.kind is Kind.NAMELESS_ROW:
            self._look_at(self._new(), place)
            return
        for event in self._events[place:]:
            if isinstance(event, Entity) and event.type == EntityType.NAME:
                self._look_at(self._named(event), place)
                return

    def _mention(self, place: int, mention: Mention) -> None:
        before, after = self._neighbour(place, -1), self._neighbour(place, 1)
        if mention.role is Role.RELATION:
            named_next = _is_name(after) and _IS_NAMED.fullmatch(self._between(place, place + 1)) is not None
            if mention.title and not named_next:
                return
            of_the_author = _is_name(before) and mention.owner is Role.AUTHOR and not named_next
            if of_the_author and _SAME_AS.fullmatch(self._between(place - 1, place)):
                self._focus_of(place).relation = mention.relation
                return
            self._look_at(self._relative(place, mention), place)
        elif mention.role is Role.OTHER:
            self._flush_to(self._head or self._new(), place)
        elif not self._pending or mention.start - self._pending[-1].end <= _NEAR:
            self._flush_to(self._author, place)

    def _name(self, place: int, name: Entity) -> None:
        before = self._neighbour(place, -1)
        key = _key(name)
        draft = self._by_name.get(key)
        bound = self._bound(place, before, name)
        if draft is None:
            draft = bound or self._new()
            self._by_name[key] = draft
        elif bound is not None and bound is not draft and not bound.named:
            draft.spans += bound.spans
            draft.relation = draft.relation or bound.relation
            bound.spans = []
        draft.spans.append(name)
        draft.named = True
        joined = _is_name(before) and _JOINED.fullmatch(self._between(place - 1, place)) is not None
        group = [*self._group, draft] if joined else [draft]
        self._flush_to(draft, place)
        self._group = group
        if self._forward:
            self._focus = None

    def _bound(self, place: int, before: Entity | Mention | None, name: Entity) -> Draft | None:
        """The person that the mention right before a name stands for, where the name is that person's."""
        if before is None or self._focus is None:
            return None
        gap = self._between(place - 1, place)
        if isinstance(before, Entity):
            stands_before = self._stands_before_its_name(place - 1, before) and self._focus.spans[-1:] == [before]
            return self._focus if stands_before and self._focus.relation and not self._focus.named else None
        if not _IS_NAMED.fullmatch(gap) or self._focus.named:
            return None
        if before.role is Role.AUTHOR:
            following = self._text[name.end : name.end + 1]
            later = self._neighbour(place, 1)
            of_it = isinstance(later, Mention) and later.role is Role.RELATION and later.start == name.end
            return None if following == "的" or of_it else self._author
        return self._focus

    def _value(self, place: int, value: Entity) -> None:
        share = self._shares.pop(place, None)
        if share is not None:
            share.spans.append(value)
            return
        if self._forward or self._is_of_the_next(place, value):
            self._pending.append(value)
            if not self._forward:
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

    def _is_of_the_next(self, place: int, value: Entity) -> bool:
        """Whether a value is said to be of the name that follows it."""
        if not _is_name(self._neighbour(place, 1)):
            return False
        if _OF_THE_NEXT.fullmatch(self._between(place, place + 1)):
            return True
        of_a_relative = self._focus is not None and self._focus.relation and not self._focus.named
        return self._stands_before_its_name(place, value) and not of_a_relative

    def _stands_before_its_name(self, place: int, value: Entity) -> bool:
        """Whether a school or an employer stands right before a name: 税务局的张丽."""
        return (
            value.type in (EntityType.SCHOOL, EntityType.WORKPLACE)
            and _is_name(self._neighbour(place, 1))
            and self._between(place, place + 1).strip() in ("", "的")
        )

    def _share(self, place: int, value: Entity) -> None:
        """Give a list of persons what follows it: one value each, or each of them all."""
        run = [place]
        while (after := self._neighbour(run[-1], 1)) and isinstance(after, Entity) and after.type == value.type:
            if not _LISTED.fullmatch(self._between(run[-1], run[-1] + 1)) or len(run) == len(self._group):
                break
            run.append(run[-1] + 1)
        if len(run) == len(self._group):
            self._shares = dict(zip(run[1:], self._group[1:], strict=True))
            self._group[0].spans.append(value)
            return
        for draft in dict.fromkeys(self._group):
            draft.spans.append(value)

    def _in_scope(self, value: Entity) -> Draft | None:
        """Who is spoken of where a value stands."""
        focus = self._focus
        if focus is None or (focus.named and not focus.is_author):
            return focus
        if focus.is_author:
            ended = self._head is not None and self._ended(self._clauses, value.start)
        else:
            ended = bool(focus.relation) and self._ended(self._sentences, value.start)
        if ended and self._head is not None:
            self._focus = self._head
        return self._focus

    def _ended(self, ends: Sequence[int], position: int) -> bool:
        """Whether a sentence or clause ends between where the focus was set and a position."""
        place = bisect_left(ends, self._focus_end)
        return place < len(ends) and ends[place] < position

    def _relative(self, place: int, mention: Mention) -> Draft:
        """The person of a relation; the same relation of the same person is the same person."""
        if mention.owner is Role.AUTHOR:
            owner: Draft | None = self._author
        else:
            owner = self._focus if _is_name(self._neighbour(place, -1)) else self._head
        key = (owner, mention.relation)
        if key not in self._by_relation:
            self._by_relation[key] = self._new()
            self._by_relation[key].relation = mention.relation
        return self._by_relation[key]

    def _named(self, name: Entity) -> Draft:
        key = _key(name)
        if key not in self._by_name:
            self._by_name[key] = self._new()
        return self._by_name[key]

    def _new(self) -> Draft:
        draft = Draft()
        self._drafts.append(draft)
        return draft

    def _look_at(self, draft: Draft, place: int) -> None:
        """From here on the post speaks of somebody."""
        self._focus, self._group = draft, []
        self._focus_end = self._events[place].end
        if not draft.is_author and (not draft.relation or self._head is None):
            self._head = draft

    def _flush_to(self, draft: Draft, place: int) -> None:
        """Go on to somebody, whose is what came before any mention."""
        self._flush(draft)
        self._look_at(draft, place)

    def _flush(self, draft: Draft | None) -> None:
        if self._pending:
            (draft or self._new()).spans.extend(self._pending)
            self._pending = []

    def _focus_of(self, place: int) -> Draft:
        return self._focus or self._named_before(place)

    def _named_before(self, place: int) -> Draft:
        before = self._events[place - 1]
        return self._named(before) if isinstance(before, Entity) else self._new()

    def _neighbour(self, place: int, step: int) -> Entity | Mention | None:
        other = place + step
        return self._events[other] if 0 <= other < len(self._events) else None

    def _between(self, place: int, later: int) -> str:
        return self._text[self._events[place].end : self._events[later].start]


def _is_name(event: Entity | Mention | None) -> bool:
    return isinstance(event, Entity) and event.type == EntityType.NAME


def _key(name: Entity) -> str:
    return "".join((name.value or plain(name.text)).split())
