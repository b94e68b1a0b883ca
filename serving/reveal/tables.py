"""What disguises are made of: the tables that the generator writes with and the recogniser reads with."""

from __future__ import annotations

from functools import cache
from itertools import chain
from unicodedata import normalize

from gaihe.serving.core.tables import lines

DIGITS = "0123456789"


def _words(name: str) -> tuple[str, ...]:
    return tuple(chain.from_iterable(line.split() for line in lines(name)))


NUMERALS: dict[str, str] = dict(
    zip(DIGITS, ("零〇○", "一壹弌", "二贰两弍", "三叁弎", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"), strict=True)
)
"""Digit to the Chinese numerals that write it; the first is the plainest."""

SPOKEN: dict[str, str] = {"0": "洞", "1": "幺么", "2": "两", "7": "拐", "9": "勾"}
"""Digit to its name when numbers are read out, 么 being 幺 in traditional characters."""

HOMOPHONES: dict[str, str] = {
    "0": "灵领另玲临连铃令凌林淋邻圈拎羚聆陵",
    "1": "妖腰要衣医依易亿伊摇药咬遥姨移宜以逸邀夭",
    "2": "儿而尔爱耳饿俩鹅迩洱饵",
    "3": "散伞山删闪衫姗仨珊桑",
    "4": "死似司思丝撕斯寺私嘶饲厮祀",
    "5": "无舞吾屋捂我午武雾误呜污巫乌悟勿",
    "6": "流留柳溜刘牛遛楼硫榴瘤",
    "7": "起器妻期齐凄气骑奇欺戚漆棋旗琪弃启",
    "8": "吧爸巴霸发把拔扒芭罢疤叭坝靶",
    "9": "酒久旧就救舅揪韭狗究纠鸠",
}
"""Digit to the characters that sound like it; the commonest first."""

LOOKALIKES: dict[str, str] = {"0": "OoОο", "1": "lI|i", "2": "Zz", "5": "Ss", "6": "bG", "8": "B", "9": "gq"}
"""Digit to the letters and signs that look like it."""

EMOJI_DIGITS: dict[str, tuple[str, ...]] = {
    "0": ("🥚", "⭕", "🅾"),
    "1": ("☝", "🥇"),
    "2": ("✌", "🥈"),
    "3": ("👌", "🥉"),
    "5": ("🖐", "✋"),
    "6": ("🤙",),
    "8": ("🎱",),
}
"""Digit to the emoji that show it or look like it."""

TIMES: dict[str, int] = {"两": 2, "俩": 2, "三": 3, "四": 4, "五": 5}
"""How often a digit stands, as it is said before 个: 三个0."""

SIGN_WORDS: dict[str, tuple[str, ...]] = {"_": ("下划线", "下横线", "下杠"), "-": ("减号", "横杠", "中划线")}
"""Sign to its names, as an id is read out."""

UNICODE_STYLES: tuple[str, ...] = (
    "０１２３４５６７８９",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "⓿❶❷❸❹❺❻❼❽❾",
    "0⑴⑵⑶⑷⑸⑹⑺⑻⑼",
    "🄀⒈⒉⒊⒋⒌⒍⒎⒏⒐",
    "🄋➀➁➂➃➄➅➆➇➈",
    "🄌➊➋➌➍➎➏➐➑➒",
    "⓪⓵⓶⓷⓸⓹⓺⓻⓼⓽",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
    "𝟢𝟣𝟤𝟥𝟦𝟧𝟨𝟩𝟪𝟫",
    "𝟬𝟭𝟮𝟯𝟰𝟱𝟲𝟳𝟴𝟵",
    "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿",
    "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "₀₁₂₃₄₅₆₇₈₉",
    "0㊀㊁㊂㊃㊄㊅㊆㊇㊈",
    "0㈠㈡㈢㈣㈤㈥㈦㈧㈨",
    "0ⅠⅡⅢⅣⅤⅥⅦⅧⅨ",
    "٠١٢٣٤٥٦٧٨٩",
)
"""Ten characters a style, for the digits 0 to 9; a style without a zero keeps the plain one."""

SUZHOU = "0〡〢〣〤〥〦〧〨〩"
"""A style that posts are not generated in: Suzhou numerals (U+3021 to U+3029), whose zero is 〇."""

RADICALS = "⺟母⺠民⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻨麦⻩黄⻬齐⻰龙⻳龟"
"""Radicals, as PDF files often have them in place of the characters that follow them here; NFKC knows few of them."""

KEYCAP = "\ufe0f\u20e3"
"""What follows a plain digit to make it a keycap emoji."""

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
"""The characters that open a vehicle plate."""

FILLERS = _words("fillers")
"""Words that people put between the parts of a value; longer ones are tried first."""

COMPOUND_SURNAMES = frozenset(_words("compound_surnames"))
"""Surnames of two characters."""

EMOTES = _words("emotes")
"""Names of the platforms' own emotes, which posts show in square brackets."""


@cache
def whole_radicals() -> dict[int, str]:
    """Radicals, also those of Kangxi, to the characters that look the same, for ``str.translate``."""
    kangxi = {code: normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    return kangxi | {ord(radical): whole for radical, whole in zip(RADICALS[::2], RADICALS[1::2], strict=True)}


@cache
def digit_of() -> dict[str, str]:
    """Every single character of the styles, plain digits excepted, to its digit."""
    styles = (*UNICODE_STYLES, SUZHOU)
    return {sign: digit for style in styles for digit, sign in zip(DIGITS, style, strict=True) if sign != digit}


@cache
def numeral_digits() -> dict[str, str]:
    """Chinese numeral to digit."""
    return _inverse(NUMERALS) | _inverse(SPOKEN)


@cache
def homophone_digits() -> dict[str, str]:
    """Character to the digit that it sounds like; numerals excepted."""
    numerals = numeral_digits()
    return {sign: digit for sign, digit in _inverse(HOMOPHONES).items() if sign not in numerals}


@cache
def lookalike_digits() -> dict[str, str]:
    """Letter or sign to the digit that it looks like."""
    return _inverse(LOOKALIKES)


@cache
def emoji_digits() -> dict[str, str]:
    """Emoji to the digit that it stands for."""
    return {sign: digit for digit, signs in EMOJI_DIGITS.items() for sign in signs}


def _inverse(table: dict[str, str]) -> dict[str, str]:
    return {sign: digit for digit, signs in table.items() for sign in signs}


@cache
def name_splits() -> dict[str, tuple[str, ...]]:
    """Character to the ways in which people write it apart: 张 to 弓长; the commonest first."""
    rows = (line.split() for line in lines("name_splits"))
    return {character: tuple(parts) for character, *parts in rows}


@cache
def joined_names() -> dict[str, str]:
    """Components, as written and in simplified characters, to the character that they make up: 弓长 to 张."""
    table = {part: character for character, parts in name_splits().items() for part in parts}
    return {part.translate(simplified()): character for part, character in table.items()} | table


@cache
def simplified() -> dict[int, str]:
    """Traditional to simplified characters, for ``str.translate``; those that both scripts use are left out."""
    return {ord(line[0]): line[1] for line in lines("traditional")}


@cache
def surnames() -> frozenset[str]:
    """The commoner surnames."""
    return frozenset(surname for line in lines("surnames") for surname in line.split()[1:])


@cache
def surname_syllables() -> frozenset[str]:
    """The commoner surnames in Pinyin."""
    return frozenset(line.split()[0] for line in lines("surnames"))


@cache
def pinyin_like_names() -> frozenset[str]:
    """Names of other languages that could be read as Pinyin: Linda, Anna."""
    return frozenset(_words("pinyin_like_names"))


@cache
def syllables() -> frozenset[str]:
    """The syllables of Hanyu Pinyin, without tones, ü as v."""
    return frozenset(_words("pinyin_syllables"))
