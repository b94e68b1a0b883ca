"""Generated posts, measured: the record of a dataset card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from gaihe.data.generator.corpus import CorpusSettings, Draft, chunks, drafts, posts
from gaihe.data.lexicon.tables import Split
from gaihe.training.reports.dataset_card.counts import count
from gaihe.training.reports.dataset_card.duplicates import copies_of, copies_within, distinct_ngrams
from gaihe.training.reports.dataset_card.realness import realism_record
from gaihe.training.reports.dataset_card.samples import choose

_NGRAMS = 150
_SAMPLES = 4
_OVERLAP = 2000
_CHARACTERS = 500_000


def _drafts(settings: CorpusSettings, start: int, stop: int) -> list[Draft]:
    return list(drafts(settings, start, stop))


def make_card(settings: CorpusSettings, total: int, real: Sequence[Path], workers: int = 1) -> dict[str, Any]:
    """Generate posts and measure them.

    Args:
        settings: what decides the corpus.
        total: how many posts.
        real: files of real posts to compare with.
        workers: processes; the record is the same for any number.

    Returns:
        The record that ``card.json`` holds.
    """
    made = list(chain.from_iterable(chunks(_drafts, total, settings, workers)))
    texts = [draft.post.text for draft in made]
    other = Split.TEST if settings.split is Split.TRAIN else Split.TRAIN
    others = posts(CorpusSettings(other, settings.seed, settings.noise, settings.clean), 0, min(_OVERLAP, total))
    return {
        "version": version("gaihe"),
        "settings": {**asdict(settings), "split": settings.split.value, "posts": total},
        "counts": count(made),
        "copies": asdict(copies_within(texts)),
        "copies_across": {"split": other.value, **asdict(copies_of(texts, (post.text for post in others)))},
        "distinct_ngrams": {"characters": _CHARACTERS, "share": distinct_ngrams(texts, _CHARACTERS)},
        "realism": realism_record(made, real, _NGRAMS) if real else None,
        "samples": choose((draft.post for draft in made), _SAMPLES),
    }
