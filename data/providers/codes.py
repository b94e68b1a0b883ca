"""Public codes with check digits that are nobody's personal data: ISBN and unified social credit code.

Sources: ISO 2108 (ISBN-13), GB 32100-2015 and GB 11714-1997 (credit code with the organisation code inside).
"""

from __future__ import annotations

from random import Random

_DIGITS_ALONE_SHARE = 0.4

_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_WEIGHTS = tuple(3**power % 31 for power in range(17))
_ISBN_WEIGHTS = (1, 3) * 6


def isbn_digit(payload: str) -> str:
    """The check digit of the first twelve digits of an ISBN-13."""
    return str(-sum(int(digit) * weight for digit, weight in zip(payload, _ISBN_WEIGHTS, strict=True)) % 10)


def organisation_digit(payload: str) -> str:
    """The check character, ``0``–``9`` or ``X``, of the first eight characters of an organisation code."""
    values = (_ORGANISATION_CHARACTERS.index(character) for character in payload)
    total = sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def credit_character(payload: str) -> str:
    """The check character of the first seventeen characters of a unified social credit code."""
    values = (_CREDIT_CHARACTERS.index(character) for character in payload)
    return _CREDIT_CHARACTERS[-sum(value * weight for value, weight in zip(values, _CREDIT_WEIGHTS, strict=True)) % 31]


def credit_code(random: Random, region_code: str) -> str:
    """A unified social credit code of 18 characters for a firm registered in the region (six digits)."""
    organisation = "MA" + "".join(random.choices(_CREDIT_CHARACTERS, k=6))
    if random.random() < _DIGITS_ALONE_SHARE:
        organisation = "".join(random.choices("0123456789", k=8))
    authority = random.choice(("91", "91", "91", "92", "12", "52"))
    payload = f"{authority}{region_code}{organisation}{organisation_digit(organisation)}"
    return payload + credit_character(payload)
