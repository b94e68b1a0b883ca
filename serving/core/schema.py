"""What all of Gaihe shares: entity types, noise kinds, intents, stances, entities and posts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from gaihe.serving.core.installed import TYPE_NAME, installed_types


class _KnownTypes(type):
    """Lets the class stand for the set of the known types: built in, in the guideline's order, then installed."""

    def __iter__(cls) -> Iterator[EntityType]:
        further = (name for name in installed_types() if name not in _BUILT_IN)
        return iter((*BUILT_IN, *map(EntityType.named, further)))

    def __contains__(cls, name: object) -> bool:
        return name in _BUILT_IN or name in installed_types()


class EntityType(str, metaclass=_KnownTypes):
    """A kind of personal data.

    The constants are the sixteen that the annotation guideline defines. Further ones are known by being installed,
    through the entry-point group ``gaihe.types``; ``EntityType(name)`` takes the known names only, `EntityType.named`
    any. Types of one name are one object.
    """

    __slots__ = ()

    NAME: ClassVar[EntityType]
    PHONE: ClassVar[EntityType]
    ID_CARD: ClassVar[EntityType]
    PASSPORT: ClassVar[EntityType]
    ADDRESS: ClassVar[EntityType]
    EMAIL: ClassVar[EntityType]
    QQ: ClassVar[EntityType]
    WECHAT: ClassVar[EntityType]
    ACCOUNT: ClassVar[EntityType]
    BANK_CARD: ClassVar[EntityType]
    PLATE: ClassVar[EntityType]
    SCHOOL: ClassVar[EntityType]
    WORKPLACE: ClassVar[EntityType]
    BIRTH_DATE: ClassVar[EntityType]
    MEMBER_ID: ClassVar[EntityType]
    DEVICE_ID: ClassVar[EntityType]

    def __new__(cls, name: str) -> EntityType:
        """The known type of a name.

        Raises:
            ValueError: it is neither built in nor installed.
        """
        if name not in cls:
            shown = f" {name}" if TYPE_NAME.fullmatch(name) else ""
            raise ValueError(f"unknown entity type{shown}; known: {', '.join(cls)}")
        return cls.named(name)

    @classmethod
    def named(cls, name: str) -> EntityType:
        """The type of a name, known or not, as a model file may carry it.

        Raises:
            ValueError: no type can have such a name.
        """
        if (made := _MADE.get(name)) is None:
            if not TYPE_NAME.fullmatch(name):
                raise ValueError("the name of a type is a capital letter and up to 39 capital letters, digits and _")
            made = _MADE.setdefault(str(name), str.__new__(cls, name))
        return made

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return EntityType.named, (self.value,)

    @property
    def value(self) -> str:
        """The name as a plain string."""
        return str(self)


_MADE: dict[str, EntityType] = {}
BUILT_IN: tuple[EntityType, ...] = tuple(map(EntityType.named, EntityType.__annotations__))
"""The sixteen types of the annotation guideline, in its order."""
_BUILT_IN = frozenset(BUILT_IN)
for _kind in BUILT_IN:
    setattr(EntityType, _kind, _kind)


class NoiseKind(StrEnum):
    """The ways in which a post disguises a value to slip past filters."""

    SEPARATOR = "separator"
    UNICODE_DIGIT = "unicode_digit"
    CHINESE_NUMERAL = "chinese_numeral"
    HOMOPHONE_DIGIT = "homophone_digit"
    LOOKALIKE = "lookalike"
    ZERO_WIDTH = "zero_width"
    CUE_SLANG = "cue_slang"
    NAME_SPLIT = "name_split"
    PINYIN = "pinyin"
    TRADITIONAL = "traditional"
    MASKED = "masked"
    REVERSED = "reversed"
    CHUNKED = "chunked"

    __hash__ = str.__hash__


class Intent(StrEnum):
    """What the author of a post does with personal data."""

    NONE = "none"
    SELF = "self"
    THIRD_PARTY = "third_party"
    SOLICIT = "solicit"


class Stance(StrEnum):
    """How the author of a post stands to the person concerned."""

    NEUTRAL = "neutral"
    HOSTILE = "hostile"
    INCITING = "inciting"


@dataclass(frozen=True, slots=True)
class Entity:
    """A span of personal data in a post.

    Offsets are half-open and count Unicode code points of the original text. ``score`` (0 to 1),
    ``valid`` and ``evasion`` are set by the recogniser; ``value`` is the canonical form.
    """

    start: int
    end: int
    type: EntityType
    text: str
    value: str | None = None
    score: float | None = None
    valid: bool | None = None
    evasion: tuple[NoiseKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A post with its annotation.

    ``types`` names the entity types that the annotation covers; ``None`` means all of them.
    """

    id: str
    text: str
    entities: tuple[Entity, ...] = ()
    scene: str | None = None
    noise: tuple[NoiseKind, ...] = ()
    intent: Intent | None = None
    stance: Stance | None = None
    types: tuple[EntityType, ...] | None = None
