"""Which pseudonym stands for what: the map that the caller keeps, and the way back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import count, islice
from threading import Lock
from typing import Any

from gaihe.serving.core.schema import EntityType
from gaihe.serving.core.texts import check_text
from gaihe.serving.redaction.draws import Draws
from gaihe.serving.redaction.inventing import invented
from gaihe.serving.redaction.layouts import layouts
from gaihe.serving.types import sheet_of

FORMAT = 1
SALTS = 8
"""Rows of pseudonyms there are; those of the last are no values, but can be told in any text: 〔姓名123456789012〕."""
LONGEST = 100
"""Characters of a pseudonym; at every place of a text pseudonyms of all lengths are looked for."""
_ATTEMPTS = 24
_GIVEN, _SURNAME_LENGTHS = 2, (1, 2)
_CHINESE_NAME = re.compile("[\u4e00-\u9fff]{3}")
"""The invented ones: a surname of one character, a given name of two."""


class MappingError(ValueError):
    """A map of pseudonyms that cannot be used; the message quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """An invented value and what it stands for.

    Attributes:
        text: the invented value.
        original: the surface that it stands for, as it was written.
        value: the surface's canonical value; all its surfaces have pseudonyms of one invented value.
        type: the surface's type.
    """

    text: str
    original: str
    value: str
    type: EntityType


_FIELDS = tuple(field.name for field in fields(Pseudonym))


