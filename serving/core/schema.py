"""What all of Gaihe shares: entity types, noise kinds, intents, stances, entities and posts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EntityType(StrEnum):
    """The sixteen kinds of personal data that the annotation guideline defines."""

    NAME = "NAME"
    PHONE = "PHONE"
    ID_CARD = "ID_CARD"
    PASSPORT = "PASSPORT"
    ADDRESS = "ADDRESS"
    EMAIL = "EMAIL"
    QQ = "QQ"
    WECHAT = "WECHAT"
    ACCOUNT = "ACCOUNT"
    BANK_CARD = "BANK_CARD"
    PLATE = "PLATE"
    SCHOOL = "SCHOOL"
    WORKPLACE = "WORKPLACE"
    BIRTH_DATE = "BIRTH_DATE"
    MEMBER_ID = "MEMBER_ID"
    DEVICE_ID = "DEVICE_ID"

    __hash__ = str.__hash__

    @property
    def chinese(self) -> str:
        """The type's Chinese name, as reports and redactions show it."""
        return _CHINESE[self]


_CHINESE = {
    EntityType.NAME: "姓名",
    EntityType.PHONE: "电话",
    EntityType.ID_CARD: "身份证号",
    EntityType.PASSPORT: "护照/通行证",
    EntityType.ADDRESS: "地址",
    EntityType.EMAIL: "邮箱",
    EntityType.QQ: "QQ号",
    EntityType.WECHAT: "微信号",
    EntityType.ACCOUNT: "社交账号",
    EntityType.BANK_CARD: "银行卡号",
    EntityType.PLATE: "车牌号",
    EntityType.SCHOOL: "学校",
    EntityType.WORKPLACE: "工作单位",
    EntityType.BIRTH_DATE: "出生日期",
    EntityType.MEMBER_ID: "学号/工号",
    EntityType.DEVICE_ID: "设备/网络标识",
}


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
