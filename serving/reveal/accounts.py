"""Reading disguised e-mail addresses, WeChat ids and user names."""

from __future__ import annotations

import re
from functools import cache

from gaihe.serving.core.schema import NoiseKind
from gaihe.serving.reveal.numbers import reveal_number
from gaihe.serving.reveal.plans import AccountKind, AccountPlan, NumberPlan
from gaihe.serving.reveal.signs import ambiguous, kind_of
from gaihe.serving.reveal.tables import FILLERS, SIGN_WORDS, homophone_digits, numeral_digits

_AT = re.compile(
    r"(?:(?<!\s)\s+)?(?:[\[({（【<《{]\s*(?:at|@|艾特|圈a|小老鼠)\s*[\])}）】>》}]|艾特|小老鼠|圈a|＠|﹫|◎|#|\s(?:at|AT)\s"
    r"|(?<=\d)at(?=qq|16|126|g?mail)|(?-i:(?<=[a-z\d])AT(?=[a-z\d]))|[-_]at[-_])\s*",
    re.IGNORECASE,
)
"""White space before the sign is read from its start alone: what does not fit there fits nowhere inside it."""
_DOT = re.compile(
    r"(?:(?<!\s)\s+)?(?:[\[({（【<]\s*(?:dot|\.|点|點)\s*[\])}）】>]|点|點|。|．|、|,|，|\s(?:dot|DOT)\s)\s*",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"\A(?:mailto[:：])+", re.IGNORECASE)
_DOTS = re.compile(r"\.{2,}")
_MASK = re.compile("[＊﹡●■█✘✖]|([?？])\\1+")
_NOT_EMAIL = re.compile(r"[^A-Za-z0-9._%+@*-]")
_NOT_ID = re.compile(r"[^A-Za-z0-9_*.-]")
_HAN = re.compile("[\u3400-\u9fff]")
_HAN_RUN = re.compile("[\u3400-\u9fff〇○]+")
_ALPHANUMERIC = re.compile("[A-Za-z0-9]")
_WIDE_SIGNS = str.maketrans("＿－＋", "_-+")
_BESIDE_FILLERS = r"[\s,，、;；:：…~～—–。！!→]"
"""What stands beside a filler word and is no sign of an address or an id."""
_SPELLED_OUT = re.compile(r"\w(?:[^\w]+\w){3,}")
_SPELLED_ID = re.compile(r"[A-Za-z0-9_]([.-])(?:[A-Za-z0-9_]\1){3,}[A-Za-z0-9_]")
_SPLIT_NUMBER = re.compile(r"(?:\d(?:\[[^\[\]\d]{1,4}\]|[^A-Za-z\d\u3400-\u9fff])*+){5,}(?<=\d)")
_PICTOGRAPHS = re.compile("[\u2190-\u2bff\u3030\U0001f000-\U0001faff]")


def reveal_account(text: str, plan: AccountPlan, kinds: set[NoiseKind]) -> str:
    """Undo what splits and masks an address or a user name; adds what was found to ``kinds``."""
    narrow = text.translate(_WIDE_SIGNS)
    signed = _sign_words().sub(lambda word: _sign_of()[word[0]], narrow)
    if signed != narrow:
        kinds.add(NoiseKind.SEPARATOR)
    masked = _MASK.sub(lambda run: "*" * len(run[0]), signed)
    if "*" in masked:
        kinds.add(NoiseKind.MASKED)
    if plan.kind is AccountKind.EMAIL:
        return _email(masked, kinds)
    if plan.kind is AccountKind.ID:
        return _id(masked, kinds)
    return _user_name(masked, plan.number, kinds)


@cache
def _sign_of() -> dict[str, str]:
    return {word: sign for sign, words in SIGN_WORDS.items() for word in words}


@cache
def _sign_words() -> re.Pattern[str]:
    return re.compile(rf"(?<=[A-Za-z0-9])(?:{'|'.join(_sign_of())})(?=[A-Za-z0-9])")


@cache
def _told_signs() -> re.Pattern[str]:
    signs = "|".join((*_sign_of(), "杠"))
    return re.compile(rf"(没有?|无|不带|不要|去掉)?(?:一[个条道]?)?({signs})")


