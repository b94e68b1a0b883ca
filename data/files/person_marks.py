"""Whose each span of a gold post is, as a large language model marked it.

``texts/gold/persons.tsv``: a post a line, its id, a tab, and for each of its spans in text order the signs of those
whom it is said of, one letter a person: ``a b ab`` says that the third span is of both. ``A`` is the author. Letters
mean nothing beyond their post.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources

from gaihe.serving.core.errors import PostError

_LINE = re.compile(r"(\S+)\t([A-Za-z]+(?: [A-Za-z]+)*)")


def gold_persons() -> Mapping[str, tuple[frozenset[str], ...]]:
    """For each post that was marked the signs of its spans, by the post's id.

    Raises:
        PostError: the first bad line, or an id that stands twice.
    """
    marks: dict[str, tuple[frozenset[str], ...]] = {}
    content = (resources.files("gaihe.data") / "texts" / "gold" / "persons.tsv").read_text(encoding="utf-8")
    for number, line in enumerate(content.splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[1] in marks:
            raise PostError(f"persons.tsv, line {number}: expected an id of its own, a tab and signs")
        marks[match[1]] = tuple(map(frozenset, match[2].split(" ")))
    return marks
