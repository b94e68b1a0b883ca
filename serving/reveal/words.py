"""Reading disguised names, addresses, schools and workplaces."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise
from operator import add

from gaihe.serving.core.schema import NoiseKind
from gaihe.serving.reveal.folding import simplify
from gaihe.serving.reveal.tables import (
    COMPOUND_SURNAMES,
    joined_names,
    pinyin_like_names,
    simplified,
    surname_syllables,
    surnames,
    syllables,
)

_HAN = re.compile("[\u3400-\u9fff]")
_LETTER = re.compile("[A-Za-z]")
_MARK = "[\u0300-\u036f]"
_LATIN = re.compile(f"(?:[A-Z]{_MARK}*|(?<!{_MARK}){_MARK}+)?(?:[a-z]{_MARK}*)+[1-5]?|(?:[A-Z]{_MARK}*)+")
_TONE = re.compile("[\u0300\u0301\u0304\u030c]|(?<=[a-z])[1-5]$")
_LETTERLESS = re.compile("[\\s\\d\u3000-\u303f\u3400-\u9fff\uff01-\uff20*,.()/-]*")
"""Texts that hold no Latin letters, at a glance."""
_NAME_MASK = re.compile(
    r"[＊﹡●○◯〇■□█✘✖×某?？#]|口(?=口)|(?<=口)口"
    r"|(?<=[\u3400-\u9fff])(?:[xXoO](?![a-wyzA-WYZ])|_(?![\u3400-\u9fff]))|(?<=_)_|(?<=[xX])[xX]"
    r"|(?<=[\u3400-\u9fff])[oO](?=[oO](?![A-Za-z]))|(?<=[\u3400-\u9fff][oO])[oO](?![A-Za-z])"
)
_PLACE_MASK = re.compile(r"[＊﹡■□█✘✖●×]|([某口?？#_])\1+|(?<![A-Za-z])[xX]{2,}(?![A-Za-z])")
_DOTS = frozenset("·•‧∙")
_BREAK = re.compile("[^\u3400-\u9fff*]+")
_SEPARATORS = re.compile(r"([^\w*#()（）]+|_+)")
_SPLIT_WORD = re.compile(
    r"(?<=[\u3400-\u9fff])(?:[^\w*#()（）]+|_+)(?=[\u3400-\u9fff])|(?<=[A-Za-z])(?:[^\w*#()（）]+|_+)(?=[A-Za-z])"
)
"""What separates the signs of a word, and not the parts of a house's number: 5-3-2-1."""
_LONGEST_NAME = 4
_LONGEST_GIVEN = 2
_LONGEST_BRAND = 8
_RADICALS = frozenset("亻氵艹钅讠纟忄礻阝刂攵彡宀辶彳冫冖灬囗")


def undisguised_words(text: str, name: bool) -> bool:
    """Whether a name or a place is at a glance written as everyone writes it; ``False`` says nothing."""
    if not name:
        return _plain_place().fullmatch(text) is not None
    if _plain_name().fullmatch(text) is None:
        return False
    if len(text) > 3:
        return _parts().isdisjoint(map(add, text, text[1:]))
    return _RADICALS.isdisjoint(text) and (len(text) < 3 or text[:2] not in _split_surnames())


@cache
def _plain_name() -> re.Pattern[str]:
    """Chinese names, and others with a dot, in which nothing is hidden or traditional."""
    return re.compile(f"[{_ideographs()}]{{2,}}|(?=.{{6}})[{_ideographs()}]{{2,}}(?:·[{_ideographs()}]{{2,}})+")


@cache
def _plain_place() -> re.Pattern[str]:
    """Ideographs and digits of which none is hidden or traditional."""
    return re.compile(f"[{_ideographs()}0-9]+")


@cache
def _ideographs() -> str:
    """Ranges of ideographs without those that may be masks, and traditional ones."""
    telling = {"某", "口", *map(chr, simplified())}
    edges = [0x33FF, *sorted(ord(sign) for sign in telling if "\u3400" <= sign <= "\u9fff"), 0xA000]
    return "".join(f"{chr(low + 1)}-{chr(high - 1)}" for low, high in pairwise(edges) if high > low + 1)


@cache
def _parts() -> frozenset[str]:
    """The first two components of every character that people write apart."""
    return frozenset(part[:2] for part in joined_names())


@cache
def _split_surnames() -> frozenset[str]:
    """Two components that make up a surname."""
    return frozenset(part for part, whole in joined_names().items() if len(part) == 2 and whole in surnames())


