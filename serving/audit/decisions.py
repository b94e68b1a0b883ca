"""What people decided about places of a file, put into its posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import check_spans, decode_json, post_from_record, read_lines
from gaihe.serving.core.schema import Post


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
    proposed: list[object]


def read_decisions(path: str | Path) -> dict[str, list[Decision]]:
    """The decisions of a JSON-lines file, by the post's id; lines without a ``decision`` are passed over.

    Raises:
        PostError: the first bad line, or a file that cannot be read.
    """
    decisions: dict[str, list[Decision]] = defaultdict(list)
    for place, line in read_lines(path):
        if not line.strip():
            continue
        match decode_json(line, place):
            case {
                "id": str(post),
                "start": int(start),
                "end": int(end),
                "proposed": [*proposed],
                "decision": str(choice),
            }:
                if choice not in [*Choice]:
                    raise PostError(f"{place}: 'decision' must be one of {', '.join(Choice)}")
                decisions[post].append(Decision(start, end, Choice(choice), proposed))
            case {"id": str(), "proposed": list()}:
                continue
            case _:
                raise PostError(f"{place}: expected a line of gaihe audit with a 'decision'")
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


def _with(post: Post, decision: Decision) -> Post:
    if decision.choice is Choice.ANNOTATED:
        return post
    kept = [entity for entity in post.entities if entity.end <= decision.start or decision.end <= entity.start]
    if decision.choice is Choice.PROPOSED:
        try:
            kept += post_from_record({"id": post.id, "text": post.text, "entities": decision.proposed}).entities
        except PostError as error:
            raise PostError(f"post {post.id!r:.60}: a decision does not fit it: {error}") from None
    return replace(post, entities=check_spans(kept))
