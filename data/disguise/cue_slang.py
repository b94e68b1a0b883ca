"""Slang for the words that announce a value: 微信 becomes V信 or 薇, 身份证 becomes sfz."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from gaihe.data.lexicon.tables import rows

_SHARE = 0.85


@cache
def variants() -> dict[str, tuple[str, ...]]:
    """Cue word to the ways in which people write it to slip past filters."""
    return {cue: tuple(slang.split()) for cue, _, _, slang in rows("cue_slang")}


@cache
def _pattern() -> re.Pattern[str]:
    """All cues, the longest first, each outside the longer words in which it is no cue (微信支付, IP地址)."""
    cues = sorted(rows("cue_slang"), key=lambda row: len(row[0]), reverse=True)
    return re.compile("|".join(_guarded(cue, before.split(), after.split()) for cue, before, after, _ in cues))


def _guarded(cue: str, before: list[str], after: list[str]) -> str:
    if cue.isascii() or cue[:1].isascii():
        before = [*before, *"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"]
    if cue.isascii():
        after = [*after, *"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"]
    behind = "".join(f"(?<!{re.escape(word)})" for word in before)
    ahead = f"(?!{'|'.join(map(re.escape, after))})" if after else ""
    return f"{behind}{re.escape(cue)}{ahead}"


def disguise_cues(text: str, random: Random) -> str | None:
    """Replace cue words in the text around spans; one slang word a cue, most occurrences, at least one.

    Returns:
        The new text, or ``None`` where it has no cue.
    """
    matches = list(_pattern().finditer(text))
    if not matches:
        return None
    slang = {cue: random.choice(variants()[cue]) for cue in dict.fromkeys(match[0] for match in matches)}
    forced = random.randrange(len(matches))
    result, at = "", 0
    for number, match in enumerate(matches):
        replaced = number == forced or random.random() < _SHARE
        result += text[at : match.start()] + (slang[match[0]] if replaced else match[0])
        at = match.end()
    return result + text[at:]
