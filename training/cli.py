"""The commands ``gaihe train``, ``gaihe train-head``, ``gaihe pretrain`` and ``gaihe calibrate``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gaihe.serving.core.errors import CommandError, CommandFailedError
from gaihe.training.config_keys import groups

if TYPE_CHECKING:
    from gaihe.training.config import Config, HeadConfig, PretrainConfig

_Kind = TypeVar("_Kind", "Config", "HeadConfig", "PretrainConfig")


def train(words: Sequence[str]) -> None:
    """``gaihe train [OVERRIDE …]``."""
    parser = _parser(
        "train",
        "KEY=VALUE or GROUP=NAME",
        "Generate posts, fine-tune the encoder, export the ONNX model, evaluate it. "
        "A run that was cut off goes on where it stopped; stages that are done are not done again.",
        f"configuration groups:\n{_groups()}\n\nexamples:\n  gaihe train\n  gaihe train experiment=tiny\n"
        "  gaihe train experiment=scratch model.base=hfl/rbt3 output=outputs/rbt3",
    )
    arguments = parser.parse_args(words)

    from gaihe.training.config import load_config

    def run(config: Config) -> str:
        from gaihe.training import pipeline

        made = pipeline.run(config)
        return f"{made[1]}\nmodel: {made[0]}\n" if made else ""

    _carry_out(arguments, load_config, run)


def train_head(words: Sequence[str]) -> None:
    """``gaihe train-head 'posts=[F.jsonl]' 'validation=[G.jsonl]' [OVERRIDE …]``."""
    parser = _parser(
        "train-head",
        "KEY=VALUE",
        "Teach an exported model the intent and the stance of whole posts: a small head on its encoder, "
        "which stays as it is. The spans stay the same, byte by byte. The model with the head is model.onnx in the "
        "folder of the run.",
        "examples:\n  gaihe train-head 'posts=[posts.jsonl]' 'validation=[others.jsonl]'\n"
        "  gaihe train-head 'posts=[posts.jsonl]' 'validation=[others.jsonl]' 'test=[more.jsonl]' "
        "exported=outputs/default/model.onnx 'layers=[-1]'",
    )
    arguments = parser.parse_args(words)

    from gaihe.training.config import load_head_config

    def run(config: HeadConfig) -> str:
        from gaihe.training.head import training

        model, report = training.train_head(config)
        return f"{report}\nmodel: {model}\n"

    _carry_out(arguments, load_head_config, run)


def pretrain(words: Sequence[str]) -> None:
    """``gaihe pretrain 'corpus=[F.jsonl]' [OVERRIDE …]``."""
    parser = _parser(
        "pretrain",
        "KEY=VALUE",
        "Adapt a character-level base checkpoint to unlabelled posts: masked characters together with word "
        "tags distilled from LAC. A run that was cut off goes on where it stopped. The adapted "
        "checkpoint lies in base/ of the run's folder; train from it with gaihe train experiment=scratch "
        "model.base=DIR.",
        "examples:\n  gaihe pretrain 'corpus=[posts.jsonl]'\n"
        "  gaihe pretrain 'corpus=[posts.jsonl]' 'exclude=[eval.jsonl]' epochs=2 output=outputs/longer",
    )
    arguments = parser.parse_args(words)

    from gaihe.training.config import load_pretrain_config

    def run(config: PretrainConfig) -> str:
        from gaihe.training.pretrain import trainer

        made = trainer.pretrain(config)
        if made is None:
            return ""
        target, figures = made
        rows = ((name, figures[name]) for name in ("before", "after"))
        lines = [
            f"{name:7} perplexity {row['perplexity']:.2f}  tag accuracy {row['tag_accuracy']:.4f}\n"
            for name, row in rows
        ]
        return "".join([*lines, f"checkpoint: {target}\n"])

    _carry_out(arguments, load_pretrain_config, run)


def _parser(name: str, overrides: str, description: str, epilog: str) -> argparse.ArgumentParser:
    """The parser of a command that is configured by overrides."""
    parser = argparse.ArgumentParser(
        prog=f"gaihe {name}",
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("overrides", nargs="*", metavar="OVERRIDE", help=f"Hydra override, {overrides}")
    parser.add_argument("--show-config", action="store_true", help="print the resolved configuration and stop")
    return parser


def _groups() -> str:
    return "\n".join(f"  {group}: {', '.join(names)}" for group, names in groups().items())


def _carry_out(
    arguments: argparse.Namespace, load: Callable[[Sequence[str]], _Kind], run: Callable[[_Kind], str]
) -> None:
    """Do what a parser of `_parser` read.

    Args:
        arguments: what it read.
        load: composes the configuration of the overrides.
        run: carries it out, and gives the report to show.

    Raises:
        CommandError: the configuration or a checkpoint that it names is wrong.
        CommandFailedError: the exported model does not do what the trained one does.
    """
    from gaihe.training.config import ConfigError, config_yaml

    try:
        config = load(arguments.overrides)
    except ConfigError as error:
        raise CommandError(str(error)) from None
    if arguments.show_config:
        sys.stdout.write(config_yaml(config))
        return

    from gaihe.training.export.onnx_model import ParityError
    from gaihe.training.model.encoder import CheckpointError

    try:
        shown = run(config)
    except (ConfigError, CheckpointError) as error:
        raise CommandError(str(error)) from None
    except ParityError as error:
        raise CommandFailedError(f"{error}; no model was written") from None
    sys.stdout.write(shown)


def calibrate(words: Sequence[str]) -> None:
    """``gaihe calibrate MODEL [--posts F.jsonl …] [--output FILE.onnx]``."""
    parser = argparse.ArgumentParser(
        prog="gaihe calibrate",
        description="Find a model's operating points and the scale of its scores anew on validation posts: the gold "
        "and written ones of the package, and further ones. The weights stay as they are.",
        epilog="example: gaihe calibrate model.onnx --posts mine_validation.jsonl",
    )
    parser.add_argument("model", metavar="MODEL", type=Path, help="an exported model")
    parser.add_argument("--posts", nargs="+", action="extend", default=[], metavar="F", help="annotated posts")
    parser.add_argument("--output", type=Path, metavar="FILE.onnx", help="the file to write (default: MODEL itself)")
    arguments = parser.parse_args(words)

    from gaihe.data.files.markup import gold_posts, validation_posts
    from gaihe.data.files.parquet import read_any
    from gaihe.data.lexicon.tables import Split
    from gaihe.serving.core.output_checks import check_output
    from gaihe.serving.core.schema import BUILT_IN
    from gaihe.serving.model.model_file import open_session
    from gaihe.training.export.recalibration import recalibrate
    from gaihe.training.runs.coverage import covered, unused
    from gaihe.training.runs.given_posts import check_text
    from gaihe.training.validation_sets import by_name

    try:
        files = by_name(arguments.posts)
    except ValueError as error:
        raise CommandError(f"--posts: {error}") from None
    types = open_session(arguments.model)[1].labels.types
    check_output(arguments.output or arguments.model, arguments.posts)
    given = {name: [*read_any(file, annotated=True, evaluation=True)] for name, file in files.items()}
    check_text("--posts", arguments.posts)
    for name, posts in given.items():
        if spans := unused(posts, types):
            sys.stderr.write(
                f"gaihe calibrate: {files[name]} has spans of types that the model does not find, left out: {spans}\n"
            )
    further = {name: covered(posts, types) for name, posts in given.items()}
    gold, written = (covered(posts, types, BUILT_IN) for posts in (gold_posts(Split.VALIDATION), validation_posts()))
    figures = recalibrate(arguments.model, gold, {"written_validation": written, **further}, arguments.output)
    for name, row in figures["operating_points"].items():
        sys.stdout.write(
            f"{name:15} threshold {row['threshold']:.4f}  precision {row['precision']:.4f}  "
            f"recall {row['recall']:.4f}  F1 {row['f1']:.4f}  leaked {row['leaked']:.4f}"
            f"{'' if row['kept'] else '  (does not keep its promise)'}\n"
        )
    sys.stdout.write(f"model: {arguments.output or arguments.model}\n")