class PseudonymMap:
    """The pseudonyms of a post, a thread or a case, one to one with what they stand for.

    It is extended by whoever makes pseudonyms with it, and holds personal data: keep it as you would the posts. Threads
    may share one: who looks pseudonyms up and makes those that are missing holds its ``lock`` meanwhile.

    Args:
        pseudonyms: those it begins with.

    Raises:
        MappingError: two are equal, or stand for the same.
    """

    def __init__(self, pseudonyms: Iterable[Pseudonym] = ()) -> None:
        self._by_text: dict[str, Pseudonym] = {}
        self._by_original: dict[str, Pseudonym] = {}
        self._by_value: dict[str, str] = {}
        self._by_given: dict[str, set[str]] = {}
        self._lengths: dict[str, list[int]] = {}
        self._own_key = secrets.token_bytes(32)
        self.lock = Lock()
        for pseudonym in pseudonyms:
            if not pseudonym.text or pseudonym.text in self._by_text or pseudonym.original in self._by_original:
                raise MappingError("a map of pseudonyms must have each of them, and each of their originals, once")
            self._add(pseudonym)

    def __getstate__(self) -> dict[str, Any]:
        """What travels between processes: all but the lock."""
        return {name: value for name, value in self.__dict__.items() if name != "lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """What has travelled, with a lock of its own."""
        self.__dict__ |= {**state, "lock": Lock()}

    def __len__(self) -> int:
        return len(self._by_text)

    def __iter__(self) -> Iterator[Pseudonym]:
        with self.lock:
            return iter(tuple(self._by_text.values()))

    def newest(self, count: int) -> list[Pseudonym]:
        """So many that were made last, in the order in which they were made."""
        with self.lock:
            return list(islice(reversed(self._by_text.values()), count))[::-1]

    def found(self, text: str) -> Iterator[tuple[int, int, Pseudonym]]:
        """Where pseudonyms stand in a text, from left to right, of those that begin together the longest."""
        position = 0
        while position < len(text):
            here = self.at(text, position)
            if here is None:
                position += 1
            else:
                yield position, position + len(here.text), here
                position += len(here.text)

    def at(self, text: str, position: int) -> Pseudonym | None:
        """The longest pseudonym that stands at a position of a text."""
        for length in self._lengths.get(text[position], ()):
            if (pseudonym := self._by_text.get(text[position : position + length])) is not None:
                return pseudonym
        return None

    def of(self, original: str) -> Pseudonym | None:
        """The pseudonym of a surface, if it has one."""
        return self._by_original.get(original)

    def make(self, kind: EntityType, surface: str, value: str, key: bytes | None, text: str, salt: int) -> Pseudonym:
        """A new pseudonym for a surface that has none.

        Args:
            kind: the surface's type.
            surface: what it stands for.
            value: its canonical value.
            key: what decides which it is; without one chance does.
            text: the text in which it must not stand yet.
            salt: gives another one for the same arguments, from 0 to `SALTS` - 1.
        """
        base = self._by_value.get(value)
        for candidate in self._candidates(kind, surface, value, key or self._own_key, salt):
            if len(candidate) > LONGEST or candidate in text or candidate in self._by_original:
                continue
            if candidate != base and all(held.text == base for _, _, held in self.found(candidate)):
                break
        pseudonym = Pseudonym(candidate, surface, value, kind)
        self._add(pseudonym)
        return pseudonym

    def discard(self, pseudonym: Pseudonym) -> None:
        """Take back a pseudonym that was made."""
        del self._by_text[pseudonym.text], self._by_original[pseudonym.original]
        if self._by_value.get(pseudonym.value) == pseudonym.text:
            del self._by_value[pseudonym.value]
            for given in _given_names(pseudonym):
                self._by_given[given].discard(pseudonym.value)

    def to_record(self) -> dict[str, Any]:
        """The map as a JSON object."""
        return {"format": FORMAT, "pseudonyms": [_record(pseudonym) for pseudonym in self]}

    @classmethod
    def from_record(cls, record: object, types: Container[str] | None = None) -> PseudonymMap:
        """The map of a decoded JSON object.

        Args:
            record: the object.
            types: names of the types that pseudonyms may have; any when left out.

        Raises:
            MappingError: it is none.
        """
        if isinstance(record, dict) and "sealed" in record:
            raise MappingError("the map of pseudonyms is sealed: it needs its key")
        if not isinstance(record, dict) or not has_format(record):
            raise MappingError(f'a map of pseudonyms is an object with "format": {FORMAT} and "pseudonyms"')
        listed = record.get("pseudonyms")
        if not isinstance(listed, list):
            raise MappingError('"pseudonyms" of a map must be a list')
        return cls(_pseudonym(entry, place, types) for place, entry in enumerate(listed))

    def _candidates(self, kind: EntityType, surface: str, value: str, key: bytes, salt: int) -> Iterator[str]:
        """Ways to write the value's invented value, where it has one; then others; at last what always can be told."""
        last = (SALTS - 1) * _ATTEMPTS
        if salt < SALTS - 1:
            base = self._by_value.get(value)
            if base is not None:
                yield from islice(layouts(kind, surface, value, base), salt, None)
            elif kind == EntityType.NAME and len(whole := self._of_given_name(value)) == 1:
                yield whole[0][-_GIVEN:]
            for attempt in range(salt * _ATTEMPTS, (salt + 1) * _ATTEMPTS):
                yield invented(kind, surface, value, Draws(key, value, attempt))
        for attempt in count(last):
            yield f"〔{sheet_of(kind).chinese}{Draws(key, value, attempt).digits(12)}〕"

    def _of_given_name(self, given: str) -> list[str]:
        """The invented names of those of the map who have a given name; Chinese ones alone."""
        bases = (self._by_value[value] for value in self._by_given.get(given, ()))
        return [base for base in bases if _CHINESE_NAME.fullmatch(base)]

    def _add(self, pseudonym: Pseudonym) -> None:
        self._by_text[pseudonym.text] = self._by_original[pseudonym.original] = pseudonym
        if self._by_value.setdefault(pseudonym.value, pseudonym.text) == pseudonym.text:
            for given in _given_names(pseudonym):
                self._by_given.setdefault(given, set()).add(pseudonym.value)
        lengths = self._lengths.get(pseudonym.text[0], [])
        if len(pseudonym.text) not in lengths:
            self._lengths[pseudonym.text[0]] = sorted([*lengths, len(pseudonym.text)], reverse=True)


def has_format(record: Mapping[str, Any]) -> bool:
    """Whether a decoded JSON object says that it has the format of maps; ``true``, which equals 1, is none."""
    return record.get("format") == FORMAT and record["format"] is not True


def restore(text: str, mapping: PseudonymMap | None) -> str:
    """The text with what its pseudonyms stand for in their places; all else stays.

    Args:
        text: a text that holds pseudonyms, perhaps changed around them.
        mapping: the map that was kept; none where nothing had a pseudonym.

    Raises:
        TypeError: something that is not a text.
    """
    check_text(text)
    if mapping is None:
        return text
    pieces = []
    position = 0
    for start, end, pseudonym in mapping.found(text):
        pieces += [text[position:start], pseudonym.original]
        position = end
    return "".join([*pieces, text[position:]])


def _given_names(pseudonym: Pseudonym) -> list[str]:
    """What remains of a name without a surname of one or two characters."""
    if pseudonym.type != EntityType.NAME:
        return []
    return [pseudonym.value[length:] for length in _SURNAME_LENGTHS if length < len(pseudonym.value)]


def _record(pseudonym: Pseudonym) -> dict[str, str]:
    return {name: getattr(pseudonym, name) for name in _FIELDS}


def _pseudonym(entry: object, place: int, types: Container[str] | None) -> Pseudonym:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in _FIELDS):
        raise MappingError(f"pseudonym {place} of the map must have the strings {', '.join(_FIELDS)}")
    if types is not None and entry["type"] not in types:
        raise MappingError(f"pseudonym {place} of the map has a type that is not known")
    try:
        kind = EntityType.named(entry["type"])
    except ValueError as error:
        raise MappingError(f"pseudonym {place} of the map: {error}") from None
    return Pseudonym(entry["text"], entry["original"], entry["value"], kind)
