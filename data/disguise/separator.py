"""Separators between the characters of a value: signs, emoji, brackets, line breaks, uneven groups."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from gaihe.data.disguise.units import (
    HAN,
    compact,
    is_account,
    is_everyday,
    is_mask,
    is_place,
    is_value,
    name_parts,
    units,
    without_country_code,
)
from gaihe.data.lexicon.tables import rows
from gaihe.data.lexicon.weighted import Weighted
from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.tables import EMOTES

_SINGLE_PARTS_SHARE = 0.6
_ALL_BRACKETED_SHARE = 0.6
_CHANGING_SIGN_SHARE = 0.5
_REGULAR_BRACKETS_SHARE = 0.5
_WHOLE_GIVEN_NAME_SHARE = 0.3

_SPLIT_MANNER = Weighted({"single": 30, "grouped": 20, "irregular": 25, "lines": 10, "bracketed": 15})
_SIGN_KIND = Weighted({"plain": 50, "emoji": 22, "sign": 20, "emote": 5, "kaomoji": 3})
_EMAIL_CHANGE = Weighted({"both": 45, "dot": 30, "at": 25})

_PLAIN_SIGNS = (" ", ".", "-", "·", "/", "_", "、", "|", "~", "。", "—", ",", "•", "  ")
_BRACKETS = ("()", "（）", "[]", "【】", "「」", "<>", "《》", "{}", "『』", "〔〕", "〈〉")
_GROUPS = {
    EntityType.PHONE: (
        (3, 4, 4),
        (3, 4, 4),
        (3, 3, 5),
        (4, 3, 4),
        (5, 6),
        (3, 8),
        (7, 4),
        (3, 2, 2, 2, 2),
        (2, 3, 3, 3),
    ),
    EntityType.ID_CARD: ((6, 8, 4), (6, 4, 4, 4), (3, 3, 4, 4, 4), (6, 4, 2, 2, 4), (4, 4, 4, 4, 2)),
    EntityType.BANK_CARD: ((4, 4, 4, 4, 4), (4, 4, 4, 7), (6, 6, 7), (3, 3, 3, 3, 3, 4)),
    EntityType.PLATE: ((2, 5), (1, 1, 5), (2, 2, 3), (2, 3, 2)),
}
_EMAIL_AT = (
    "[at]",
    "(at)",
    "艾特",
    " at ",
    "#",
    "＠",
    "【at】",
    "[@]",
    " @ ",
    "@ ",
    "（at）",
    "<at>",
    "圈a",
    "◎",
    "小老鼠",
    "{at}",
    "[AT]",
    " AT ",
)
_EMAIL_DOT = ("点", "[dot]", "(dot)", "。", " . ", "．", "【点】", " dot ", "[点]", "、", ",", "（.）", "[.]", " 点 ")
_COORDINATES = re.compile(r"\d\.\d{3}|°|[东西]经|[南北]纬")
_IP_DOT = ("点", "。", " . ", "[.]", "(.)", "．", "，", "、", "[点]", ",", " 点 ")


def apply(text: str, type: EntityType, random: Random) -> str | None:
    """Split a value apart, in a way that is not everyday writing."""
    if type is EntityType.NAME:
        return _name(text, random)
    if is_place(type):
        return _place(text, random)
    if type is EntityType.EMAIL:
        return _email(text, random)
    if is_account(type):
        return _id(text, type, random)
    if type is EntityType.DEVICE_ID and re.fullmatch(r"\d+(?:\.\d+){3}", text):
        return text.replace(".", random.choice(_IP_DOT))
    head, body = without_country_code(text, type)
    number = compact(body, type)
    return None if number is None else _number(head, number, type, random)


def _number(head: str, number: str, type: EntityType, random: Random) -> str | None:
    parts = units(number)
    if len(parts) < 4:
        return None
    result = _split(parts, type, random)
    return head + (
        _interleaved(parts, [1] * len(parts), ["."] * (len(parts) - 1)) if is_everyday(result, type) else result
    )


def _split(parts: list[str], type: EntityType, random: Random) -> str:
    manner = _SPLIT_MANNER.pick(random)
    if manner == "single":
        separators = [_between(random)] * (len(parts) - 1)
        groups = [1] * len(parts)
    elif manner == "grouped":
        groups = _grouping(type, len(parts), random)
        separators = [_unusual(random)] * (len(groups) - 1)
    elif manner == "irregular":
        groups = _irregular(len(parts), random)
        separators = (
            [_between(random) for _ in groups[1:]]
            if random.random() < _CHANGING_SIGN_SHARE
            else [_between(random)] * (len(groups) - 1)
        )
    elif manner == "lines":
        groups = [1] * len(parts) if random.random() < _SINGLE_PARTS_SHARE else _irregular(len(parts), random)
        separators = ["\n"] * (len(groups) - 1)
    else:
        return _bracketed(parts, type, random)
    return _interleaved(parts, groups, separators)


def _interleaved(parts: list[str], groups: list[int], separators: list[str]) -> str:
    """Groups of units with a separator after each but the last; only between two units that are part of the value."""
    result = ""
    at = 0
    for size, separator in zip(groups, [*separators, ""], strict=True):
        at += size
        result += "".join(parts[at - size : at])
        if at < len(parts) and _splittable(parts[at - 1]) and _splittable(parts[at]):
            result += separator
    return result


@cache
def _signs(style: str) -> tuple[str, ...]:
    return tuple(next(signs for name, signs in rows("separators") if name == style).split(" "))


def _splittable(unit: str) -> bool:
    return is_value(unit) or is_mask(unit) or HAN.match(unit) is not None


def _between(random: Random) -> str:
    """One separator: mostly a plain sign, else an emoji, an emote, a kaomoji or a rarer sign."""
    kind = _SIGN_KIND.pick(random)
    if kind == "plain":
        return random.choice(_PLAIN_SIGNS)
    if kind == "emote":
        return f"[{random.choice(EMOTES)}]"
    return random.choice(_signs(kind))


def _unusual(random: Random) -> str:
    """A separator that does not make everyday groups of whole runs."""
    while (separator := _between(random)) in (" ", "-"):
        pass
    return separator


def _grouping(type: EntityType, count: int, random: Random) -> list[int]:
    sizes = list(random.choice(_GROUPS[type])) if type in _GROUPS else [3] * count
    groups: list[int] = []
    while count > 0:
        size = min(sizes[len(groups)] if len(groups) < len(sizes) else count, count)
        groups.append(size)
        count -= size
    return groups


def _irregular(count: int, random: Random) -> list[int]:
    """Groups of one to four, the first of one or two, so that nobody takes them for everyday ones."""
    groups: list[int] = []
    while (rest := count - sum(groups)) > 0:
        groups.append(min(rest, random.choice((1, 1, 2) if not groups else (1, 2, 2, 3, 3, 4))))
    return groups


def _bracketed(parts: list[str], type: EntityType, random: Random) -> str:
    """Brackets round groups inside the value, never round its first or last: 138（0013）8000."""
    regular = random.random() < _REGULAR_BRACKETS_SHARE
    groups = _grouping(type, len(parts), random) if regular else _irregular(len(parts), random)
    brackets = random.choice(_BRACKETS)
    opening, closing = brackets[0], brackets[1]
    inner = len(groups) - 1
    bracketed = (
        set(range(1, inner))
        if random.random() < _ALL_BRACKETED_SHARE
        else {random.randrange(1, inner)}
        if inner > 1
        else set()
    )
    if not bracketed:
        return _interleaved(parts, groups, [_unusual(random)] * inner)
    result, at = "", 0
    for number, size in enumerate(groups):
        group = "".join(parts[at : at + size])
        result += f"{opening}{group}{closing}" if number in bracketed else group
        at += size
    return result


def _name(text: str, random: Random) -> str | None:
    if len(text) > 4 or not all(HAN.match(sign) or is_mask(sign) for sign in text) or len(text) < 2:
        return None
    sign = random.choice((" ", " ", " ", ".", "-", "/", "_", "|", "~", "～", "　", "。", *_signs("emoji")))
    if len(text) > 2 and random.random() < _WHOLE_GIVEN_NAME_SHARE:
        return sign.join(name_parts(text))
    return sign.join(text)


def _place(text: str, random: Random) -> str | None:
    parts = units(text)
    if not HAN.search(text) or len(parts) < 5 or _COORDINATES.search(text):
        return None
    sign = random.choice((" ", ".", "/", "-", "|", "·", "~", "。", "、", "_", "，", *_signs("emoji")[:12]))
    return sign.join(part for part in parts if not part.isspace())


def _email(text: str, random: Random) -> str | None:
    local, at, host = text.partition("@")
    if not at:
        return None
    change = _EMAIL_CHANGE.pick(random)
    dot = random.choice(_EMAIL_DOT) if change != "at" else "."
    sign = random.choice(_EMAIL_AT) if change != "dot" else "@"
    result = local + sign + host.replace(".", dot)
    return result if result != text else None


def _id(text: str, type: EntityType, random: Random) -> str | None:
    if type is EntityType.ACCOUNT and not re.fullmatch(r"[A-Za-z0-9_]{5,}", text, re.ASCII):
        return None
    if type is EntityType.ACCOUNT and text.isdecimal():
        return _number("", text, EntityType.QQ, random) if len(text) > 5 else None
    parts = units(text)
    if len(parts) < 5:
        return None
    sign = random.choice((" ", " ", "/", "|", "·", "~", "、", *_signs("emoji")))
    groups = (
        [1] * len(parts)
        if type is EntityType.ACCOUNT or random.random() < _SINGLE_PARTS_SHARE
        else _irregular(len(parts), random)
    )
    return _interleaved(parts, groups, [sign] * (len(groups) - 1))
