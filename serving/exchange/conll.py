r"""CoNLL columns: one character a line with its BIO or BIOES tag, an empty line after each post.

Written are two columns with a tab between them. Characters that a reader would take for white space, or not see, are
escaped (`gaihe.serving.exchange.escapes`): a space is ``\u0020``, a line break ``\u000a``, a zero-width space
``\u200b``. Before a post's characters stand its id and, where it has more than spans, its meta
(`gaihe.serving.exchange.records`), in comments as CoNLL-U has them (https://universaldependencies.org/format.html)::

    # id = p1
    # meta = {"intent": "third_party"}
    张	B-NAME
    丽	I-NAME
    \u0020	O

For readers that know no comments, ``grep -v '^# '`` leaves the bare columns.

Read are files of this and of other makers: words instead of characters (joined by the source's separator), columns
divided by white space (the first is the token, the last the tag, as in CoNLL-2003,
https://aclanthology.org/W03-0419), ``-DOCSTART-`` lines, and the tags of BIO (IOB2), BIOES, BMES and BILOU. A post
without an id is called by its number in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from gaihe.serving.core.atomic_files import open_output
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import decode_json, json_line, read_lines
from gaihe.serving.core.schema import Entity, Post
from gaihe.serving.exchange.escapes import escape, unescape
from gaihe.serving.exchange.records import LabelledSpan, build_post, meta_of
from gaihe.serving.exchange.sides import Source, Target

_COMMENT = re.compile(r"# (\w+) = (.*)", re.DOTALL)
_TAG = re.compile(r"[A-Za-z_.-]{1,30}")
_BEGINS, _CONTINUES, _ENDS = frozenset("BSU"), frozenset("IMEL"), frozenset("SUEL")


class _Block:
    """The lines of one post, as far as they are read."""

    def __init__(self, source: Source) -> None:
        self.place = ""
        self._source = source
        self._comments: dict[str, str] = {}
        self._tokens: list[str] = []
        self._spans: list[LabelledSpan] = []
        self._length = 0
        self._open: str | None = None

    def add(self, line: str, place: str) -> None:
        self.place = self.place or place
        if comment := _COMMENT.fullmatch(line):
            self._comments[comment[1]] = comment[2]
            return
        columns = line.split("\t") if "\t" in line else line.split()
        if len(columns) < 2 or not columns[0]:
            raise PostError("expected a token and its tag, with white space between them")
        if self._tokens:
            self._length += len(self._source.separator)
        self._tokens.append(unescape(columns[0]))
        start, self._length = self._length, self._length + len(self._tokens[-1])
        self._tag(columns[-1].strip(), start)

    def _tag(self, tag: str, start: int) -> None:
        prefix, _, label = tag.partition("-")
        if tag == "O":
            self._open = None
            return
        if not label or prefix not in _BEGINS | _CONTINUES:
            shown = f"{tag!r}" if _TAG.fullmatch(tag) else "the last column"
            raise PostError(f"{shown} is no tag: expected O, or B-, I-, E- or S- and a label")
        self._source.type_of(label)
        if prefix in _BEGINS:
            self._spans.append((start, self._length, label))
        elif self._open == label:
            self._spans[-1] = (self._spans[-1][0], self._length, label)
        else:
            raise PostError(f"{tag!r} continues no {label} before it: an entity begins with B- or S-")
        self._open = None if prefix in _ENDS else label

    def post(self, number: int) -> Post:
        post_id = unescape(self._comments.get("id", str(number)))
        meta = self._comments.get("meta")
        try:
            text = self._source.separator.join(self._tokens)
            values = None if meta is None else decode_json(meta.encode(), "the meta")
            return build_post(post_id, text, self._spans, self._source, values)
        except PostError as error:
            raise PostError(f"{self.place}: {error}") from None


def read(path: str | Path, source: Source) -> Iterator[Post]:
    """Read the posts of a CoNLL file, one at a time.

    Raises:
        PostError: the first bad line, as ``file, line N: reason``.
    """
    number = 1
    block = _Block(source)
    encoding = "utf-8-sig"
    for place, content in read_lines(path):
        try:
            line = content.decode(encoding).rstrip("\r\n")
            encoding = "utf-8"
            if line.strip() and not line.startswith("-DOCSTART-"):
                block.add(line, place)
                continue
        except UnicodeDecodeError as error:
            raise PostError(f"{place}: not UTF-8: {error.reason}") from None
        except PostError as error:
            raise PostError(f"{place}: {error}") from None
        if block.place:
            yield block.post(number)
            number += 1
            block = _Block(source)
    if block.place:
        yield block.post(number)


def write_bio(posts: Iterable[Post], path: str | Path, target: Target) -> int:
    """Write posts with BIO tags and say how many."""
    return _write(posts, path, target, "BIII")


def write_bioes(posts: Iterable[Post], path: str | Path, target: Target) -> int:
    """Write posts with BIOES tags and say how many."""
    return _write(posts, path, target, "BIES")


def _write(posts: Iterable[Post], path: str | Path, target: Target, prefixes: str) -> int:
    count = 0
    with open_output(path) as stream:
        for post in posts:
            stream.write(f"# id = {escape(post.id)}\n")
            if meta := meta_of(post):
                stream.write(f"# meta = {json_line(meta)}")
            tags = ["O"] * len(post.text)
            for entity in post.entities:
                tags[entity.start : entity.end] = _tags(entity, target.label_of(entity.type), prefixes)
            stream.writelines(f"{escape(c)}\t{tag}\n" for c, tag in zip(post.text, tags, strict=True))
            stream.write("\n")
            count += 1
    return count


def _tags(entity: Entity, label: str, prefixes: str) -> list[str]:
    begin, inside, end, single = (f"{prefix}-{label}" for prefix in prefixes)
    length = entity.end - entity.start
    if length == 1:
        return [begin if single == inside else single]
    return [begin, *[inside] * (length - 2), end]
