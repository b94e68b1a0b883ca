"""Check digits that several kinds of numbers use."""

from __future__ import annotations

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_MOD_11_2 = "10X98765432"
_WEIGHTS = tuple(2**power % 11 for power in range(17, 0, -1))


def luhn_digit(payload: str) -> str:
    """The Luhn check digit that completes a string of decimal digits (ISO/IEC 7812-1, annex B)."""
    total = sum(_DOUBLED[int(digit)] for digit in payload[::-2]) + sum(int(digit) for digit in payload[-2::-2])
    return str(-total % 10)


def luhn(number: str) -> bool:
    """Whether a string of at least two decimal digits ends in its Luhn check digit."""
    return luhn_digit(number[:-1]) == number[-1]


def mod_11_2_digit(payload: str) -> str:
    """The check character, ``0``–``9`` or ``X``, of 17 decimal digits (ISO 7064 MOD 11-2, as GB 11643 uses it)."""
    return _MOD_11_2[sum(int(digit) * weight for digit, weight in zip(payload, _WEIGHTS, strict=True)) % 11]
