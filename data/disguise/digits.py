"""Digits written otherwise: styled characters, Chinese numerals, homophones, look-alike letters."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from gaihe.data.disguise.units import WRITTEN_DATE, is_account, is_place, letterless, number_plan, replace_digits
from gaihe.data.lexicon.weighted import Weighted
from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.tables import HOMOPHONES, KEYCAP, LOOKALIKES, NUMERALS, SPOKEN, UNICODE_STYLES

_STYLED_ID_SHARE = 0.6
_STYLED_CAPITALS_SHARE = 0.25
_TWO_STYLES_SHARE = 0.15
_WHOLE_KEYCAP_SHARE = 0.9
_ALL_LETTERS_SHARE = 0.6
_COMMON_NUMERAL_SHARE = 0.8
_ONE_SIGN_A_DIGIT_SHARE = 0.6
_COMMON_LOOKALIKE_SHARE = 0.65
_SECOND_STYLE_SHARE = 0.5
_SOME_LETTERS = (0.2, 0.8)
_COMMON_HOMOPHONE_SHARE = 0.7
_SHORT_REACH_SHARE = 0.5

_NUMERAL_MANNER = Weighted({"plain": 50, "formal": 16, "spoken": 14, "radio": 6, "mixed": 14})

_STYLE_WEIGHTS = (24, 14, 8, 5, 3, 2, 2, 2, 6, 4, 2, 3, 4, 4, 2, 2, 2, 1, 1)
_CUMULATIVE_STYLES = tuple(sum(_STYLE_WEIGHTS[: end + 1]) for end in range(len(_STYLE_WEIGHTS)))
_KEYCAP_SHARE = 0.2
_LETTER_STARTS = (
    (0xFF21, 0xFF41),
    (0xFF21, 0xFF41),
    (0x1D400, 0x1D41A),
    (0x1D5D4, 0x1D5EE),
    (0x1D670, 0x1D68A),
    (0x1D4D0, 0x1D4EA),
    (0x24B6, 0x24D0),
)
_CAPITAL_STARTS = (*_LETTER_STARTS[:2], *((start, start) for start in (0x24B6, 0x1F130, 0x1F150, 0x1F170)))
_LETTERED = frozenset({EntityType.PLATE, EntityType.PASSPORT, EntityType.MEMBER_ID})
_FORMAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
_SAFE_LOOKALIKES = {"0": "Oo", "1": "lI"}
_COMMON_LOOKALIKES = {"0": "OOOoo", "1": "llIi|"}
_BAR_LENGTHS = {EntityType.PHONE: 11, EntityType.ID_CARD: 18}
_SPOKEN_NUMERALS = {"1": "幺", "2": "两"}


def unicode_digit(text: str, type: EntityType, random: Random) -> str | None:
    """Full-width, circled, keycap, mathematical, raised and other styles of digits; of letters too in ids."""
    if is_account(type) and random.random() < _STYLED_ID_SHARE:
        return _styled_letters(text, random.choice(_LETTER_STARTS), random)
    if type in _LETTERED and text.isupper() and random.random() < _STYLED_CAPITALS_SHARE:
        return _styled_letters(text, random.choice(_CAPITAL_STARTS), random)
    if type is EntityType.NAME:
        return None
    styles = [_style(random) for _ in range(2)]
    mixed = random.random() < _TWO_STYLES_SHARE

    def write(digit: str) -> str:
        style = styles[random.random() < _SECOND_STYLE_SHARE] if mixed else styles[0]
        return style[int(digit)]

    return replace_digits(text, type, random, write)


def _style(random: Random) -> tuple[str, ...]:
    if random.random() < _KEYCAP_SHARE:
        ending = KEYCAP if random.random() < _WHOLE_KEYCAP_SHARE else KEYCAP[1:]
        return tuple(digit + ending for digit in "0123456789")
    return tuple(random.choices(UNICODE_STYLES, cum_weights=_CUMULATIVE_STYLES)[0])


def _styled_letters(text: str, starts: tuple[int, int], random: Random) -> str | None:
    if "/" in text:
        return None
    upper, lower = starts
    wide = upper == 0xFF21
    share = 1 if random.random() < _ALL_LETTERS_SHARE else random.uniform(*_SOME_LETTERS)
    signs = []
    for sign in text:
        if not sign.isascii() or not sign.isalnum() or random.random() > share:
            signs.append(sign)
        elif sign.isdecimal():
            signs.append(UNICODE_STYLES[0][int(sign)] if wide else sign)
        else:
            signs.append(chr((upper if sign.isupper() else lower) + ord(sign.lower()) - ord("a")))
    result = "".join(signs)
    return result if result != text else None


def chinese_numeral(text: str, type: EntityType, random: Random) -> str | None:
    """Chinese numerals for digits, plain, formal or as spoken (幺, 两, 洞, 拐), for all digits or a part."""
    if number_plan(type) is None and not is_place(type):
        return None
    manner = _NUMERAL_MANNER.pick(random)
    zero = random.choice("零零〇○")

    def plain(digit: str) -> str:
        return zero if digit == "0" else NUMERALS[digit][0]

    def formal(digit: str) -> str:
        return digit.translate(_FORMAL)

    def spoken(digit: str) -> str:
        return _SPOKEN_NUMERALS.get(digit) or plain(digit)

    def radio(digit: str) -> str:
        return SPOKEN.get(digit, plain(digit))[0]

    def mixed(digit: str) -> str:
        return (
            random.choice((plain, formal, spoken))(digit)
            if random.random() < _COMMON_NUMERAL_SHARE
            else random.choice(NUMERALS[digit])
        )

    writers: dict[str, Callable[[str], str]] = {
        "plain": plain,
        "formal": formal,
        "spoken": spoken,
        "radio": radio,
        "mixed": mixed,
    }
    return replace_digits(text, type, random, writers[manner])


def homophone_digit(text: str, type: EntityType, random: Random) -> str | None:
    """Characters that sound like the digits, one for each digit or a new one each time, for all digits or a part."""
    if number_plan(type) is None:
        return None
    signs = {
        digit: random.choice(signs[: 6 if random.random() < _COMMON_HOMOPHONE_SHARE else None])
        for digit, signs in HOMOPHONES.items()
    }
    steady = random.random() < _ONE_SIGN_A_DIGIT_SHARE
    reach = 8 if random.random() < _SHORT_REACH_SHARE else None

    def write(digit: str) -> str:
        sign = signs[digit] if steady else random.choice(HOMOPHONES[digit][:reach])
        return "灵" if sign == "领" and type is EntityType.PLATE else sign

    return replace_digits(text, type, random, write)


def lookalike(text: str, type: EntityType, random: Random) -> str | None:
    """Letters that look like the digits, mostly O and l, sometimes all that there are."""
    if number_plan(type) is None or type is EntityType.DEVICE_ID or WRITTEN_DATE.search(text):
        return None
    if not letterless(type, text):
        return _lookalike_inside(text, type, random)
    table = _COMMON_LOOKALIKES if random.random() < _COMMON_LOOKALIKE_SHARE else LOOKALIKES
    signs = {digit: random.choice(letters) for digit, letters in table.items()}
    if signs["1"] == "|" and len(text) != _BAR_LENGTHS.get(type):
        signs["1"] = "l"

    def write(digit: str) -> str:
        return signs.get(digit, digit)

    return replace_digits(text, type, random, write)


def _lookalike_inside(text: str, type: EntityType, random: Random) -> str | None:
    """O and l after the first plain digit: before it a letter could be part of the value."""
    start = next((place for place, sign in enumerate(text) if sign in "23456789"), len(text))
    letters = {digit: random.choice(signs) for digit, signs in _SAFE_LOOKALIKES.items()}
    if type is EntityType.PLATE and text.islower():
        letters["1"] = "I"
    tail = replace_digits(text[start + 1 :], type, random, lambda digit: letters.get(digit, digit))
    return None if tail is None else text[: start + 1] + tail
