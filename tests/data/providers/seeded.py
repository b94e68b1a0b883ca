"""Providers whose draws a seed decides."""

from gaihe.data.lexicon.tables import Split
from gaihe.data.providers.base import SplitGenerator


def seeded(kind, seed, split=Split.TRAIN):
    generator = SplitGenerator(split)
    generator.seed_instance(seed)
    return kind(generator)
