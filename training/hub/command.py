"""The command ``gaihe export``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from gaihe.serving.core.errors import CommandError

_RELEASED = Path("models/default")
_EPILOG = """examples:
  gaihe export hf hub/gaihe
  gaihe export hf hub/mine --weights outputs/further/weights --report report/report.json --name mine

The folder is what transformers.pipeline("token-classification") loads, and what huggingface-cli upload puts on the hub.
Weights and tokenizer stay as they are; config.json names labels as the pipeline reads them; README.md has the hub's
metadata, with the figures of reports on the model."""


def export(words: Sequence[str]) -> None:
    """``gaihe export hf FOLDER [--weights DIR] [--report report.json … [--model FILE.onnx]]``."""
    parser = argparse.ArgumentParser(
        prog="gaihe export",
        description="Write fine-tuned weights as a folder that other libraries load.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("format", choices=["hf"], help="hf: the layout of Hugging Face")
    parser.add_argument("folder", metavar="FOLDER", help="the folder to write; there must be none, or an empty one")
    parser.add_argument(
        "--weights", type=Path, default=_RELEASED, metavar="DIR", help=f"weights of a run (default: {_RELEASED})"
    )
    parser.add_argument(
        "--report", action="append", default=[], metavar="report.json",
        help="a report of gaihe benchmark on the model of these weights; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--model", type=Path, metavar="FILE.onnx",
        help="the exported model of these weights, on which the reports are (default: model.onnx beside their folder, "
        f"of {_RELEASED} the released model)",
    )  # fmt: skip
    parser.add_argument("--name", default="gaihe", help="what the model is called (default: gaihe)")
    parser.add_argument("--base-model", metavar="NAME", help="what training began from, as the hub names it")
    parser.add_argument("--license", metavar="SPDX", help="the weights' licence (default: apache-2.0)")
    arguments = parser.parse_args(words)

    from gaihe.training.hub.card import BASE, LICENSE, Facts, report_scores
    from gaihe.training.hub.folder import write_hub_folder

    facts = Facts(arguments.name, arguments.base_model or BASE, arguments.license or LICENSE)
    reports = [Path(path) for path in arguments.report]
    if arguments.model and not reports:
        raise CommandError("--model goes with --report: it is the model that the report must be about")
    scores = report_scores(reports, _model_of(arguments.weights, arguments.model)) if reports else []
    write_hub_folder(arguments.weights, Path(arguments.folder), facts, scores)
    sys.stderr.write(f"gaihe export: {arguments.folder}\n")


def _model_of(weights: Path, given: Path | None) -> Path:
    """The exported model of a folder of weights: the one that is given, or else the one that lies where it should.

    Raises:
        CommandError: there is none.
    """
    from gaihe.serving.model.model_file import default_model

    if given:
        if not given.is_file():
            raise CommandError(f"--model: no model at {given}")
        return given
    beside = weights.absolute().parent / "model.onnx"
    if beside.is_file():
        return beside
    if weights.resolve() == _RELEASED.resolve():
        return default_model()
    raise CommandError(f"there is no {beside}, the model that --report must be about: name it with --model FILE.onnx")
