r"""Posts written freely and annotated by hand, in an inline markup that a person can read and correct.

The gold posts measure, the written ones are trained on, the validation posts decide over what was trained.

One post a line, ``intent/stance | scene | noise | text``; the stance may be left out, as ``intent | scene | …``.
``noise`` names the kinds of disguise with commas, or is ``-``.
A span is written ``[[TYPE:surface]]``, or ``[[TYPE:surface=>value]]`` where the canonical value differs from what
stands there. Line breaks are ``\n``, invisible characters ``\u200b`` and the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable

from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import check_spans
from gaihe.serving.core.schema import Entity, EntityType, Intent, NoiseKind, Post, Stance
from gaihe.serving.types import sheet_of

_SPAN = re.compile(r"\[\[([A-Z][A-Z0-9_]*):(.+?)(?:=>(.+?))?\]\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(n|t|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})")
_CONTROLS = {"n": "\n", "t": "\t"}
_GOLD = ("everyday", "exposing")
_VERDICTS = "verdicts"


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: _CONTROLS.get(match[1]) or chr(int(match[1][1:], 16)), text)


def parse_markup(marked: str) -> tuple[str, tuple[Entity, ...]]:
    """The text and the entities of a marked-up post.

    Raises:
        PostError: an unknown type, or brackets that do not match.
    """
    pieces: list[str] = []
    entities: list[Entity] = []
    position = length = 0
    for match in _SPAN.finditer(marked):
        plain, surface = _unescape(marked[position : match.start()]), _unescape(match[2])
        if match[1] not in EntityType:
            raise PostError(f"unknown entity type {match[1]!r} in {match[0]!r}")
        kind = EntityType(match[1])
        value = _unescape(match[3]) if match[3] else sheet_of(kind).value(surface)
        start = length + len(plain)
        length = start + len(surface)
        entities.append(Entity(start, length, kind, surface, value))
        pieces += [plain, surface]
        position = match.end()
    pieces.append(_unescape(marked[position:]))
    text = "".join(pieces)
    if "[[" in text or "]]" in text:
        raise PostError(f"brackets that mark no span: {text!r:.80}")
    return text, check_spans(entities)


def parse_posts(content: str, name: str) -> Iterator[Post]:
    """Read a file of such posts; an error names file and line."""
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            fields = line.split(" | ", 3)
            if len(fields) != 4:
                raise PostError("expected 'intent/stance | scene | noise | text' or 'intent | scene | noise | text'")
            purpose, scene, noise, marked = (field.strip() for field in fields)
            text, entities = parse_markup(marked)
            kinds = () if noise == "-" else tuple(NoiseKind(kind.strip()) for kind in noise.split(","))
            intent, slash, stance = purpose.partition("/")
            yield Post(
                id=f"{name}-{number}",
                text=text,
                entities=entities,
                scene=scene,
                noise=kinds,
                intent=Intent(intent),
                stance=Stance(stance) if slash else None,
            )
        except ValueError as error:
            raise PostError(f"{name}.txt, line {number}: {error}") from None


def gold_posts(split: Split) -> list[Post]:
    """The gold posts of a split: every second one for validation, the others for test, none to train on."""
    return _part(split, (post for file in _GOLD for post in _file("gold", file)))


def verdict_posts(split: Split) -> list[Post]:
    """The gold posts that measure intent and stance only, parted as `gold_posts` are."""
    return _part(split, _file("gold", _VERDICTS))


def written_posts() -> list[Post]:
    """The written posts, all of them to train on."""
    return list(_posts("written"))


def validation_posts() -> list[Post]:
    """The validation posts: operating points and labels' temperatures are set on them, int8 is held against fp32."""
    return list(_posts("validation"))


def _part(split: Split, posts: Iterable[Post]) -> list[Post]:
    remainder = {Split.VALIDATION: 0, Split.TEST: 1}.get(split)
    return [post for index, post in enumerate(posts) if index % 2 == remainder]


def _posts(name: str) -> Iterator[Post]:
    for entry in sorted(_folder(name).iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".txt"):
            yield from _file(name, entry.name.removesuffix(".txt"))


def _file(folder: str, name: str) -> Iterator[Post]:
    return parse_posts((_folder(folder) / f"{name}.txt").read_text(encoding="utf-8"), name)


def _folder(name: str) -> Traversable:
    return resources.files("gaihe.data") / "texts" / name
