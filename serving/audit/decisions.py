"""What people decided about places of a file, put into its posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import check_spans, decode_json, post_from_record, read_lines
from gaihe.serving.core.schema import Entity, EntityType, Post


class Choice(StrEnum):
    """What stands at a place from now on."""

    ANNOTATED = "annotated"
    PROPOSED = "proposed"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Decision:
    """A choice for a place: `Suspect.record` with a ``decision``."""

    start: int
    end: int
    choice: Choice
    annotated: list[object]
    proposed: list[object]


def read_decisions(path: str | Path) -> dict[str, list[Decision]]:
    """The decisions of a JSON-lines file, by the post's id; lines without a ``decision`` are passed over.

    Raises:
        PostError: the first bad line, lines of which none has a decision, or a file that cannot be read.
    """
    decisions: dict[str, list[Decision]] = defaultdict(list)
    undecided = False
    for place, line in read_lines(path):
        if not line.strip():
            continue
        match decode_json(line, place):
            case {
                "id": str(post),
                "start": int(start),
                "end": int(end),
                "annotated": [*annotated],
                "proposed": [*proposed],
                "decision": choice,
            }:
                if choice not in [*Choice]:
                    raise PostError(f"{place}: 'decision' must be one of {', '.join(Choice)}")
                decisions[post].append(Decision(start, end, Choice(choice), annotated, proposed))
            case {"id": str(), "proposed": list(), **others} if "decision" not in others:
                undecided = True
            case _:
                raise PostError(f"{place}: expected a line of gaihe audit with a 'decision'")
    if undecided and not decisions:
        raise PostError(f"{path}: no line has a 'decision': give what the page saved")
    return decisions


def decided(posts: Iterable[Post], decisions: dict[str, list[Decision]]) -> Iterator[Post]:
    """The posts with what was decided.

    Raises:
        PostError: a decision that does not fit its post, or about no post.
    """
    left = set(decisions)
    for post in posts:
        for decision in decisions.get(post.id, ()):
            post = _with(post, decision)
        left.discard(post.id)
        yield post
    if left:
        raise PostError(f"{len(left)} posts of the decisions are not in the file: give the posts that were audited")


def spans_at(post: Post, start: int, end: int) -> tuple[Entity, ...]:
    """The spans of a post that a decision about a place keeps or takes away: all that share a character with it."""
    return tuple(entity for entity in post.entities if entity.start < end and start < entity.end)


def _with(post: Post, decision: Decision) -> Post:
    start, end = decision.start, decision.end
    held = spans_at(post, start, end)
    if not 0 <= start < end <= len(post.text) or _places(_spans(post, decision.annotated)) != _places(held):
        raise PostError(
            f"post {post.id!r:.60}: a decision is about other spans than it has: give the posts that were audited"
        )
    if decision.choice is Choice.ANNOTATED:
        return post
    kept = [entity for entity in post.entities if entity not in held]
    if decision.choice is Choice.PROPOSED:
        kept += _spans(post, decision.proposed)
    return replace(post, entities=check_spans(kept))


def _spans(post: Post, records: list[object]) -> tuple[Entity, ...]:
    try:
        return post_from_record({"id": post.id, "text": post.text, "entities": records}).entities
    except PostError as error:
        raise PostError(f"post {post.id!r:.60}: a decision does not fit it: {error}") from None


def _places(spans: Iterable[Entity]) -> set[tuple[int, int, EntityType]]:
    return {(span.start, span.end, span.type) for span in spans}
