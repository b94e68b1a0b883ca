"""What is left to see of a masked value, and what is no more than a piece of a number."""

from __future__ import annotations

import re

from gaihe.serving.core.schema import EntityType
from gaihe.serving.verdict.facts.addresses import is_a_division

_UNITS = "栋|幢|号|单元|室|楼|层"
_PLACEHOLDER = re.compile(rf"(?<![A-Za-z0-9])[xX](?={_UNITS})")
"""A letter in place of a number, and no building that is called by it: X栋, not SX栋."""
_DIGIT = "[0-9一二三四五六七八九十百零〇两]"
_NUMBER = re.compile(_DIGIT)
_SEPARATOR = re.compile(rf"(?<={_DIGIT})\*(?={_UNITS})")
"""A star that hides nothing where something finer is shown after it: 3*栋502, not 1*栋*室."""
_BODY = re.compile("[^*]*(?:[学校院园厂店局所站]|公司|集团|银行|中心|[一二三四五六七八九十附]中)")
_WHOLE_PARTS = {
    EntityType.ADDRESS: re.compile("[^*]*[省市区县镇乡村旗路街道巷弄里栋幢座号楼层元室户组屯队寨苑园城庭庄厦府湾场寓]"),
    EntityType.SCHOOL: _BODY,
    EntityType.WORKPLACE: _BODY,
}
"""By type what of a place stands whole before the first star."""
_PIECES = {
    EntityType.PHONE: re.compile("1[3-9][0-9]{0,6}|[0-9]{1,6}"),
    EntityType.ID_CARD: re.compile("[0-9A-Za-z]{1,7}|[0-9]{9,14}"),
    EntityType.BANK_CARD: re.compile("[0-9]{1,8}"),
    EntityType.QQ: re.compile("[0-9]{1,4}"),
    EntityType.PLATE: re.compile("[\u4e00-\u9fff][0-9A-Za-z]{0,4}|[0-9]{1,5}"),
}
"""By type what is shorter than any whole number: 手机开头138, 车牌尾号345."""


def shown_part(value: str, kind: EntityType) -> str:
    """What of a masked place stands whole before the first star, and any other value as it is.

    A place of which no more than a city is left stays as it is.

    Args:
        value: the canonical value, ``*`` for what is masked.
        kind: its type.
    """
    if kind not in _WHOLE_PARTS:
        return value
    masked = _PLACEHOLDER.sub("*", value) if kind == EntityType.ADDRESS else value
    if "*" not in masked:
        return value
    split = _SEPARATOR.sub("", masked)
    if "*" not in split and _NUMBER.search(masked.rpartition("*")[2]):
        return split
    whole = _WHOLE_PARTS[kind].match(masked)
    return masked if whole is None or is_a_division(whole[0]) else whole[0]


def is_a_piece(value: str, kind: EntityType) -> bool:
    """Whether a value is shorter than any whole number of its type."""
    piece = _PIECES.get(kind)
    return piece is not None and piece.fullmatch(value) is not None
