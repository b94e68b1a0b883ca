"""Synthetic posts to time on, of their own lengths or of one length."""

from __future__ import annotations

import sys
from itertools import islice

from gaihe.data.generator.corpus import CorpusSettings, posts

NOISE = 0.35
"""Share of posts in disguise, as in all figures that were published: whoever changes it measures anew."""


def natural_texts(count: int, seed: int = 0) -> list[str]:
    """Texts of synthetic posts."""
    return [post.text for post in posts(CorpusSettings(seed=seed, noise=NOISE), 0, count)]


def whole_posts(length: int, count: int, seed: int = 0) -> list[str]:
    """Texts of the first synthetic posts that are exactly so long."""
    stream = (post.text for post in posts(CorpusSettings(seed=seed, noise=NOISE), 0, sys.maxsize))
    return list(islice((text for text in stream if len(text) == length), count))


def texts_of_length(length: int, count: int, seed: int = 0) -> list[str]:
    """Texts of exactly so many characters, one post running into the next."""
    stream = "，".join(natural_texts(20 + count * length // 20, seed))
    stream *= -(-count * length // len(stream))
    return [stream[start : start + length] for start in range(0, count * length, length)]
