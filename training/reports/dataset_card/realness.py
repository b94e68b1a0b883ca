"""The realism of a corpus against files of real posts, as a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations, islice
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from gaihe.data.files.parquet import read_any
from gaihe.data.generator.corpus import Draft
from gaihe.serving.core.errors import CommandError
from gaihe.training.reports.dataset_card.realism import Realism, Sample, measure_realism
from gaihe.training.reports.dataset_card.text_statistics import text_statistics

LIMIT = 4000
_READ = 400_000
_KEPT = 20_000
_BINS = 30


def read_samples(path: Path) -> list[Sample]:
    """Distinct texts of a file of posts, as many as are needed, the same at every call.

    Raises:
        CommandError: the file holds no post.
    """
    texts = sorted({text for post in islice(read_any(path), _READ) if (text := post.text.strip())})
    if not texts:
        raise CommandError(f"{path} holds no post")
    return [Sample(text, path.stem) for text in Random(0).sample(texts, min(len(texts), _KEPT))]


def _record(name: str, outcome: Realism) -> dict[str, Any]:
    edges = np.histogram_bin_edges(outcome.scores, bins=_BINS)
    sides = (outcome.scores[: outcome.count], outcome.scores[outcome.count :])
    return {
        "source": name,
        "auc": outcome.auc,
        "low": outcome.interval[0],
        "high": outcome.interval[1],
        "posts": outcome.count,
        "scenes": {
            scene: {"auc": area, "posts": posts}
            for scene, (area, posts) in sorted(outcome.groups.items(), key=lambda item: -item[1][0])
        },
        "ngrams": [asdict(ngram) for ngram in outcome.ngrams],
        "histogram": {
            "edges": edges.tolist(),
            "generated": np.histogram(sides[0], edges)[0].tolist(),
            "real": np.histogram(sides[1], edges)[0].tolist(),
        },
    }


def realism_record(drafts: Sequence[Draft], paths: Sequence[Path], ngrams: int) -> dict[str, Any]:
    """The corpus' posts without entities against each file, and the files against one another.

    Raises:
        CommandError: a file holds too few posts of the lengths that the corpus has.
    """
    generated = [Sample(d.post.text, d.post.scene or "", d.carriers) for d in drafts if not d.post.entities]
    sources = {path.stem: read_samples(path) for path in paths}
    try:
        outcomes = {
            name: measure_realism(generated, real, limit=LIMIT, ngrams=ngrams) for name, real in sources.items()
        }
        pairs = [
            {
                "first": left,
                "second": right,
                "auc": outcome.auc,
                "low": outcome.interval[0],
                "high": outcome.interval[1],
            }
            for left, right in combinations(sources, 2)
            for outcome in [measure_realism(sources[left], sources[right], limit=LIMIT, ngrams=1)]
        ]
    except ValueError as error:
        raise CommandError(f"--real: {error}") from None
    columns = {"generated": generated, **sources}
    return {
        "sources": [_record(name, outcome) for name, outcome in outcomes.items()],
        "baselines": pairs,
        "statistics": {name: text_statistics(sample.text for sample in samples) for name, samples in columns.items()},
    }
