"""What a post mentions, in order: spans and words that stand for persons, and the text between them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.persons import callbacks, cues
from gaihe.serving.verdict.persons.authors_clause import is_of_another
from gaihe.serving.verdict.persons.layout import Layout
from gaihe.serving.verdict.persons.mentions import Mention, Role, mentions

Event = Entity | Mention
_OWNED = re.compile(
    r"[,\s()]?(?:[就都也]?(?:是|归|属于)(?:我|俺|本人)(?!被|在|从|[昨今前刚])"
    r"|(?:请|欢迎|可以?|直接)?(?:联系|找|私|加|打|拨)(?:我|俺|本人)(?:的?(?:电话|手机|微信|号)|[^\u4e00-\u9fff]|$)"
    r"|(?:我|俺|本人)(?:的?(?:号|电话|手机号|微信|生日|[^\u4e00-\u9fff]|$)|是(?!被|受害|苦主|[真说想要])|[叫姓名]|本人))"
)
"""What follows data of the author's: 138…是我的, 138…，联系我, 138…，我叫…."""
_CLOSE = re.compile(r"[,\s。]?")
_SENTENCE_ENDS = re.compile(r"[。!?\n]")
_CLAUSE_ENDS = re.compile(r"[,。!?;\n]")
_ASIDE = re.compile(r"\([^()\n]{0,60}\)")
_IN_A_CLAUSE = 24
"""Characters at most between the author and what they tell of another."""
_ENDS_A_CLAUSE = re.compile(r"的(?:[,。!?;\n]|$)")
_NEAR = 4
"""Events between a contact and whose it is."""
_TIES = (EntityType.SCHOOL, EntityType.WORKPLACE)
_HEADS = (*_TIES, EntityType.ADDRESS)


