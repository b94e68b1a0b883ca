"""Handles that people make of their own name and date of birth: ``zhangli98``, ``zl_0305``."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.fillers.net_name import number_tail

_MEANT_DAY_SHARE = 0.33

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_PATTERN = Weighted(
    {
        "{whole}{tail}": 30,
        "{whole}_{tail}": 6,
        "{initials}{tail}": 18,
        "{initials}_{tail}": 5,
        "{whole}": 8,
        "{given}{tail}": 12,
        "{given}_{tail}": 4,
        "{given}_{surname}": 3,
        "{surname}_{given}": 4,
        "{given}{surname}{tail}": 3,
        "{surname}{initial}{tail}": 5,
        "{initial}{surname}{tail}": 2,
    }
)


def name_handle(random: Random, syllables: Sequence[str], years: Sequence[int] = (), days: Sequence[str] = ()) -> str:
    """A handle made of a name's pinyin, surname first.

    Args:
        random: the source of randomness.
        syllables: pinyin without tones, at least one.
        years: years that mean something to the person; appended half the time.
        days: further digits that mean something (a birthday such as ``0305``); appended a third of the time.
    """
    surname, given = syllables[0], "".join(syllables[1:]) or syllables[0]
    tail = random.choice(days) if days and random.random() < _MEANT_DAY_SHARE else number_tail(random, years)
    return _PATTERN.pick(random).format(
        whole="".join(syllables),
        initials="".join(syllable[0] for syllable in syllables),
        initial=given[0],
        surname=surname,
        given=given,
        tail=tail,
    )


def pinyin_syllables(pinyin: str) -> tuple[str, ...]:
    """The lower-case ASCII words of a name in pinyin, ``("zhang", "li")``; ``("user",)`` if there are none."""
    words = ("".join(filter(_LETTERS.__contains__, word)) for word in pinyin.lower().replace("ü", "v").split())
    return tuple(word for word in words if word) or ("user",)
