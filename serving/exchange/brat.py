"""Brat's standoff format: a folder with a ``.txt`` and an ``.ann`` file for each post.

A text-bound annotation is ``T1⇥TYPE START END⇥TEXT``, offsets in code points (https://brat.nlplab.org/standoff.html).
A file's name is the post's id; characters that a file name cannot hold everywhere are percent-encoded as UTF-8 bytes.
An annotation may not cross a line break in brat: a span over several lines is written as fragments, ``0 5;6 9``, and
fragments are read as one span from the first to the last, as ANNOTATION.md rules for chunked values. A span that begins
or ends with a line break, an empty id and lone surrogates cannot be written.

Canonical values are notes of the kind ``Value``. The rest of the meta (`gaihe.serving.exchange.records`) stands in a
file ``NAME.meta.json`` beside the two, which brat does not look at; ``annotation.conf`` declares the labels. Posts are
read in the order of their names; relations, events, attributes and other notes are passed over, texts without an
``.ann`` file are left out. Only regular files are read: a link could lead out of the folder, a pipe never ends.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from gaihe.serving.core.atomic_files import new_folder
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import LONGEST_LINE, decode_json, json_line
from gaihe.serving.core.schema import Entity, EntityType, Post
from gaihe.serving.exchange.escapes import escape, unescape
from gaihe.serving.exchange.offsets import Offsets, OffsetUnit
from gaihe.serving.exchange.records import LabelledSpan, build_post, meta_of
from gaihe.serving.exchange.sides import Source, Target

OFFSETS = OffsetUnit.CODE_POINT
_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_LINE = re.compile(rf"[^{_BREAKS}]+")
_TEXT_BOUND = re.compile(r"T\d+\t(\S+) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)\t(.*)", re.DOTALL)
_VALUE = re.compile(r"#\d+\tValue (T\d+)\t(.*)", re.DOTALL)
_WHITE = re.compile(r"\s")
_CONFIGURATION = "annotation.conf"
_LONGEST_NAME = 255 - len(".meta.json")
"""Bytes of the longest name that file systems take, without its ending."""
_READ = (".txt", ".ann", ".meta.json")
_READING = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read(path: str | Path, source: Source) -> Iterator[Post]:
    """Read the posts of a folder and the folders in it, one at a time.

    Raises:
        PostError: the first bad annotation, as ``file, line N: reason``, or a folder without annotations.
    """
    folder = Path(path)
    files = _files(folder, source)
    texts = sorted(file for file in files if file.suffix == ".txt")
    annotated = {file.with_suffix("") for file in files if file.suffix == ".ann"}
    if not annotated and not (folder / _CONFIGURATION).is_file():
        raise PostError(f"{folder}: no folder with .ann files")
    if missing := sorted(annotated - {file.with_suffix("") for file in texts}):
        raise PostError(f"{missing[0]}.ann: there is no {missing[0].name}.txt beside it")
    for file in texts:
        if file.with_suffix("") in annotated:
            yield _read_document(file, folder, source)
        else:
            source.left_out["texts without an .ann file"] += 1


def write(posts: Iterable[Post], path: str | Path, target: Target) -> int:
    """Write posts to a new or empty folder, which appears only when complete, and say how many.

    Raises:
        PostError: the folder has files, two posts have one id, or a post cannot be written in this format.
    """
    count = 0
    with new_folder(path) as folder:
        _write(folder / _CONFIGURATION, _configuration(target))
        for post in posts:
            _write_document(post, folder, target)
            count += 1
    return count


def reads(path: str | Path, folder: str | Path) -> bool:
    """Whether `read` would read a file when it reads a folder."""
    file = Path(path)
    return file.is_file() and file.name.endswith(_READ) and file.resolve().is_relative_to(Path(folder).resolve())


def _files(folder: Path, source: Source) -> list[Path]:
    """The files of a folder and those in it; linked folders are left out."""
    files: list[Path] = []

    def refuse(error: OSError) -> None:
        raise PostError(f"cannot read {error.filename}: {error.strerror}") from None

    for place, folders, names in os.walk(folder, onerror=refuse):
        if links := sum(Path(place, name).is_symlink() for name in folders):
            source.left_out["folders that are links"] += links
        files += (Path(place, name) for name in names)
    return files


def _content(file: Path) -> bytes:
    """The bytes of a regular file.

    Raises:
        PostError: a link, a pipe or a device; a file that cannot be read or is too large for a post.
    """
    try:
        with os.fdopen(os.open(file, _READING), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise PostError(f"{file} is no regular file")
            content = stream.read(LONGEST_LINE + 1)
    except OSError as error:
        if file.is_symlink():
            raise PostError(f"{file} is a link, which is not followed; put the file itself into the folder") from None
        raise PostError(f"cannot read {file}: {error.strerror}") from None
    if len(content) > LONGEST_LINE:
        raise PostError(f"{file} is larger than {LONGEST_LINE} bytes")
    return content


def _read_document(file: Path, folder: Path, source: Source) -> Post:
    try:
        text = _content(file).decode("utf-8")
    except UnicodeDecodeError as error:
        raise PostError(f"{file}: not UTF-8: {error.reason}") from None
    annotations = file.with_suffix(".ann")
    spans, values = _read_annotations(annotations, text, source)
    sidecar = file.with_suffix(".meta.json")
    meta = decode_json(_content(sidecar), str(sidecar)) if os.path.lexists(sidecar) else {}
    try:
        if values and isinstance(meta, dict):
            meta = {**meta, "values": values}
        name = unquote(file.relative_to(folder).with_suffix("").as_posix(), errors="surrogatepass")
        return build_post(name, text, spans, source, meta)
    except PostError as error:
        raise PostError(f"{annotations}: {error}") from None


def _read_annotations(file: Path, text: str, source: Source) -> tuple[list[LabelledSpan], list[list[int | str]]]:
    offsets = Offsets(text, source.offsets or OFFSETS)
    spans: dict[str, LabelledSpan] = {}
    values: list[list[int | str]] = []
    for number, content in enumerate(_content(file).split(b"\n"), start=1):
        place = f"{file}, line {number}"
        try:
            line = content.decode("utf-8").rstrip("\r")
            if line.startswith("T"):
                spans[line.partition("\t")[0]] = _span(line, text, offsets, source)
            elif (note := _VALUE.fullmatch(line)) and note[1] in spans:
                values.append([*spans[note[1]][:2], unescape(note[2])])
        except UnicodeDecodeError as error:
            raise PostError(f"{place}: not UTF-8: {error.reason}") from None
        except PostError as error:
            raise PostError(f"{place}: {error}") from None
    return list(spans.values()), values


def _span(line: str, text: str, offsets: Offsets, source: Source) -> LabelledSpan:
    match = _TEXT_BOUND.fullmatch(line)
    if match is None:
        raise PostError("expected 'T1⇥TYPE START END⇥TEXT'")
    fragments = [
        [offsets.to_code_point(int(offset)) for offset in fragment.split(" ")] for fragment in match[2].split(";")
    ]
    held = " ".join(text[start:end] for start, end in fragments)
    if _WHITE.sub(" ", held) != _WHITE.sub(" ", match[3]):
        raise PostError(
            f"the annotation's text is not what {match[2]:.60} holds; if the offsets count other units, say so with "
            "--input-offsets"
        )
    source.type_of(match[1])
    return min(start for start, _ in fragments), max(end for _, end in fragments), match[1]


def _write_document(post: Post, folder: Path, target: Target) -> None:
    name = _file_name(post.id)
    text = folder / f"{name}.txt"
    if text.exists():
        raise PostError(f"two posts with the id {post.id!r}, of which brat can hold one")
    try:
        _write(text, post.text)
        _write(folder / f"{name}.ann", "".join(_annotation_lines(post, target)))
    except UnicodeEncodeError:
        raise PostError(f"post {post.id!r} has a lone surrogate, which brat's files cannot hold") from None
    meta = meta_of(post)
    meta.pop("values", None)
    if meta:
        _write(folder / f"{name}.meta.json", json_line(meta))


def _write(file: Path, content: str) -> None:
    encoded = content.encode("utf-8")
    file.touch(mode=0o600)
    file.write_bytes(encoded)


def _annotation_lines(post: Post, target: Target) -> Iterator[str]:
    offsets = Offsets(post.text, target.offsets or OFFSETS)
    for number, entity in enumerate(post.entities, start=1):
        fragments = _fragments(entity, post.id)
        places = ";".join(
            f"{offsets.from_code_point(start)} {offsets.from_code_point(end)}" for start, end in fragments
        )
        surface = " ".join(post.text[start:end] for start, end in fragments)
        yield f"T{number}\t{target.label_of(entity.type)} {places}\t{surface}\n"
        if entity.value is not None:
            yield f"#{number}\tValue T{number}\t{escape(entity.value)}\n"


def _fragments(entity: Entity, post_id: str) -> list[tuple[int, int]]:
    lines = [(entity.start + line.start(), entity.start + line.end()) for line in _LINE.finditer(entity.text)]
    if not lines or lines[0][0] != entity.start or lines[-1][1] != entity.end:
        raise PostError(
            f"post {post_id!r}: {entity.type} [{entity.start}, {entity.end}) begins or ends with a line break, which "
            "brat's annotations cannot do"
        )
    return lines


def _file_name(post_id: str) -> str:
    if not post_id:
        raise PostError("a post has an empty id, which cannot be a file's name in brat")
    name = "".join(
        character
        if character.isalnum() or character in "-_" or (character == "." and position)
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
        for position, character in enumerate(post_id)
    )
    if len(name.encode()) > _LONGEST_NAME:
        raise PostError(f"post {post_id!r:.60}: the id is too long for a file's name, which it is in brat")
    return name


def _configuration(target: Target) -> str:
    labels = "\n".join(target.label_of(kind) for kind in EntityType)
    return f"[entities]\n{labels}\n[relations]\n[events]\n[attributes]\n"
