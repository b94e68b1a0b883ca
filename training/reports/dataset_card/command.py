"""The command ``gaihe card``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from gaihe.data.generator.corpus import CorpusSettings, Draft, chunks, drafts, posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving.cli import CommandError

_NGRAMS = 150
_SAMPLES = 4
_OVERLAP = 2000
_CHARACTERS = 500_000
_EPILOG = """examples:
  gaihe card --output card
  gaihe card --count 50000 --real comments.jsonl --real weibo.jsonl --output card

The folder holds card.html (one file, opens from disk), card.md and card.json. Every --real file holds posts of people,
JSON lines or Parquet with {"id", "text"} rows, to measure how well generated posts without data are told from them."""


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
    from gaihe.training.reports.dataset_card.counts import count
    from gaihe.training.reports.dataset_card.duplicates import copies_of, copies_within, distinct_ngrams
    from gaihe.training.reports.dataset_card.realness import realism_record
    from gaihe.training.reports.dataset_card.samples import choose

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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gaihe card",
        description="Generate posts and describe them: counts, samples with their spans, copies, realism.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--output", required=True, metavar="DIR", help="folder of the card")
    parser.add_argument("--count", type=int, default=20_000, metavar="N", help="posts to look at (default: 20000)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="any whole number (default: 0)")
    parser.add_argument(
        "--split", choices=[split.value for split in Split], default=Split.TRAIN.value,
        help="whose carriers and lexicon entries to use (default: train)",
    )  # fmt: skip
    parser.add_argument(
        "--real",
        action="append",
        default=[],
        metavar="F",
        help="real posts to compare with; repeatable (default: none)",
    )
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="processes (default: all cores)"
    )
    return parser


def card(words: Sequence[str]) -> None:
    """``gaihe card [--count N] [--seed S] [--split SPLIT] [--real F …] --output DIR``."""
    arguments = _parser().parse_args(words)

    from gaihe.training.reports.benchmark.folder import make_folder, write_folder
    from gaihe.training.reports.dataset_card.page import render_html, render_markdown

    if arguments.count < 1:
        raise CommandError(f"--count must be at least 1, not {arguments.count}")
    output = make_folder(arguments.output, "card")
    settings = CorpusSettings(Split(arguments.split), arguments.seed)
    record = make_card(settings, arguments.count, [Path(path) for path in arguments.real], arguments.workers)
    pages = render_markdown(record), render_html(record)
    page = write_folder(output, "card", record, *pages, private=bool(arguments.real))
    sys.stdout.write(f"{page}\n")