def _with_told_signs(text: str, kinds: set[NoiseKind]) -> str:
    """The names of signs that stand among other words between the parts of an id: `li 中间一个下划线 后面98`."""

    def read(told: re.Match[str]) -> str:
        sign = _sign_of().get(told[2], "-")
        after = _part().search(text, told.end())
        if after is None or _part().search(text, 0, told.start()) is None:
            return told[0]
        kinds.add(NoiseKind.SEPARATOR)
        return "" if told[1] or text[after.start() - 1] == sign else sign

    return _told_signs().sub(read, text)


@cache
def _part() -> re.Pattern[str]:
    """A letter, a digit or an ideograph that may stand for one."""
    return re.compile(f"[A-Za-z0-9{''.join(ambiguous())}]")


@cache
def _fillers() -> re.Pattern[str]:
    meant = _sign_of().keys() | {"点", "點"}
    words = "|".join(sorted(map(re.escape, set(FILLERS) - meant), key=lambda word: (-len(word), word)))
    return re.compile(rf"(?:(?<!{_BESIDE_FILLERS}){_BESIDE_FILLERS}+)?(?:{words}){_BESIDE_FILLERS}*")


def _without_fillers(text: str, kinds: set[NoiseKind]) -> str:
    plain = _fillers().sub("", text)
    if plain != text:
        kinds.add(NoiseKind.CHUNKED)
    return plain


def _with_digits(text: str, kinds: set[NoiseKind]) -> str:
    """Ideographs as digits where all that stand together are numerals, or several, or one among digits, sound so."""

    def read(run: re.Match[str]) -> str:
        signs, before, after = run[0], text[: run.start()][-1:], text[run.end() : run.end() + 1]
        among = len(signs) > 1 or (before.isdecimal() and (after.isdecimal() or not after))
        digits = numeral_digits() | homophone_digits() if among else numeral_digits()
        if not digits.keys() >= set(signs):
            return signs
        kinds.update(map(kind_of, signs))
        return "".join(map(digits.__getitem__, signs))

    return _HAN_RUN.sub(read, text)


def _email(text: str, kinds: set[NoiseKind]) -> str:
    text = _SCHEME.sub("", text)
    plain = text if "@" in text and not re.search(r"[\[(（]@", text) else _AT.sub("@", text, count=1)
    signed = plain != text
    local, at, host = plain.partition("@")
    local, host = _without_fillers(_with_told_signs(local, kinds), kinds), _without_fillers(host, kinds)
    dotted = _DOT.sub(".", local) + at + _DOTS.sub(".", _DOT.sub(".", host))
    read = _with_digits(dotted, kinds)
    plain = _NOT_EMAIL.sub("", read)
    if signed or dotted != local + at + host or plain != read:
        kinds.add(NoiseKind.SEPARATOR)
    return plain


def _id(text: str, kinds: set[NoiseKind]) -> str:
    read = text
    if spelled := _SPELLED_ID.fullmatch(text):
        kinds.add(NoiseKind.SEPARATOR)
        return text.replace(spelled[1], "")
    if _ALPHANUMERIC.search(text):
        read = _with_digits(_without_fillers(_with_told_signs(text, kinds), kinds), kinds)
    words = _HAN.sub("", read)
    if words != read and _ALPHANUMERIC.search(words):
        kinds.add(NoiseKind.CHUNKED)
        return _NOT_ID.sub("", words)
    plain = _NOT_ID.sub("", read)
    if plain != read and plain:
        if NoiseKind.CHUNKED not in kinds:
            kinds.add(NoiseKind.SEPARATOR)
        return plain
    return read


@cache
def _numerals() -> re.Pattern[str]:
    """Numbers in which each digit is a sign of its own; fewer are a name rather."""
    return re.compile(f"[0-9{''.join(numeral_digits())}]{{5,}}")


def _user_name(text: str, number: NumberPlan | None, kinds: set[NoiseKind]) -> str:
    if number and (_SPLIT_NUMBER.fullmatch(text) or _numerals().fullmatch(text)):
        return reveal_number(text, number, kinds)
    if _SPELLED_OUT.fullmatch(text):
        kinds.add(NoiseKind.SEPARATOR)
        return re.sub(r"\W", "", text)
    plain = _PICTOGRAPHS.sub("", text) if not text.isascii() and not _HAN.search(text) else text
    if plain != text and plain:
        kinds.add(NoiseKind.SEPARATOR)
        return plain
    return text
