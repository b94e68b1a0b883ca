"""Random texts, and mutations of texts towards what disguises are made of."""

from __future__ import annotations

from functools import cache
from random import Random

from gaihe.serving.core.invisible import INVISIBLE
from gaihe.serving.reveal.tables import (
    EMOJI_DIGITS,
    EMOTES,
    FILLERS,
    HOMOPHONES,
    LOOKALIKES,
    NUMERALS,
    PROVINCES,
    SIGN_WORDS,
    SPOKEN,
    UNICODE_STYLES,
    name_splits,
    simplified,
    surname_syllables,
    syllables,
)

from benchmarks.speed.texts import natural_texts

LONGEST = 400
LONG = 3_000
LONG_SHARE = 0.002
SEED_POSTS = 3_000
_ODD = "⑩⑬⑳🅰🅱Ⓐ🄐⒜㋀㏠㍘½Ⅷⅻ\u20e3\ufe0f\u0300\u0316\x00\n\t\u3000\u2028\ud83d\udc00\U0010ffff\u0378👨\u200d👩🏽"
_PLAIN = "0123456789" * 3 + "xXabzAZ*#_?- .,:@/()（）[]{}+·•。，→年月日号转字第"


@cache
def parts() -> tuple[str, ...]:
    """What values and disguises are made of."""
    tables = (NUMERALS, HOMOPHONES, LOOKALIKES, SPOKEN)
    return (
        *"".join(sign for table in tables for sign in table.values()),
        *"".join(UNICODE_STYLES),
        *(sign for signs in EMOJI_DIGITS.values() for sign in signs),
        *(word for words in SIGN_WORDS.values() for word in words),
        *(f"[{emote}]" for emote in EMOTES),
        *map(chr, simplified()),
        *FILLERS,
        *INVISIBLE,
        *PROVINCES,
        *name_splits(),
        *surname_syllables(),
        *syllables(),
        *_ODD,
        *(_PLAIN * 10),
    )


class Texts:
    """A stream of texts that a seed determines.

    Args:
        seed: any whole number.
        seed_posts: synthetic posts that are mutated.
        longest: characters of the longest text, but for a few.
    """

    def __init__(self, seed: int, seed_posts: int = SEED_POSTS, longest: int = LONGEST) -> None:
        self.random = Random(seed)
        self._longest = longest
        self._posts = natural_texts(seed_posts, seed)

    def text(self) -> str:
        """A random text, or a post after some mutations."""
        longest = LONG if self.random.random() < LONG_SHARE else self._longest
        if self.random.random() < 0.25:
            return self.piece(1 + int(self.random.expovariate(1 / 12)))[:longest]
        text = self.random.choice(self._posts)
        for _ in range(1 + int(self.random.expovariate(1 / 2))):
            text = self.mutated(text)
        return text[:longest]

    def piece(self, count: int) -> str:
        """Random parts, of all kinds or of very few."""
        choices = parts() if self.random.random() < 0.6 else self.random.choices(parts(), k=self.random.randint(1, 5))
        return "".join(
            self.random.choice(choices) if self.random.random() < 0.97 else chr(self.random.randrange(0x110000))
            for _ in range(count)
        )

    def mutated(self, text: str) -> str:
        """The text after one change: something put in, taken out, repeated, moved, replaced or taken from another."""
        random = self.random
        start, end = sorted((random.randint(0, len(text)), random.randint(0, len(text))))
        short = text[start : min(end, start + random.randint(1, 12))]
        change = random.randrange(7)
        if change == 0:
            return text[:start] + self.piece(random.randint(1, 4)) + text[start:]
        if change == 1:
            return text[:start] + text[start + len(short) :]
        if change == 2:
            return text[:start] + short * random.randint(2, 20) + text[start:]
        if change == 3:
            return text[:start] + random.choice(parts()).join(text[start:end]) + text[end:]
        if change == 4:
            return text[:start] + self.piece(len(short)) + text[start + len(short) :]
        other = random.choice(self._posts)
        place = random.randint(0, len(other))
        if change == 5:
            return text[:start] + other[place : place + random.randint(1, 40)] + text[end:]
        return text[:start] + "".join(random.sample(short, len(short))) + text[start + len(short) :]
