"""Posts as JSON lines: reading, with a check of every field, and writing."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, TypeVar

from gaihe.serving.core.atomic_files import STANDARD, open_output
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.schema import Entity, EntityType, Intent, NoiseKind, Post, Stance

LONGEST_LINE = 1 << 26
"""Bytes of the longest line that is read; a post is far shorter, a file without line breaks may not fit the memory."""
ICONV = "iconv -f GB18030 -t UTF-8, or -f UTF-16"
"""What brings a file of another encoding to UTF-8."""
_STARTS = {
    b"\xff\xfe": "this is UTF-16: iconv -f UTF-16 -t UTF-8",
    b"\xfe\xff": "this is UTF-16: iconv -f UTF-16 -t UTF-8",
    b"\x1f\x8b": "this is gzip: unpack it first",
    b"PAR1": "this is Parquet: end its name with .parquet where that is read, elsewhere make JSON lines of it, "
    "pandas.read_parquet(FILE).to_json(OTHER, orient='records', lines=True)",
}
"""What content that is not text is, by its first bytes."""
_LABEL = re.compile(r"[A-Za-z][A-Za-z_.-]{0,29}")
_Choice = TypeVar("_Choice", EntityType, Intent, NoiseKind, Stance)


def _field(record: dict[str, Any], name: str, kind: type, required: bool = True) -> Any:  # noqa: ANN401
    value = record.get(name)
    if value is None and not required:
        return None
    if value is None:
        raise PostError(f"{name!r} must be {kind.__name__}, not null" if name in record else f"missing {name!r}")
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise PostError(f"{name!r} must be {kind.__name__}, not {type(value).__name__}")
    return value


def choice(choices: type[_Choice], value: object, what: str) -> _Choice:
    """A value as one of some choices.

    Args:
        choices: the class that has them.
        value: what was given.
        what: what the message calls it.

    Raises:
        PostError: it is none of them; what does not look like a name is not repeated.
    """
    if not isinstance(value, str):
        raise PostError(f"the {what} must be str, not {type(value).__name__}")
    try:
        return choices(value)
    except ValueError:
        shown = f" {value!r}" if _LABEL.fullmatch(value) else ""
        raise PostError(f"unknown {what}{shown}; known: {', '.join(choices)}") from None


def _entity(record: object, text: str) -> Entity:
    if not isinstance(record, dict):
        raise PostError(f"an entity must be an object, not {type(record).__name__}")
    start, end = _field(record, "start", int), _field(record, "end", int)
    if not 0 <= start < end <= len(text):
        raise PostError(f"offsets [{start}, {end}) do not fit a text of {len(text)} characters")
    surface = text[start:end]
    if _field(record, "text", str, required=False) not in (None, surface):
        raise PostError(f"the entity's text is not what [{start}, {end}) holds")
    kind = choice(EntityType, _field(record, "type", str), "entity type")
    return Entity(start, end, kind, surface, _field(record, "value", str, required=False))


def check_spans(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """The entities in text order.

    Raises:
        PostError: two of them overlap.
    """
    ordered = tuple(sorted(entities, key=lambda entity: (entity.start, entity.end)))
    for left, right in pairwise(ordered):
        if right.start < left.end:
            raise PostError(
                f"entities overlap: {left.type} [{left.start}, {left.end}) and "
                f"{right.type} [{right.start}, {right.end})"
            )
    return ordered


def post_from_record(record: object, *, annotated: bool = False) -> Post:
    """Build a post from a decoded JSON object.

    Args:
        record: the object; fields that the schema does not know are ignored.
        annotated: whether a post without ``entities``, of which nobody knows what it holds, is an error, and an entity
            of a type that its ``types`` do not name.

    Raises:
        PostError: what breaks the schema.
    """
    if not isinstance(record, dict):
        raise PostError(f"expected an object with 'id' and 'text', not {type(record).__name__}")
    post_id = _field(record, "id", str)
    text = _field(record, "text", str)
    entities = _field(record, "entities", list, required=False)
    if annotated and entities is None:
        raise PostError("the post has no 'entities', so it is not annotated; where it holds none, write an empty list")
    noise = _field(record, "noise", list, required=False) or []
    types = _field(record, "types", list, required=False)
    intent = _field(record, "intent", str, required=False)
    stance = _field(record, "stance", str, required=False)
    post = Post(
        id=post_id,
        text=text,
        entities=check_spans(_entity(entity, text) for entity in entities or ()),
        scene=_field(record, "scene", str, required=False),
        noise=tuple(choice(NoiseKind, kind, "noise kind") for kind in noise),
        intent=None if intent is None else choice(Intent, intent, "intent"),
        stance=None if stance is None else choice(Stance, stance, "stance"),
        types=None if types is None else tuple(choice(EntityType, kind, "entity type") for kind in types),
    )
    if annotated:
        _check_types(post)
    return post


def _check_types(post: Post) -> None:
    """Refuse an entity of a type that the annotation is said not to cover, so that it would count for nothing."""
    for entity in post.entities:
        if post.types is not None and entity.type not in post.types:
            raise PostError(
                f"{entity.type} at [{entity.start}, {entity.end}) is annotated, "
                f"but 'types' names only {', '.join(post.types) or 'no type'}"
            )


def entity_to_record(entity: Entity) -> dict[str, Any]:
    """The entity's annotation fields; those that only a recogniser sets are left out."""
    record: dict[str, Any] = {
        "start": entity.start,
        "end": entity.end,
        "type": entity.type.value,
        "text": entity.text,
    }
    if entity.value is not None:
        record["value"] = entity.value
    return record


