"""Reading disguised e-mail addresses, WeChat ids and user names."""

from __future__ import annotations

import re
from functools import cache

from gaihe.serving.core.schema import NoiseKind
from gaihe.serving.reveal.numbers import reveal_number
from gaihe.serving.reveal.plans import AccountKind, AccountPlan, NumberPlan
from gaihe.serving.reveal.tables import SIGN_WORDS

_AT = re.compile(
    r"(?:(?<!\s)\s+)?(?:[\[({（【<《{]\s*(?:at|@|艾特|圈a|小老鼠)\s*[\])}）】>》}]|艾特|小老鼠|圈a|＠|﹫|◎|#|\s(?:at|AT)\s|(?<=\d)at(?=qq|16|126|g?mail))\s*",
    re.IGNORECASE,
)
"""White space before the sign is read from its start alone: what does not fit there fits nowhere inside it."""
_DOT = re.compile(
    r"(?:(?<!\s)\s+)?(?:[\[({（【<]\s*(?:dot|\.|点|點)\s*[\])}）】>]|点|點|。|．|、|,|，|\s(?:dot|DOT)\s)\s*",
    re.IGNORECASE,
)
_MASK = re.compile("[＊﹡●■█✘✖]|([?？])\\1+")
_NOT_EMAIL = re.compile(r"[^A-Za-z0-9._%+@*-]")
_NOT_ID = re.compile(r"[^A-Za-z0-9_*.-]")
_HAN = re.compile("[\u3400-\u9fff]")
_SPELLED_OUT = re.compile(r"\w(?:[^\w]+\w){3,}")
_SPLIT_NUMBER = re.compile(r"(?:\d(?:\[[^\[\]\d]{1,4}\]|[^A-Za-z\d\u3400-\u9fff])*+){5,}(?<=\d)")
_PICTOGRAPHS = re.compile("[\u2190-\u2bff\u3030\U0001f000-\U0001faff]")


def reveal_account(text: str, plan: AccountPlan, kinds: set[NoiseKind]) -> str:
    """Undo what splits and masks an address or a user name; adds what was found to ``kinds``."""
    signed = _sign_words().sub(lambda word: _sign_of()[word[0]], text)
    if signed != text:
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


def _email(text: str, kinds: set[NoiseKind]) -> str:
    plain = text if "@" in text and not re.search(r"[\[(（]@", text) else _AT.sub("@", text, count=1)
    local, at, host = plain.partition("@")
    plain = _NOT_EMAIL.sub("", _DOT.sub(".", local) + at + _DOT.sub(".", host))
    if plain != text:
        kinds.add(NoiseKind.SEPARATOR)
    return plain


def _id(text: str, kinds: set[NoiseKind]) -> str:
    words = _HAN.sub("", text)
    if words != text and re.search("[A-Za-z0-9]", words):
        kinds.add(NoiseKind.CHUNKED)
        return _NOT_ID.sub("", words)
    plain = _NOT_ID.sub("", text)
    if plain != text and plain:
        kinds.add(NoiseKind.SEPARATOR)
        return plain
    return text


def _user_name(text: str, number: NumberPlan | None, kinds: set[NoiseKind]) -> str:
    if number and _SPLIT_NUMBER.fullmatch(text):
        return reveal_number(text, number, kinds)
    if _SPELLED_OUT.fullmatch(text):
        kinds.add(NoiseKind.SEPARATOR)
        return re.sub(r"\W", "", text)
    plain = _PICTOGRAPHS.sub("", text) if not text.isascii() and not _HAN.search(text) else text
    if plain != text and plain:
        kinds.add(NoiseKind.SEPARATOR)
        return plain
    return text
