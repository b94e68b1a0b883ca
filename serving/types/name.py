"""People's names: Chinese, transliterated, in Pinyin or in Latin letters, whole or masked.

Sources: GB/T 28039 (names in Pinyin, surname first), GB 18030 practice for the interpunct ``·`` of minority and foreign
names; surnames by frequency from the national name statistics.
"""

from __future__ import annotations

import re
from unicodedata import normalize

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import NamePlan
from gaihe.serving.reveal.tables import (
    pinyin_like_names,
    simplified,
    surname_syllables,
    surnames,
    syllables,
    whole_radicals,
)
from gaihe.serving.types.sheet import Severity, Sheet
from gaihe.serving.types.text import fold

_HAN_RANGE = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_HAN = re.compile(f"[{_HAN_RANGE}]")
_WHOLE = re.compile("[\u3400-\u4dbf\u4e00-\u67cf\u67d1-\u9fff]+")
"""Ideographs only, and 某 (U+67D0) is none of them."""
_DOT = re.compile(r"(?:(?<!\s)\s+)?[·•‧∙⋅・･．.﹒]\s*")
_HIDDEN = re.compile(r"[*●○◯〇■□?×✘某]")
_LETTERS_HIDDEN = re.compile(r"[xX]+")
_NOT_IN_CHINESE_NAME = re.compile(rf"[^\w*·{_HAN_RANGE}]|_")
_LATIN_HIDDEN = re.compile(r"[●○■□?×✘]")
_LATIN_WORD = re.compile(r"Mc[A-Z][a-z]+|[A-Z]?[a-z*]+|[A-Z*]+(?![a-z])")
_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ø": "o", "Ø": "O", "ı": "i"}
    | {"þ": "th", "Þ": "Th", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe"}
)
"""Latin letters that are no letter with a mark."""
_DIAERESIS_AS_V = re.compile("(?<=[ln])[ǖǘǚǜü]", re.IGNORECASE)


def canonical(text: str) -> str:
    """The name in simplified characters or lower-case Latin words.

    Chinese names lose spaces and separators; ``·`` stays between the parts of minority and foreign names. Pinyin and
    other Latin names become words with one space between them; a surname run together with its given name is
    split off where only one reading is possible (``zhangli`` is ``zhang li``, ``lina`` stays). Hidden characters
    become ``*``.
    """
    if _WHOLE.fullmatch(text):
        return text.translate(simplified())
    text = text.translate(whole_radicals())
    if not (_HAN.search(text) or "·" in text):
        return _latin(text)
    plain = _DOT.sub("·", fold(text).translate(simplified()))
    if _LETTERS_HIDDEN.fullmatch("".join(filter(str.isascii, filter(str.isalpha, plain)))):
        plain = _LETTERS_HIDDEN.sub(lambda hidden: "*" * len(hidden[0]), plain)
    plain = _NOT_IN_CHINESE_NAME.sub("", _HIDDEN.sub("*", plain)).strip("·")
    first, dot, last = plain.partition("·")
    if dot and first in surnames() and len(last) <= 2 and "·" not in last:
        return first + last
    return plain if dot or _HAN.search(plain) else _latin(plain)


def valid(value: str) -> bool | None:
    """``False`` for what cannot be a name (digits, fewer than two characters); ``None`` otherwise."""
    letters = [character for character in value if character.isalpha() or character == "*"]
    return False if len(letters) < 2 or any(map(str.isdigit, value)) else None


def _latin(text: str) -> str:
    plain = _LATIN_HIDDEN.sub("*", fold(text)).replace("'", "")
    if not plain.isascii():
        plain = normalize("NFD", _DIAERESIS_AS_V.sub("v", normalize("NFC", plain)).translate(_UNDECOMPOSED))
        plain = "".join(filter(str.isascii, plain))
    words = _LATIN_WORD.findall(plain)
    if not words:
        return " ".join(text.split())
    return " ".join(word.lower() for word in words) if len(words) > 1 else _split_pinyin(words[0].lower())


def _split_pinyin(word: str) -> str:
    """``surname given`` if the word can be read so in one way only, and is no foreign name; otherwise the word."""
    if word in pinyin_like_names():
        return word
    found = [
        f"{word[:cut]} {word[cut:]}"
        for cut in range(2, min(len(word), 9))
        if word[:cut] in surname_syllables() and _readings(word[cut:], 2)
    ]
    return found[0] if len(found) == 1 else word


def _readings(word: str, most: int) -> bool:
    """Whether the word is made of at most ``most`` syllables of Pinyin."""
    if not word or most == 0:
        return not word
    return any(word[:cut] in syllables() and _readings(word[cut:], most - 1) for cut in range(1, min(len(word), 6) + 1))


SHEET = Sheet(
    type=EntityType.NAME,
    english="a person's name",
    chinese="姓名",
    format="Chinese characters, with · between the parts of foreign names; in letters, lower-case words",
    source="GB/T 28039 (Pinyin), GB 18030 practice for the interpunct; no register can check a name",
    severity=Severity.GENERAL,
    examples=("弓长丽", "买买提·艾力", "张某某", "Zhang Li"),
    canonical=canonical,
    valid=valid,
    plan=NamePlan(),
)