def post_to_record(post: Post) -> dict[str, Any]:
    """The post as a JSON object of the schema, without the optional fields that it does not have."""
    record: dict[str, Any] = {
        "id": post.id,
        "text": post.text,
        "entities": [entity_to_record(entity) for entity in post.entities],
    }
    if post.scene is not None:
        record["scene"] = post.scene
    if post.noise:
        record["noise"] = [kind.value for kind in post.noise]
    if post.intent is not None:
        record["intent"] = post.intent.value
    if post.stance is not None:
        record["stance"] = post.stance.value
    if post.types is not None:
        record["types"] = [kind.value for kind in post.types]
    return record


def json_line(record: Any, dumps: Callable[..., str] = json.dumps) -> str:  # noqa: ANN401
    """One line of JSON, readable Chinese; lone surrogates, which UTF-8 cannot hold, stay escaped.

    Args:
        record: what is written.
        dumps: writes it, as `json.dumps` does.
    """
    line = dumps(record, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        line = dumps(record, ensure_ascii=True)
    return line + "\n"


def read_lines(path: str | Path) -> Iterator[tuple[str, bytes]]:
    """The lines of a file, undecoded, each with its place, ``file, line N``; ``-`` is standard input.

    Raises:
        PostError: the file cannot be read, or a line is longer than `LONGEST_LINE`.
    """
    name = source_name(path)
    try:
        with open_input(path) as stream:
            for number, line in enumerate(iter(partial(stream.readline, LONGEST_LINE + 1), b""), start=1):
                if len(line) > LONGEST_LINE:
                    raise PostError(f"{name}, line {number}: the line is longer than {LONGEST_LINE} bytes")
                yield f"{name}, line {number}", line
    except OSError as error:
        raise PostError(f"cannot read {name}: {error.strerror}") from None


def named_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object of JSON; readers disagree on which of two with one name counts.

    Raises:
        PostError: two have one name.
    """
    found = dict(members)
    if len(found) < len(members):
        raise PostError("a name stands twice in an object")
    return found


_loads = partial(json.loads, object_pairs_hook=named_once)


def decode_json(content: bytes, place: str, loads: Callable[[str], Any] = _loads) -> Any:  # noqa: ANN401
    """The JSON value in some bytes.

    Args:
        content: the bytes.
        place: what messages call them.
        loads: reads them, as `json.loads` does, and holds objects to `named_once`.

    Raises:
        PostError: they are not UTF-8, not JSON, more than a decoder can hold, or have a name twice in an object; the
            message begins with the place.
    """
    try:
        text = content.decode("utf-8-sig")
        return loads(text)
    except json.JSONDecodeError as error:
        raise PostError(f"{place}: not JSON: {_known(content) or f'{error.msg} (column {error.colno})'}") from None
    except UnicodeDecodeError as error:
        raise PostError(f"{place}: {not_utf8(error)}") from None
    except RecursionError:
        raise PostError(f"{place}: not readable JSON: it is nested too deeply") from None
    except PostError as error:
        raise PostError(f"{place}: not JSON: {error}") from None
    except ValueError:
        raise PostError(f"{place}: not readable JSON: a number has too many digits") from None


def not_utf8(error: UnicodeDecodeError) -> str:
    """Why content cannot be read as UTF-8, and what to do."""
    return f"not UTF-8: {_known(error.object) or f'{error.reason}; from another encoding: {ICONV}'}"


def _known(content: bytes) -> str | None:
    return next((what for start, what in _STARTS.items() if content.startswith(start)), None)


def check_utf8(content: bytes, place: str) -> None:
    """Refuse content that is not UTF-8.

    Raises:
        PostError: so it is; the message begins with the place.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PostError(f"{place}: {not_utf8(error)}") from None


def read_records(path: str | Path) -> Iterator[tuple[int, str, Any]]:
    """The JSON values of a file, one a line, each with its line number, from 1, and its place; empty lines hold none.

    Raises:
        PostError: as `read_lines` and `decode_json`.
    """
    for number, (place, line) in enumerate(read_lines(path), start=1):
        if line.strip():
            yield number, place, decode_json(line, place)


def read_posts(path: str | Path, *, annotated: bool = False) -> Iterator[Post]:
    """Read posts from a JSON-lines file, one at a time; ``-`` is standard input.

    Args:
        path: the file.
        annotated: as in `post_from_record`; a post without ``entities`` otherwise has none.

    Raises:
        PostError: the first bad line, as ``file, line N: reason``, or a file that cannot be read.
    """
    return (post for _, post in numbered_posts(path, annotated=annotated))


def numbered_posts(path: str | Path, *, annotated: bool = False) -> Iterator[tuple[int, Post]]:
    """`read_posts` with the line number of each post, from 1."""
    for number, place, record in read_records(path):
        try:
            yield number, post_from_record(record, annotated=annotated)
        except PostError as error:
            raise PostError(f"{place}: {error}") from None


def source_name(path: str | Path) -> str:
    """What messages call a file; ``-`` is standard input. A name is read as UTF-8 whatever the system's encoding is."""
    if str(path) == STANDARD:
        return "standard input"
    try:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return str(path)


@contextmanager
def open_input(path: str | Path) -> Iterator[IO[bytes]]:
    """A binary stream from a file; ``-`` is standard input, which stays open."""
    if str(path) == STANDARD:
        yield sys.stdin.buffer
    else:
        with Path(path).open("rb") as stream:
            yield stream


def write_posts(posts: Iterable[Post], path: str | Path) -> int:
    """Write posts as JSON lines and say how many; the file appears only when all are written."""
    count = 0
    with open_output(path) as stream:
        for post in posts:
            stream.write(json_line(post_to_record(post)))
            count += 1
    return count
