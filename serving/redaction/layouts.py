"""Other ways to write an invented value, for the other surfaces of a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv6Address

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.tables import UNICODE_STYLES
from gaihe.serving.types import sheet_of

_SEPARATORS = ("-", " ", "·", "_")
_AT_SIGNS = ("[at]", "(at)", " at ", "#", "＠")
_GROUP = 7
"""Where the last group of a number begins, as telephone numbers are written: 154-9040-0619."""
_CASES = (str.lower, str.upper, str.capitalize, str.title)
_SIX = re.compile("2001:db8:[0-9a-f:]+")
_INVENTED_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_FULL_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_NUMERIC_DATE = re.compile(r"[0-9年月日号生./\- ]+")
_DATE_OF_DIGITS = re.compile(r"((?:\d\d)?\d\d)\d{4}", re.ASCII)


def layouts(kind: EntityType, surface: str, value: str, base: str) -> Iterator[str]:
    """Ways to write an invented value: laid out as a surface is, then in other everyday ways, at last broken: 陈-思远.

    Args:
        kind: the type.
        surface: the surface of the value.
        value: the canonical value.
        base: the first way in which the invented value was written.
    """
    yield from _laid_out(surface, base)
    match kind:
        case EntityType.BIRTH_DATE:
            yield from _dates(surface, value, base)
        case EntityType.DEVICE_ID:
            yield from _addresses(surface, value, base)
        case EntityType.NAME if base.isascii():
            between = re.search(r"[^A-Za-z]+", surface)
            yield from cased_as(surface, (between[0] if between else "").join(base.split()))
    yield from cased_as(surface, base)
    if kind == EntityType.EMAIL:
        yield from (base.replace("@", sign) for sign in sorted(_AT_SIGNS, key=lambda sign: sign not in surface))
    if len(base) > _GROUP and base.isdigit():
        yield from (f"{base[:3]}{sign}{base[3:_GROUP]}{sign}{base[_GROUP:]}" for sign in "- .")
    for separator in _SEPARATORS:
        for place in range(1, len(base)):
            yield base[:place] + separator + base[place:]


def _laid_out(surface: str, letters: str) -> Iterator[str]:
    """As many letters and digits as a surface has in its layout."""
    if sum(map(str.isalnum, surface)) == len(letters):
        left = iter(letters)
        yield "".join(_styled(next(left), sign) if sign.isalnum() else sign for sign in surface)


def cased_as(surface: str, base: str) -> Iterator[str]:
    """A text in the letter case of a surface."""
    return (cased(base) for cased in _CASES if cased(surface) == surface)


def _styled(letter: str, sign: str) -> str:
    """A digit in the style of another one: ５, ⑤; what is no digit as it is."""
    style = next((style for style in UNICODE_STYLES if sign in style and not sign.isascii()), None)
    return style[int(letter)] if style and letter.isascii() and letter.isdigit() else letter


def _dates(surface: str, value: str, base: str) -> Iterator[str]:
    """An invented date with the signs of a surface, its numbers in their order and as wide, and with other signs.

    None is without a year: a day of a month alone, as 7月2, soon stands in another text of the case.
    """
    if not (invented := _INVENTED_DATE.fullmatch(base)):
        return
    year, month, day = map(int, invented.groups())
    if of_digits := _DATE_OF_DIGITS.fullmatch(surface):
        yield f"{year}{month:02}{day:02}"[4 - len(of_digits[1]) :]
    elif (said := _FULL_DATE.fullmatch(value)) and _NUMERIC_DATE.fullmatch(surface):
        numbers = list(zip(map(int, said.groups()), (year, month, day), strict=True))
        written = [_renumbered(number, numbers) for number in re.findall("[0-9]+", surface)]
        if None not in written and not numbers:
            signs = iter(written)
            yield re.sub("[0-9]+", lambda _: str(next(signs)), surface)
    yield from (f"{year}{sign}{month}{sign}{day}" for sign in "-./")


def _renumbered(number: str, numbers: list[tuple[int, int]]) -> str | None:
    """The invented number for a number of a date, which is taken from those left; ``None`` where there is none."""
    for place, (old, new) in enumerate(numbers):
        if int(number) in (old, old % 100):
            del numbers[place]
            width = len(number) if new > 100 or number.startswith("0") else 1
            return f"{new % 10 ** max(2, width):0{width}}"
    return None


def _addresses(surface: str, value: str, base: str) -> Iterator[str]:
    """An invented network address with the port that a surface has, a MAC with its signs, an IPv6 address in full."""
    address = sheet_of(EntityType.DEVICE_ID).value(base)
    if value and value in surface:
        yield surface.replace(value, address)
    for laid_out in _laid_out(surface, address.replace(":", "")):
        yield from cased_as(surface, laid_out)
    if _SIX.fullmatch(address):
        yield IPv6Address(address).exploded
