"""Values as they are read out: equal digits counted (三个0), signs by name (下划线), digits in groups."""

from __future__ import annotations

import re
from random import Random

from gaihe.data.disguise.digits import chinese_numeral
from gaihe.data.disguise.units import compact, is_account, is_everyday, without_country_code
from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.tables import SIGN_WORDS, TIMES

_COUNTED = frozenset({EntityType.PHONE, EntityType.QQ, EntityType.BANK_CARD, EntityType.MEMBER_ID})
_RUN = re.compile(r"(\d)\1{2,4}|(\d)\2$", re.ASCII)
_GROUPS = {EntityType.PHONE: ((3, 4, 4), (3, 3, 5), (4, 3, 4)), EntityType.QQ: ((3, 3, 4), (4, 3, 3), (3, 4, 3))}
_COUNTS = {count: word for word, count in reversed(TIMES.items())}


def repeated(text: str, type: EntityType, random: Random) -> str | None:
    """Runs of one digit counted, of three or more, or at the end: 13800138000 becomes 13800138三个0."""
    head, body = without_country_code(text, type)
    number = compact(body, type) if type in _COUNTED else None
    if number is None or not number.isdecimal():
        return None
    runs = list(_RUN.finditer(number))
    if not runs or runs[0].start() == 0:
        return None
    return head + _RUN.sub(lambda run: f"{_COUNTS[len(run[0])]}个{run[0][0]}", number)


def named_signs(text: str, type: EntityType, random: Random) -> str | None:
    """Underscore and hyphen by their names, as an id is read out: zhang下划线98."""
    if not is_account(type) or "/" in text or not text.isascii():
        return None
    local, at, host = text.partition("@")
    words = {sign: random.choice(names) for sign, names in SIGN_WORDS.items()}
    result = "".join(words.get(sign, sign) for sign in local) + at + host
    return result if result != text else None


def grouped_numeral(text: str, type: EntityType, random: Random) -> str | None:
    """All digits as Chinese numerals, in the groups in which they are read out: 幺三八 零零幺三 八零零零."""
    head, body = without_country_code(text, type)
    number = compact(body, type) if type in _GROUPS else None
    groups = [sizes for sizes in _GROUPS.get(type, ()) if number is not None and sum(sizes) == len(number)]
    if number is None or not groups or not number.isdecimal():
        return None
    at = 0
    parts = []
    for size in random.choice(groups):
        parts.append(number[at : at + size])
        at += size
    grouped = random.choice((" ", " ", "-")).join(parts)
    numerals = chinese_numeral(grouped, type, random) if is_everyday(grouped, type) else None
    return None if numerals is None else head + numerals
