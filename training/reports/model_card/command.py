"""The command ``gaihe model-card``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from gaihe.serving.core.atomic_files import STANDARD, open_output
from gaihe.serving.core.output_checks import check_output

_EPILOG = """examples:
  gaihe benchmark --gold --posts mine.jsonl --model outputs/student/model.onnx --output report
  gaihe model-card --run outputs/student --report report/report.json --output MODEL_CARD.md
  gaihe model-card --run runs/a --run runs/b --run runs/c --report report/report.json --output MODEL_CARD.md

The card is made from what runs and reports have saved: config.yaml, environment.json, sources.json, metrics.json,
export.json, report.json and model.onnx of a run, of the runs that it began from or learned from, and the figures of
gaihe benchmark. What is not on record is left out. Reports know a model by the hash of its file, so one made with
another model is refused."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gaihe model-card",
        description="Write the model card of a trained model: use and misuse, what it saw, recipe, results, limits.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--run", action="append", required=True, metavar="DIR",
        help="folder of a finished run; the first made the model that the card is about, further ones of the same "
        "recipe with other seeds give mean and standard deviation",
    )  # fmt: skip
    parser.add_argument(
        "--report", action="append", default=[], metavar="report.json",
        help="a report of gaihe benchmark on the models of these runs; repeatable",
    )  # fmt: skip
    parser.add_argument("--notes", metavar="FILE.md", help="Markdown to put in as it is, under the heading Notes")
    parser.add_argument(
        "--base", metavar="DIR",
        help="where the checkpoint that training began from lies now; the beginning of its LINEAGE.md is put in",
    )  # fmt: skip
    parser.add_argument("--output", required=True, metavar="FILE.md", help="the card; - is standard output")
    return parser


def model_card(words: Sequence[str]) -> None:
    """``gaihe model-card --run DIR … [--report report.json …] [--notes FILE.md] [--base DIR] --output FILE.md``."""
    arguments = _parser().parse_args(words)

    from gaihe.training.reports.model_card.page import render
    from gaihe.training.reports.model_card.record import card_record

    check_output(arguments.output, [*arguments.report, arguments.notes])
    card = card_record(
        [Path(folder) for folder in arguments.run],
        [Path(path) for path in arguments.report],
        arguments.notes and Path(arguments.notes),
        arguments.base and Path(arguments.base),
        Path(arguments.output).parent,
    )
    with open_output(arguments.output, private=False) as stream:
        stream.write(render(card))
    if arguments.output != STANDARD:
        sys.stderr.write(f"gaihe model-card: {arguments.output}\n")
