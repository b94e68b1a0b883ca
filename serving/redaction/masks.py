"""Masks that keep the shape of a value: ``138****8000``, ``张*``, ``湖南省长沙市********``."""

from __future__ import annotations

import re

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.tables import COMPOUND_SURNAMES
from gaihe.serving.verdict.facts.addresses import is_a_division

HIDDEN = "*"
_SEPARATORS = frozenset(" -_.·/:@()+")
_DATE_SEPARATORS = _SEPARATORS | frozenset("年月日号生")
_PLAIN = re.compile(r"[0-9A-Za-z*]+")
_IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff*]+")
_FEWEST = 6
"""Characters of a number of which any are shown."""
_SHOWN: dict[EntityType, tuple[int, int]] = {
    EntityType.PHONE: (3, 4),
    EntityType.ID_CARD: (3, 4),
    EntityType.PASSPORT: (1, 2),
    EntityType.BANK_CARD: (4, 4),
    EntityType.QQ: (2, 2),
    EntityType.WECHAT: (1, 1),
    EntityType.ACCOUNT: (1, 1),
    EntityType.EMAIL: (1, 3),
    EntityType.PLATE: (2, 1),
    EntityType.MEMBER_ID: (2, 2),
}
"""Characters shown at the beginning and at the end, separators not counted."""
_YEAR = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)|^(?:18|19|20)\d\d(?=[\d*]{4}$)", re.ASCII)
_REGION = re.compile(r"(.{1,7}?(?:省|自治区|特别行政区|市|州|盟))(.{1,7}?(?:市|州|盟))?")
_AUTONOMOUS = ("自治区", "自治州", "特别行政区")
_WORD = re.compile(r"[A-Za-z*]+")


def mask(kind: EntityType, surface: str, *, disguised: bool = False) -> str:
    """The surface with ``*`` for what it hides; as long as the surface, and the mask of a mask is the mask itself.

    Args:
        kind: the surface's type.
        surface: the surface.
        disguised: whether it is disguised. Then nothing is shown: what would be shown of it is not what it looks like.
    """
    separators = _DATE_SEPARATORS if kind == EntityType.BIRTH_DATE else _SEPARATORS
    places = [place for place, character in enumerate(surface) if character not in separators]
    content = "".join(surface[place] for place in places)
    shown = range(0) if disguised else _shown(kind, surface, content)
    masked = list(surface)
    for position, place in enumerate(places):
        if position not in shown:
            masked[place] = HIDDEN
    return "".join(masked)


def _shown(kind: EntityType, surface: str, content: str) -> frozenset[int] | range:
    """The positions in the content of a surface that are shown."""
    if kind == EntityType.NAME:
        return _of_name(surface, content)
    if kind == EntityType.ADDRESS:
        region = _region(content)
        return range(region if 2 * region <= len(content) else 0)
    if kind == EntityType.BIRTH_DATE:
        return _of_date(surface, content)
    if kind == EntityType.PLATE and content[:1] and _IDEOGRAPHS.fullmatch(content[0]):
        return _ends(content[1:], *_SHOWN[kind], len(content)) if _PLAIN.fullmatch(content[1:]) else range(0)
    if kind not in _SHOWN or not _PLAIN.fullmatch(content):
        return range(0)
    return _ends(content, *_SHOWN[kind], len(content))


def _ends(plain: str, head: int, tail: int, count: int) -> frozenset[int] | range:
    """The first and the last of ``count`` positions, of which a third at least stays hidden."""
    if len(plain) < _FEWEST:
        return range(0)
    head = min(head, max(0, count - -(-count // 3) - tail))
    return frozenset((*range(head), *range(count - tail, count)))


def _region(address: str) -> int:
    """How many of an address's first characters name a province, a city, or both."""
    match = _REGION.match(address)
    if match is None or not _is_region(match[1]):
        return 0
    return match.end() if match[2] and _is_region(match[2]) else match.end(1)


def _is_region(name: str) -> bool:
    """Whether a name with 省, 市, 州 or 盟 is a division's, and no estate's: 长沙市, 恩施州, and not 万科城市."""
    return name.endswith(_AUTONOMOUS) or is_a_division(name) or is_a_division(name.removesuffix("州"))


def _of_date(surface: str, content: str) -> range:
    """The year of four digits."""
    year = _YEAR.search(surface)
    if year is None or len(content) < _FEWEST or not _PLAIN.fullmatch(content):
        return range(0)
    before = sum(character not in _DATE_SEPARATORS for character in surface[: year.start()])
    return range(before, before + len(year[0]))


def _of_name(surface: str, content: str) -> frozenset[int] | range:
    """The surname of a Chinese name, the first letter of a Latin one."""
    if len(content) < 2:
        return range(0)
    if _IDEOGRAPHS.fullmatch(content):
        return range(2 if len(content) > 2 and content[:2] in COMPOUND_SURNAMES else 1)
    words = _WORD.findall(surface)
    return range(1 if sum(map(len, words)) == len(content) and len(content) > 2 else 0)
