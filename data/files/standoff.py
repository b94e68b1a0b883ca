"""Annotation without its text: who holds the same posts can join the two again.

Posts of real people are no one's to pass on, but what was found in them may be. A line holds the digest of a post's
text (BLAKE2b, 8 bytes, hexadecimal), a tab, and its spans, ``start-end:TYPE`` with blanks between them; a post in
which nothing was found has none. Lines are sorted, files are xz. Offsets count Unicode code points, as everywhere.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

from gaihe.serving.core.posts import PostError, check_spans
from gaihe.serving.core.schema import Entity, EntityType, Post

Spans = tuple[tuple[int, int, EntityType], ...]
_LINE = re.compile(r"[0-9a-f]{16}\t(?:\d+-\d+:[A-Z_]+(?: (?=\d)|$))*")


def digest(text: str) -> str:
    """The key of a text, 16 hexadecimal digits."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def write_standoff(posts: Iterable[Post], path: str | Path) -> int:
    """Write the spans of posts without their texts, and say of how many different texts.

    Raises:
        PostError: the file cannot be written, or a text comes twice with different spans.
    """
    lines: dict[str, str] = {}
    for post in posts:
        key = digest(post.text)
        spans = " ".join(f"{entity.start}-{entity.end}:{entity.type.value}" for entity in post.entities)
        if lines.setdefault(key, spans) != spans:
            raise PostError(f"post {post.id!r}: its text came before with other spans")
    content = "".join(f"{key}\t{spans}\n" for key, spans in sorted(lines.items()))
    target = Path(path)
    aside = target.with_name(f".{target.name}.tmp")
    try:
        aside.write_bytes(lzma.compress(content.encode("ascii"), preset=9))
        aside.replace(target)
    except OSError as error:
        raise PostError(f"cannot write {target}: {error.strerror}") from None
    return len(lines)


def read_standoff(path: str | Path) -> dict[str, Spans]:
    """The spans of each text by its digest.

    Raises:
        PostError: the file cannot be read, or the first bad line, as ``file, line N: reason``.
    """
    try:
        content = lzma.decompress(Path(path).read_bytes()).decode("ascii")
    except OSError as error:
        raise PostError(f"cannot read {path}: {error.strerror}") from None
    except (lzma.LZMAError, UnicodeDecodeError):
        raise PostError(f"{path} is no xz file of spans, as gaihe standoff writes it") from None
    found: dict[str, Spans] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        if not _LINE.fullmatch(line):
            raise PostError(f"{path}, line {number}: expected a digest, a tab and start-end:TYPE, not {line!r:.60}")
        key, _, spans = line.partition("\t")
        try:
            found[key] = tuple(map(_span, spans.split()))
        except ValueError as error:
            raise PostError(f"{path}, line {number}: {error}") from None
    return found


def _span(written: str) -> tuple[int, int, EntityType]:
    offsets, _, kind = written.partition(":")
    start, _, end = offsets.partition("-")
    return int(start), int(end), EntityType(kind)


def joined(posts: Iterable[Post], annotation: Mapping[str, Spans]) -> Iterator[Post]:
    """The posts that an annotation knows, with its spans; those that it does not know are left out.

    Raises:
        PostError: spans that overlap or do not fit the text.
    """
    for post in posts:
        spans = annotation.get(digest(post.text))
        if spans is None:
            continue
        if any(not start < end <= len(post.text) for start, end, _ in spans):
            raise PostError(f"post {post.id!r}: spans do not fit its {len(post.text)} characters")
        entities = check_spans(Entity(start, end, kind, post.text[start:end]) for start, end, kind in spans)
        yield Post(post.id, post.text, entities)
