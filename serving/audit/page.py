"""The page to tick through: one file that needs no network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources

from gaihe.serving.audit.suspects import Suspect
from gaihe.serving.core.schema import Post

CONTEXT = 60
"""Characters before and after a place that are shown."""
_DATA = "__DATA__"


def page(suspects: Sequence[Suspect], posts: Mapping[str, Post]) -> str:
    """The page.

    Args:
        suspects: what it shows, in this order.
        posts: the posts by id.
    """
    template = resources.files("gaihe.serving.audit").joinpath("page.html").read_text(encoding="utf-8")
    rows = [_row(suspect, posts[suspect.post].text) for suspect in suspects]
    return template.replace(_DATA, json.dumps(rows).replace("<", "\\u003c"))


def _row(suspect: Suspect, text: str) -> dict[str, object]:
    before, after = max(0, suspect.start - CONTEXT), suspect.end + CONTEXT
    return {
        "record": suspect.record(),
        "before": text[before : suspect.start],
        "place": text[suspect.start : suspect.end],
        "after": text[suspect.end : after],
    }
