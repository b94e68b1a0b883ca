"""Annotation without its text: who holds the same posts can join the two again.

Posts of real people are no one's to pass on, but what was found in them may be. A line holds the digest of a post's
text (BLAKE2b, 8 bytes, hexadecimal), a tab, and its spans, ``start-end:TYPE`` with blanks between them; a post in
which nothing was found has none; ``-`` says that spans were not looked for. Where the whole post was judged too,
another tab and ``intent/stance`` follow, either of them left out where it was not. Lines are sorted, files are xz.
Offsets count Unicode code points, as everywhere.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from gaihe.serving.core.atomic_files import open_binary_output
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import check_spans
from gaihe.serving.core.schema import Entity, EntityType, Intent, Post, Stance

Spans = tuple[tuple[int, int, EntityType], ...]
LONGEST = 1 << 26
"""Bytes of the largest annotation that is written or read, of some two million posts."""
LONGEST_LINE = 1 << 20
_UNREAD = "-"
_SPANS = r"(?:[0-9]{1,9}-[0-9]{1,9}:[A-Z][A-Z0-9_]{0,39}(?: (?=[0-9])|(?=\t|$)))*"
_LINE = re.compile(rf"[0-9a-f]{{16}}\t(?:{_UNREAD}|{_SPANS})(?:\t[a-z_]{{0,39}}/[a-z_]{{0,39}})?")


@dataclass(frozen=True, slots=True)
class Annotation:
    """What was found in a text.

    Attributes:
        spans: its spans; ``None`` where they were not looked for.
        intent, stance: what its author does, where the whole post was judged.
    """

    spans: Spans | None = ()
    intent: Intent | None = None
    stance: Stance | None = None


def digest(text: str) -> str:
    """The key of a text, 16 hexadecimal digits."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def write_standoff(posts: Iterable[Post], path: str | Path) -> int:
    """Write the annotation of posts without their texts, and say of how many different texts.

    Raises:
        PostError: the file cannot be written, a text comes twice with different annotation, or the annotation of a
            post covers some types and not others.
    """
    lines: dict[str, str] = {}
    for post in posts:
        key, written = digest(post.text), _written(post)
        if lines.setdefault(key, written) != written:
            raise PostError(f"post {post.id!r}: its text came before with other spans or labels")
    content = "".join(f"{key}\t{written}\n" for key, written in sorted(lines.items()))
    if len(content) > LONGEST:
        raise PostError(f"the spans of {len(lines)} texts are longer than {LONGEST} bytes; take them in several files")
    with open_binary_output(path) as stream:
        stream.write(lzma.compress(content.encode("ascii"), preset=9))
    return len(lines)


def _written(post: Post) -> str:
    if post.types:
        raise PostError(f"post {post.id!r}: its annotation covers some types only; a line has all or none")
    spans = " ".join(f"{entity.start}-{entity.end}:{entity.type.value}" for entity in post.entities)
    if post.types is not None:
        spans = _UNREAD
    labels = "/".join("" if label is None else label.value for label in (post.intent, post.stance))
    return spans if labels == "/" else f"{spans}\t{labels}"


def read_standoff(path: str | Path) -> dict[str, Annotation]:
    """The annotation of each text by its digest.

    Raises:
        PostError: the file cannot be read, unpacks to more than `LONGEST` bytes, or the first bad line, as
            ``file, line N: reason``.
    """
    found: dict[str, Annotation] = {}
    before = ""
    for number, line in enumerate(_unpacked(path), start=1):
        place = f"{path}, line {number}"
        if not _LINE.fullmatch(line):
            raise PostError(f"{place}: expected a digest, a tab, start-end:TYPE, perhaps a tab and intent/stance")
        key, _, written = line.partition("\t")
        if key <= before:
            raise PostError(f"{place}: digests must be sorted and different")
        before = key
        try:
            found[key] = _annotation(written)
        except ValueError as error:
            raise PostError(f"{place}: {error}") from None
    return found


def _unpacked(path: str | Path) -> Iterator[str]:
    """The lines of an xz file, which never stands in memory unpacked."""
    room = LONGEST
    try:
        with lzma.open(path, "rb") as stream:
            while line := stream.readline(LONGEST_LINE + 1):
                room -= len(line)
                if room < 0:
                    raise PostError(f"{path} unpacks to more than {LONGEST} bytes, which is no annotation of posts")
                if len(line) > LONGEST_LINE:
                    raise PostError(f"{path} has a line of more than {LONGEST_LINE} bytes")
                yield line.decode("ascii").rstrip("\n")
    except OSError as error:
        raise PostError(f"cannot read {path}: {error.strerror}") from None
    except (lzma.LZMAError, EOFError, UnicodeDecodeError):
        raise PostError(f"{path} is no xz file of spans, as gaihe standoff writes it") from None


def _annotation(written: str) -> Annotation:
    spans, _, labels = written.partition("\t")
    intent, _, stance = labels.partition("/")
    return Annotation(
        None if spans == _UNREAD else tuple(map(_span, spans.split())),
        Intent(intent) if intent else None,
        Stance(stance) if stance else None,
    )


def _span(written: str) -> tuple[int, int, EntityType]:
    offsets, _, kind = written.partition(":")
    start, _, end = offsets.partition("-")
    return int(start), int(end), EntityType(kind)


def joined(posts: Iterable[Post], annotation: Mapping[str, Annotation]) -> Iterator[Post]:
    """The posts that an annotation knows, with its spans and labels; those that it does not know are left out.

    A post whose spans were not looked for covers no type.

    Raises:
        PostError: spans that overlap or do not fit the text.
    """
    for post in posts:
        own = annotation.get(digest(post.text))
        if own is None:
            continue
        spans = own.spans or ()
        if any(not start < end <= len(post.text) for start, end, _ in spans):
            raise PostError(f"post {post.id!r}: spans do not fit its {len(post.text)} characters")
        entities = check_spans(Entity(start, end, kind, post.text[start:end]) for start, end, kind in spans)
        types = () if own.spans is None else None
        yield Post(post.id, post.text, entities, intent=own.intent, stance=own.stance, types=types)
