"""Presidio recognisers for Chinese: patterns with cues, and the checks of the project's formats.

What a Presidio user in China would write in the way of its predefined recognisers for other countries
(https://microsoft.github.io/presidio/analyzer/adding_recognizers/): plain forms, no disguises. Presidio's own
recognisers for e-mail, IP and MAC addresses expect spaces around a value and are not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gaihe.serving.core.schema import EntityType
from gaihe.serving.types import sheet_of
from presidio_analyzer import Pattern, PatternRecognizer

LANGUAGE = "zh"
_SURE, _LIKELY = 0.85, 0.6
_NO_DIGIT_BEFORE, _NO_DIGIT_AFTER = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_SAYS = r"[号码]{0,2}\s?(?:是|为)?\s?[:：]?\s?"


def _whole(pattern: str) -> str:
    return f"{_NO_DIGIT_BEFORE}(?:{pattern}){_NO_DIGIT_AFTER}"


def _after(cue: str, pattern: str) -> str:
    return f"(?<=(?:{cue}){_SAYS})(?:{pattern}){_NO_DIGIT_AFTER}"


_PATTERNS: Mapping[str, tuple[EntityType, tuple[Pattern, ...]]] = MappingProxyType(
    {
        "CN_PHONE": (
            EntityType.PHONE,
            (
                Pattern("mobile", _whole(r"(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}"), _SURE),
                Pattern("landline", _whole(r"0[0-9]{2,3}[- ]?[2-8][0-9]{6,7}(?:[-转][0-9]{1,6})?"), _LIKELY),
            ),
        ),
        "CN_RESIDENT_ID": (
            EntityType.ID_CARD,
            (Pattern("18 digits", _whole(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X]"), _SURE),),
        ),
        "CN_PASSPORT": (
            EntityType.PASSPORT,
            (
                Pattern("passport", _after("护照", r"[EGDSPK][A-Z]?[0-9]{7,8}"), _SURE),
                Pattern("permit", _after("通行证|台胞证|回乡证", r"[CWHMLT]?[A-Z]?[0-9]{7,10}"), _SURE),
            ),
        ),
        "EMAIL_ADDRESS": (
            EntityType.EMAIL,
            (Pattern("e-mail", _whole(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}"), _SURE),),
        ),
        "CN_QQ": (EntityType.QQ, (Pattern("after its cue", _after("QQ群?|扣扣|企鹅", r"[1-9][0-9]{4,10}"), _LIKELY),)),
        "CN_WECHAT": (
            EntityType.WECHAT,
            (
                Pattern(
                    "after its cue", _after("微信|weixin|wechat|vx|wx|V信", r"[A-Za-z][A-Za-z0-9_-]{5,19}"), _LIKELY
                ),
            ),
        ),
        "CN_BANK_CARD": (
            EntityType.BANK_CARD,
            (
                Pattern("UnionPay", _whole(r"62[0-9]{14,17}|62[0-9]{2}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{3})?"), _SURE),
                Pattern("credit card", _whole(r"[345][0-9]{15}|[345][0-9]{3}(?:[ -][0-9]{4}){3}"), _LIKELY),
            ),
        ),
        "CN_PLATE": (
            EntityType.PLATE,
            (
                Pattern(
                    "plate",
                    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·. ]?"
                    f"(?:[A-HJ-NP-Z0-9]{{5,6}}|[A-HJ-NP-Z0-9]{{4}}[警学挂港澳]){_NO_DIGIT_AFTER}",
                    _SURE,
                ),
            ),
        ),
        "CN_BIRTH_DATE": (
            EntityType.BIRTH_DATE,
            (
                Pattern(
                    "after its cue",
                    _after("出生日期|出生于|出生|生日", r"(?:19|20)[0-9]{2}[-./年][0-9]{1,2}[-./月][0-9]{1,2}日?"),
                    _SURE,
                ),
            ),
        ),
        "DEVICE_ADDRESS": (
            EntityType.DEVICE_ID,
            (
                Pattern("IPv4", r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.]*[0-9])", _LIKELY),
                Pattern("MAC", _whole(r"[0-9A-F]{2}([:-])(?:[0-9A-F]{2}\1){4}[0-9A-F]{2}"), _SURE),
                Pattern("IMEI", _after("IMEI", r"[0-9]{15}"), _SURE),
            ),
        ),
    }
)

MAPPING: Mapping[str, EntityType] = MappingProxyType({name: kind for name, (kind, _) in _PATTERNS.items()})
"""Presidio's entity names and the entity types that they stand for."""


class ChineseRecognizer(PatternRecognizer):
    """A pattern recogniser that drops what the check of its type refuses."""

    def __init__(self, name: str, kind: EntityType, patterns: tuple[Pattern, ...]) -> None:
        super().__init__(supported_entity=name, patterns=list(patterns), supported_language=LANGUAGE)
        self._kind = kind

    def validate_result(self, pattern_text: str) -> bool | None:
        """Whether the value passes its type's check; ``None`` where no check can say."""
        sheet = sheet_of(self._kind)
        return sheet.valid(sheet.canonical(pattern_text))


def chinese_recognizers() -> list[ChineseRecognizer]:
    """One recogniser for each entity name of `MAPPING`."""
    return [ChineseRecognizer(name, kind, patterns) for name, (kind, patterns) in _PATTERNS.items()]
