"""The command ``gaihe export``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

_EPILOG = """examples:
  gaihe export hf hub/gaihe
  gaihe export hf hub/mine --weights outputs/further/weights --report report/report.json --name mine

The folder is what transformers.pipeline("token-classification") loads, and what huggingface-cli upload puts on the hub.
Weights and tokenizer stay as they are; config.json names labels as the pipeline reads them; README.md has the hub's
metadata, with the figures of reports on the model."""


def export(words: Sequence[str]) -> None:
    """``gaihe export hf FOLDER [--weights DIR] [--report report.json …]``."""
    parser = argparse.ArgumentParser(
        prog="gaihe export",
        description="Write fine-tuned weights as a folder that other libraries load.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("format", choices=["hf"], help="hf: the layout of Hugging Face")
    parser.add_argument("folder", metavar="FOLDER", help="the folder to write; there must be none, or an empty one")
    parser.add_argument(
        "--weights", default="models/default", metavar="DIR", help="weights of a run (default: models/default)"
    )
    parser.add_argument(
        "--report", action="append", default=[], metavar="report.json",
        help="a report of gaihe benchmark on the model of these weights; repeatable",
    )  # fmt: skip
    parser.add_argument("--name", default="gaihe", help="what the model is called (default: gaihe)")
    parser.add_argument("--base-model", metavar="NAME", help="what training began from, as the hub names it")
    parser.add_argument("--license", metavar="SPDX", help="the weights' licence (default: apache-2.0)")
    arguments = parser.parse_args(words)

    from gaihe.training.hub.card import BASE, LICENSE, Facts, report_scores
    from gaihe.training.hub.folder import write_hub_folder

    facts = Facts(arguments.name, arguments.base_model or BASE, arguments.license or LICENSE)
    scores = report_scores([Path(path) for path in arguments.report])
    write_hub_folder(Path(arguments.weights), Path(arguments.folder), facts, scores)
    sys.stderr.write(f"gaihe export: {arguments.folder}\n")