def reveal_name(text: str, kinds: set[NoiseKind]) -> str:
    """Undo splits, dots, masks and traditional characters; pinyin is only noted."""
    plain = _NAME_MASK.sub("*", simplify(text, kinds)) if _HAN.search(text) else text
    if "*" in plain:
        kinds.add(NoiseKind.MASKED)
    if _is_pinyin_name(plain):
        kinds.add(NoiseKind.PINYIN)
    if not _HAN.search(plain) or _LETTER.search(plain):
        return plain
    return _unsplit(_joined(plain, kinds), kinds)


def reveal_place(text: str, kinds: set[NoiseKind]) -> str:
    """Undo masks, traditional characters and separators between all characters; pinyin is only noted."""
    plain = _PLACE_MASK.sub(lambda run: "*" * len(run[0]), simplify(text, kinds))
    if "*" in plain:
        kinds.add(NoiseKind.MASKED)
    if _is_pinyin_place(plain):
        kinds.add(NoiseKind.PINYIN)
    return _rejoined(plain, kinds)


def _is_pinyin_name(text: str) -> bool:
    """Whether Latin letters beside characters, or a whole name that begins with a surname, are pinyin."""
    words = _words(text)
    if not words or not all(_pinyin().fullmatch(word) for word in words):
        return False
    if _HAN.search(text):
        return any(len(word) > 1 for word in words)
    if not pinyin_like_names().isdisjoint(words):
        return False
    return words[0] in surname_syllables() if len(words) > 1 else _surname_first().fullmatch(words[0]) is not None


def _is_pinyin_place(text: str) -> bool:
    """Whether Latin letters beside characters are pinyin; a place all in letters must be too long for a brand."""
    words = _words(text)
    if not words or not all(_pinyin().fullmatch(word) for word in words):
        return False
    letters = sum(map(len, words))
    return letters > _LONGEST_BRAND or (letters > 1 and _HAN.search(text) is not None)


def _words(text: str) -> list[str]:
    """The Latin words of a text without tones, ü as v, in lower case; ZhangLi is two."""
    if _LETTERLESS.fullmatch(text):
        return []
    words = _LATIN.findall(unicodedata.normalize("NFD", text))
    return [_TONE.sub("", word.lower()).replace("u\u0308", "v") for word in words]


@cache
def _surname_first() -> re.Pattern[str]:
    surnames, given = ("|".join(sorted(words, key=len, reverse=True)) for words in (surname_syllables(), syllables()))
    return re.compile(f"(?:{surnames})(?:{given}){{1,2}}")


@cache
def _pinyin() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(sorted(syllables(), key=len, reverse=True))}){{1,12}}")


def _unsplit(name: str, kinds: set[NoiseKind]) -> str:
    """Put components together: to a surname at the start, to any where the name is too long or has radicals."""
    surname = 2 if name[:2] in COMPOUND_SURNAMES else 1
    inside = len(_HAN.findall(name)) > surname + _LONGEST_GIVEN
    table = joined_names()
    result, at = "", 0
    while at < len(name):
        for size in (4, 3, 2):
            part = name[at : at + size]
            whole = table.get(part)
            if whole and len(name) > size and (inside or _RADICALS & set(part) or (at == 0 and whole in surnames())):
                result += whole
                at += size
                kinds.add(NoiseKind.NAME_SPLIT)
                break
        else:
            result += name[at]
            at += 1
    return result


def _joined(name: str, kinds: set[NoiseKind]) -> str:
    parts = [part for part in _BREAK.split(name) if part]
    letters = "".join(parts)
    if len(parts) < 2 or not _splits_a_short_name(parts, _unsplit(letters, set()), bool(_DOTS & set(name))):
        return name
    kinds.add(NoiseKind.NAME_SPLIT if _DOTS & set(name) else NoiseKind.SEPARATOR)
    return letters


def _splits_a_short_name(parts: list[str], letters: str, dotted: bool) -> bool:
    if len(letters) > _LONGEST_NAME:
        return False
    first = parts[0]
    return len(letters) <= 3 or not dotted or first in COMPOUND_SURNAMES or all(len(part) == 1 for part in parts)


def _rejoined(text: str, kinds: set[NoiseKind]) -> str:
    parts = _SEPARATORS.split(text)
    values = [part for part in parts[::2] if part]
    single = sum(len(part) == 1 for part in values)
    within_words = len(_SPLIT_WORD.findall(text))
    if len(values) < 4 or single < 0.6 * len(values) or within_words < 2:
        return text
    kinds.add(NoiseKind.SEPARATOR)
    usual = Counter(parts[1::2]).most_common(1)[0][0]
    parts[1::2] = ["-" if run in (f"{usual}-{usual}", "---") else "" for run in parts[1::2]]
    return "".join(parts)
