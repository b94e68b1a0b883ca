"""What the disguises share: the visible units of a span, and the choice of those to change."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from gaihe.data.lexicon.weighted import Weighted
from gaihe.serving.core.invisible import INVISIBLE
from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import COUNTRY_CODE, AccountPlan, NumberPlan, PlacePlan
from gaihe.serving.reveal.tables import COMPOUND_SURNAMES, digit_of, homophone_digits, numeral_digits
from gaihe.serving.types import sheet_of

Disguise = Callable[[str, EntityType, Random], str | None]
"""Makes the disguised surface of a span of a type, or ``None`` where the kind does not fit it."""

_FROM_THE_START_SHARE = 0.5
_SCATTERED_PART = (0.15, 0.85)
_CHOSEN = Weighted({"all": 45, "run": 17, "scattered": 38})

HAN = re.compile("[\u3400-\u9fff]")
_LONGEST_NAME = 4
WRITTEN_DATE = re.compile("[年月]")

_UNIT = re.compile(f"[0-9]\ufe0f?\u20e3|[\U0001f1e6-\U0001f1ff]{{2}}|.[{''.join(sorted(INVISIBLE))}]*", re.DOTALL)
_EVERYDAY_SEPARATORS = re.compile(r"(?<=[\w*]) ?[-·•./ ]? ?(?=[\w*])|[()（）]")
_EXTENSION = re.compile(r"\d{7}-\d{1,6}$")
_MASKS = frozenset("*＊●■█✘✖×某口#_?X")


def number_plan(kind: EntityType) -> NumberPlan | None:
    """The plan of a type whose values are numbers, or letters and digits; nothing for another type."""
    plan = sheet_of(kind).plan
    return plan if isinstance(plan, NumberPlan) else None


def is_place(kind: EntityType) -> bool:
    """Whether a type's values are places or bodies."""
    return isinstance(sheet_of(kind).plan, PlacePlan)


def is_account(kind: EntityType) -> bool:
    """Whether a type's values are e-mail addresses, ids or user names."""
    return isinstance(sheet_of(kind).plan, AccountPlan)


def is_everyday(text: str, kind: EntityType) -> bool:
    """Whether a number is grouped as everyone groups those of its type."""
    plan = number_plan(kind)
    return plan is not None and plan.is_everyday(text)


def units(text: str) -> list[str]:
    """The text cut into what the reader sees as one character: a keycap emoji is one, with all its code points."""
    return _UNIT.findall(text)


def is_value(unit: str) -> bool:
    """Whether a unit stands for part of a number or id, rather than between its parts."""
    sign = unit[0]
    return (
        (sign.isalnum() and not HAN.match(sign))
        or sign in digit_of()
        or sign in numeral_digits()
        or sign in homophone_digits()
    )


def is_mask(unit: str) -> bool:
    """Whether a unit hides part of a value."""
    return unit[0] in _MASKS


def without_country_code(text: str, kind: EntityType) -> tuple[str, str]:
    """The mainland's country code before a telephone number, and the rest, which a disguise works on."""
    match = COUNTRY_CODE.match(text) if kind is EntityType.PHONE else None
    return (match[0], text[match.end() :]) if match else ("", text)


def compact(text: str, kind: EntityType) -> str | None:
    """A number without the separators of everyday writing; ``None`` for one that only lives with its separators."""
    if kind is EntityType.BIRTH_DATE:
        return text if text.isdecimal() else None
    if kind is EntityType.DEVICE_ID and not text.isdecimal():
        return None
    if kind is EntityType.PASSPORT and HAN.search(text):
        return None
    if kind is EntityType.PHONE and _EXTENSION.search(text):
        return None
    if number_plan(kind) is None or any(word in text for word in ("转", "轉", "No")):
        return None
    return _EVERYDAY_SEPARATORS.sub("", text)


def chosen(count: int, random: Random) -> set[int]:
    """Which of ``count`` places to change: all, most, the first or last few, or a scattered part; at least one."""
    manner = _CHOSEN.pick(random)
    if manner == "all" or count == 1:
        return set(range(count))
    if manner == "run":
        length = random.randint(1, count - 1)
        from_the_start = random.random() < _FROM_THE_START_SHARE
        return set(range(length)) if from_the_start else set(range(count - length, count))
    share = random.uniform(*_SCATTERED_PART)
    picked = {place for place in range(count) if random.random() < share}
    return picked or {random.randrange(count)}


def replace_digits(text: str, kind: EntityType, random: Random, write: Callable[[str], str]) -> str | None:
    """Write some of the plain digits of a surface anew.

    In a written date (1998年3月5日) every changed run of digits keeps a plain one: 一九九八年 is everyday writing.
    """
    head, body = without_country_code(text, kind)
    places = [
        place for place, sign in enumerate(body) if "0" <= sign <= "9" and not body.startswith("\u20e3", place + 1)
    ]
    if not places:
        return None
    signs = list(body)
    changed = {places[index] for index in chosen(len(places), random)}
    if kind is EntityType.BIRTH_DATE and WRITTEN_DATE.search(body):
        changed -= _kept_digits(body, changed, random)
    for place in sorted(changed):
        signs[place] = write(signs[place])
    result = head + "".join(signs)
    return result if result != text else None


def _kept_digits(text: str, changed: set[int], random: Random) -> set[int]:
    kept = set()
    for run in re.finditer(r"\d+", text):
        places = range(run.start(), run.end())
        if all(place in changed for place in places):
            kept.add(random.choice(places))
    return kept


def letterless(kind: EntityType, text: str) -> bool:
    """Whether all of a value's letters would be disguised digits."""
    plan = number_plan(kind)
    return (plan is not None and plan.letterless) or (
        kind is EntityType.ID_CARD and text[:1].isdecimal() and len(text) >= 15
    )


def whole_name(text: str) -> bool:
    """Whether a name is of two to four Chinese characters, none of them hidden (张某某)."""
    return 2 <= len(text) <= _LONGEST_NAME and "某" not in text and all(map(HAN.match, text))


def name_parts(name: str) -> tuple[str, str]:
    """Surname and given name of a Chinese name of two to four characters."""
    length = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return name[:length], name[length:]
