"""The command ``gaihe card``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.errors import CommandError

_EPILOG = """examples:
  gaihe card --output card
  gaihe card --count 50000 --real comments.jsonl --real weibo.jsonl --output card

The folder holds card.html (one file, opens from disk), card.md and card.json. Every --real file holds posts of people,
JSON lines or Parquet with {"id", "text"} rows, to measure how well generated posts without data are told from them."""


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

    from gaihe.data.generator.corpus import CorpusSettings
    from gaihe.training.reports.benchmark.folder import make_folder, write_folder
    from gaihe.training.reports.dataset_card.page import render_html, render_markdown
    from gaihe.training.reports.dataset_card.record import make_card

    if arguments.count < 1:
        raise CommandError(f"--count must be at least 1, not {arguments.count}")
    names = ["generated", *(Path(path).stem for path in arguments.real)]
    if len(set(names)) < len(names):
        raise CommandError(f"--real: files must have different names, none 'generated', not {', '.join(names[1:])}")
    output = make_folder(arguments.output, "card")
    settings = CorpusSettings(Split(arguments.split), arguments.seed)
    record = make_card(settings, arguments.count, [Path(path) for path in arguments.real], arguments.workers)
    pages = render_markdown(record), render_html(record)
    page = write_folder(output, "card", record, *pages, private=bool(arguments.real))
    sys.stdout.write(f"{page}\n")
