"""Reading disguised names, addresses, schools and workplaces."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from gaihe.serving.disguise.folding import simplify
from gaihe.serving.disguise.tables import COMPOUND_SURNAMES, joined_names, syllables
from gaihe.serving.schema import NoiseKind

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+[1-5]?")
_TONE = re.compile("[\u0300\u0301\u0304\u030c]|(?<=[a-z])[1-5]$")
_NAME_MASK = re.compile(
    r"[＊﹡●■□█✘✖×某口?？#]|(?<=[\u3400-\u9fff])(?:[xXoO](?![a-wyzA-WYZ])|_(?![\u3400-\u9fff]))|(?<=_)_|(?<=[xX])[xX]"
)
_PLACE_MASK = re.compile(r"[＊﹡■□█✘✖●×]|[某口?？#_]{2,}|(?<![A-Za-z])[xX]{2,}(?![A-Za-z])")
_DOTS = "·•・‧∙"
_BREAK = re.compile("[^\u3400-\u9fff*]+")
_LONGEST_NAME = 4
_RADICALS = frozenset("亻氵艹钅讠纟忄礻阝刂攵彡宀辶彳冫冖灬囗")


def reveal_name(text: str, kinds: set[NoiseKind]) -> str:
    """Undo splits, dots, masks and traditional characters; pinyin is only noted."""
    plain = _NAME_MASK.sub("*", simplify(text, kinds)) if _HAN.search(text) else text
    if "*" in plain:
        kinds.add(NoiseKind.MASKED)
    _note_pinyin(plain, kinds)
    if not _HAN.search(plain) or re.search("[A-Za-z]", plain):
        return plain
    return _joined(_unsplit(plain, kinds), kinds)


def reveal_place(text: str, kinds: set[NoiseKind]) -> str:
    """Undo masks, traditional characters and separators between all characters; pinyin is only noted."""
    plain = _PLACE_MASK.sub(lambda run: "*" * len(run[0]), simplify(text, kinds))
    if "*" in plain:
        kinds.add(NoiseKind.MASKED)
    if _HAN.search(plain):
        _note_pinyin(plain, kinds)
    return _rejoined(plain, kinds)


def _note_pinyin(text: str, kinds: set[NoiseKind]) -> None:
    words = [match[0] for match in _LATIN.finditer(text)]
    if words and all(_is_pinyin(word) for word in words) and any(len(word) > 1 for word in words):
        kinds.add(NoiseKind.PINYIN)


def _is_pinyin(word: str) -> bool:
    bare = _TONE.sub("", unicodedata.normalize("NFD", word.lower())).replace("u\u0308", "v")
    return _pinyin().fullmatch(bare) is not None


@cache
def _pinyin() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(sorted(syllables(), key=len, reverse=True))}){{1,6}}")


def _unsplit(name: str, kinds: set[NoiseKind]) -> str:
    """Put components together: at the start of the name, and inside where it is too long or shows a radical."""
    length = len(_HAN.findall(name))
    inside = length >= _LONGEST_NAME
    table = joined_names()
    result, at = "", 0
    while at < len(name):
        for size in (4, 3, 2):
            part = name[at : at + size]
            whole = table.get(part)
            if whole and len(name) > size and (at == 0 or inside or _RADICALS & set(part)):
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
    if len(parts) < 2 or not _splits_a_short_name(parts, letters):
        return name
    kinds.add(NoiseKind.NAME_SPLIT if any(mark in _DOTS for mark in name) else NoiseKind.SEPARATOR)
    return letters


def _splits_a_short_name(parts: list[str], letters: str) -> bool:
    if len(letters) > _LONGEST_NAME:
        return False
    first = parts[0]
    return len(letters) <= 3 or first in COMPOUND_SURNAMES or all(len(part) == 1 for part in parts)


def _rejoined(text: str, kinds: set[NoiseKind]) -> str:
    parts = [part for part in re.split(r"[^\w*#()（）]+", text) if part]
    single = sum(len(part) == 1 for part in parts)
    if len(parts) >= 4 and single >= 0.6 * len(parts):
        kinds.add(NoiseKind.SEPARATOR)
        return "".join(parts)
    return text