class Events:
    """The spans and mentions of a post, by their place in it.

    Args:
        text: the post, folded.
        entities: its entities in text order.
    """

    def __init__(self, text: str, entities: Sequence[Entity]) -> None:
        self.text = text
        self.layout = Layout(text, entities)
        self.all: list[Event] = sorted(
            [*entities, *mentions(text, entities)], key=lambda event: (event.start, event.end)
        )
        self.sentences = [match.start() for match in _SENTENCE_ENDS.finditer(text)]
        self.clauses = [match.start() for match in _CLAUSE_ENDS.finditer(text)]
        self._searches = callbacks.searches(text)
        asides = [match.span() for match in _ASIDE.finditer(text)]
        self._aside_starts, self._aside_ends = [start for start, _ in asides], [end for _, end in asides]

    def neighbour(self, place: int, step: int) -> Event | None:
        """The event so many places on, or back; ``None`` beyond the ends."""
        other = place + step
        return self.all[other] if 0 <= other < len(self.all) else None

    def between(self, place: int, later: int) -> str:
        """The text between two events."""
        return self.text[self.all[place].end : self.all[later].start]

    def parts_sentences(self, place: int) -> bool:
        """Whether a sentence ends between an event and the next."""
        return _SENTENCE_ENDS.search(self.between(place, place + 1)) is not None

    def begins_a_clause(self, event: Event) -> bool:
        """Whether an event stands at the beginning of the text or right after the end of a clause."""
        at = bisect_left(self.clauses, event.start - 1)
        return event.start == 0 or self.clauses[at : at + 1] == [event.start - 1]

    def aside(self, position: int) -> int | None:
        """Where the brackets end that a position stands in."""
        opened = bisect_right(self._aside_starts, position) - 1
        end = self._aside_ends[opened] if opened >= 0 else 0
        return end if position < end else None

    def blocks(self) -> dict[int, list[Entity]]:
        """The entities of each block, by the line that opens it."""
        blocks: dict[int, list[Entity]] = {0: []}
        openings = [index for index, line in enumerate(self.layout.lines) if line.opens or index == 0]
        for event in self.all:
            if isinstance(event, Entity):
                opening = openings[bisect_left(openings, self.layout.line(event.start) + 1) - 1]
                blocks.setdefault(opening, []).append(event)
        return blocks

    def is_named_next(self, place: int) -> bool:
        """Whether a mention is followed by the name of who is mentioned: 她叫张丽."""
        named = is_name(self.neighbour(place, 1))
        return named and cues.IS_NAMED.fullmatch(self.between(place, place + 1)) is not None

    def is_at_home(self, place: int) -> bool:
        """Whether the author goes on to where they live: 我住桔园小区3栋402."""
        home = self.neighbour(place, 1)
        lives = isinstance(home, Entity) and home.type == EntityType.ADDRESS
        return lives and cues.AT_HOME.fullmatch(self.between(place, place + 1)) is not None

    def goes_on_of_the_author(self, place: int) -> bool:
        """Whether the author goes on to what is theirs: 我叫李梅, 我电话139…, 我住…."""
        own = isinstance(self.neighbour(place, 1), Entity) and cues.told_at_once(self.between(place, place + 1))
        return own or self.is_named_next(place) or self.is_at_home(place)

    def is_of_whom_the_author_met(self, place: int, author_end: int) -> bool:
        """Whether a value is told by the author of another: 我被138…骗了, 我在…见到他, 我跟踪到….

        Args:
            place: the value's.
            author_end: where the author was mentioned last.
        """
        value, after = self.all[place], self.neighbour(place, 1)
        if not isinstance(value, Entity) or value.start - author_end > _IN_A_CLAUSE:
            return False
        if self.is_plainly_of_the_author(place):
            return False
        named = after.start if after and is_name(after) else None
        whom = after.start if isinstance(after, Mention) and after.role is Role.OTHER else named
        return is_of_another(self.text, value, self.text[author_end : value.start], named, whom)

    def is_led_to_another(self, place: int) -> bool:
        """Whether after a value that the author tells of another it is said who they are: 138…，机主陈刚, 138…，他…."""
        after = self.neighbour(place, 1)
        if isinstance(after, Mention):
            return after.role is Role.OTHER
        return is_name(after) and cues.leads_to_whom(self.between(place, place + 1))

    def is_of_the_next(self, place: int) -> bool:
        """Whether the name after a value is said to be of its bearer."""
        named = is_name(self.neighbour(place, 1))
        if named and cues.OF_THE_NEXT.fullmatch(self.between(place, place + 1)):
            return True
        if named and cues.IS_OF.fullmatch(self.between(place, place + 1)):
            return self.ends_a_clause_with_whose(place + 1)
        return self._answered_by_the_next(place) and self._asks(place)

    def ends_a_clause_with_whose(self, place: int) -> bool:
        """Whether 的 after an event ends the clause: 138…，我前夫陈刚的."""
        return _ENDS_A_CLAUSE.match(self.text, self.all[place].end) is not None

    def asks_of_the_author(self, place: int) -> bool:
        """Whether a contact is given to readers without a word of another whose it is, so that it is the author's."""
        return self._asks(place, of_me=True) and not self._answered_by_the_next(place)

    def is_listed_with_the_authors(self, place: int) -> bool:
        """Whether a contact goes on a list that begins with one given as the author's: 有线索请打138…，微信…."""
        for also in range(place, max(0, place - _NEAR), -1):
            value, before = self.all[also], self.all[also - 1]
            if not (isinstance(value, Entity) and isinstance(before, Entity)):
                return False
            if not (
                cues.is_contact(before) and cues.is_contact(value) and cues.ALSO.fullmatch(self.between(also - 1, also))
            ):
                return False
            if self.asks_of_the_author(also - 1) or self.is_plainly_of_the_author(also - 1):
                return True
        return False

    def is_plainly_of_the_author(self, place: int) -> bool:
        """Whether the author gives a contact as their own, in so many words: 联系我138…, 我的电话138…."""
        value, before = self.all[place], self.neighbour(place, -1)
        if not (isinstance(value, Entity) and cues.is_contact(value) and isinstance(before, Mention)):
            return False
        of_another = self.text[before.start : before.end] == "本人" and not self.begins_a_clause(before)
        owned = cues.OWN.fullmatch(self.between(place - 1, place)) is not None
        return before.role is Role.AUTHOR and owned and not of_another

    def is_plainly_where_the_author_lives(self, place: int) -> bool:
        """Whether an address follows the author at the beginning of a clause: 我家桔园小区3栋502, 我住…."""
        value, before = self.all[place], self.neighbour(place, -1)
        if before is None or not self.is_the_author_of_a_clause(before) or not isinstance(value, Entity):
            return False
        bare = value.type == EntityType.ADDRESS and before.end == value.start
        return (bare or self.is_at_home(place - 1)) and not cues.of_who_lives_there(self.text, value)

    def is_the_author_of_a_clause(self, event: Event) -> bool:
        """Whether an event is the author, at the beginning of a clause."""
        return isinstance(event, Mention) and event.role is Role.AUTHOR and self.begins_a_clause(event)

    def owns(self, place: int, value: Entity) -> bool:
        """Whether a value before the author is said to be theirs, or they give their name right after it."""
        author, after = self.all[place], self.neighbour(place, 1)
        if is_name(after) and not self.between(place, place + 1):
            return _CLOSE.fullmatch(self.text, value.end, author.start) is not None
        owned = _OWNED.match(self.text, value.end)
        return owned is not None and author.start < owned.end()

    def _asks(self, place: int, *, of_me: bool = False) -> bool:
        """Whether a contact is given to readers, and nobody, or but the author, spoken of as who answers it."""
        value = self.all[place]
        if not isinstance(value, Entity):
            return False
        asked = callbacks.asked_of_readers(self.text, value)
        if asked is None and self._searches and callbacks.of_who_searches(self.text, value):
            asked = value.start
        if asked is None:
            return False
        spoken_of = (event for event in self.all[max(0, place - _NEAR) : place] if event.start >= asked)
        return not any(
            is_name(event) or (isinstance(event, Mention) and not (of_me and event.role is Role.AUTHOR))
            for event in spoken_of
        )

    def _answered_by_the_next(self, place: int) -> bool:
        named = is_name(self.neighbour(place, 1))
        return named and cues.ANSWERED_BY.fullmatch(self.between(place, place + 1)) is not None

    def stands_before_its_name(self, place: int) -> bool:
        """Whether a school, an employer or an address of a list stands right before a name: 税务局的张丽, 6栋张丽."""
        value = self.all[place]
        if not isinstance(value, Entity) or not is_name(self.neighbour(place, 1)):
            return False
        gap = self.between(place, place + 1)
        if value.type == EntityType.ADDRESS:
            listed = self.text[max(0, value.start - 1) : value.start] in ("", "、", ",", ":", "\n", ";")
            return listed if gap == "" else gap.strip() not in ("", "的") and cues.titled(gap)
        return value.type in _TIES and cues.titled(gap)

    def stands_before_its_calling(self, place: int) -> bool:
        """Whether an address stands right before one of a list who has a number after it: 1201李姐138…."""
        value, after = self.all[place], self.neighbour(place, 1)
        door = isinstance(value, Entity) and value.type == EntityType.ADDRESS
        called = isinstance(after, Mention) and after.calling != ""
        return door and called and not self.between(place, place + 1)

    def is_home_of_the_next(self, place: int) -> bool:
        """Whether an address is told to be of the name after it: 桔园小区3栋402的李梅."""
        value = self.all[place]
        home = isinstance(value, Entity) and value.type == EntityType.ADDRESS
        return home and is_name(self.neighbour(place, 1)) and self.between(place, place + 1) == "的"

    def headed_by(self, place: int) -> list[int]:
        """The places of the names that a value heads, in its line or one in each below it: 高二3班：王芳、陈刚."""
        value, before = self.all[place], self.neighbour(place, -1)
        line = self.layout.line(value.start)
        if not isinstance(value, Entity) or value.type not in _HEADS or not is_name(self.neighbour(place, 1)):
            return []
        opens = before is None or self.layout.line(before.start) != line
        if not opens or not cues.HEADS.fullmatch(self.between(place, place + 1)):
            return []
        by_line, run = "\n" in self.between(place, place + 1), [place + 1]
        for later in range(place + 2, len(self.all)):
            named, gap = is_name(self.all[later]), self.between(later - 1, later)
            if named and run[-1] == later - 1 and cues.JOINED.fullmatch(gap):
                run.append(later)
            elif not by_line:
                break
            elif "\n" in gap:
                if not (named and cues.BEGINS_A_LINE.fullmatch(gap)):
                    break
                run.append(later)
        return run if len(run) > 1 else []

    def list_from(self, place: int, longest: int) -> list[int]:
        """The places of a list of values of one type that begins at a place, so many at most."""
        run, first = [place], self.all[place]
        one_each = cues.ONE_OF_THEM.search(self.text[max(0, first.start - 12) : first.start]) is not None
        part = cues.AND_ANOTHER if one_each else cues.LISTED
        while len(run) < longest and isinstance(after := self.neighbour(run[-1], 1), Entity):
            if not isinstance(first, Entity) or after.type != first.type:
                break
            if not part.fullmatch(self.between(run[-1], run[-1] + 1)):
                break
            run.append(run[-1] + 1)
        return run


def is_name(event: Event | None) -> bool:
    """Whether an event is a name."""
    return isinstance(event, Entity) and event.type == EntityType.NAME


def alternate(held: Sequence[Entity]) -> bool:
    """Whether the names of a block each end a run of values that begins alike: 电话…姓名…电话…姓名."""
    runs: list[list[EntityType]] = [[]]
    for entity in held:
        if entity.type == EntityType.NAME:
            runs.append([])
        else:
            runs[-1].append(entity.type)
    before = runs[:-1]
    return len(before) > 1 and not runs[-1] and all(before) and len({run[0] for run in before}) == 1
