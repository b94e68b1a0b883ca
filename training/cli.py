"""The commands ``gaihe train``, ``gaihe train-head``, ``gaihe pretrain`` and ``gaihe calibrate``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from gaihe.serving.core.errors import CommandError, CommandFailedError
from gaihe.training.config_keys import groups


def _groups() -> str:
    return "\n".join(f"  {group}: {', '.join(names)}" for group, names in groups().items())


def train(words: Sequence[str]) -> None:
    """``gaihe train [OVERRIDE …]``."""
    parser = argparse.ArgumentParser(
        prog="gaihe train",
        description="Generate posts, fine-tune the encoder, export the ONNX model, evaluate it. "
        "A run that was cut off goes on where it stopped; stages that are done are not done again.",
        epilog=f"configuration groups:\n{_groups()}\n\nexamples:\n  gaihe train\n  gaihe train experiment=tiny\n"
        "  gaihe train experiment=scratch model.base=hfl/rbt3 output=outputs/rbt3",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="Hydra override, KEY=VALUE or GROUP=NAME")
    parser.add_argument("--show-config", action="store_true", help="print the resolved configuration and stop")
    arguments = parser.parse_args(words)

    from gaihe.training.config import ConfigError, config_yaml, load_config
    from gaihe.training.export.onnx_model import ParityError
    from gaihe.training.model.encoder import CheckpointError

    try:
        config = load_config(arguments.overrides)
        if arguments.show_config:
            sys.stdout.write(config_yaml(config))
            return
        from gaihe.training.pipeline import run

        model, report = run(config)
    except (ConfigError, CheckpointError) as error:
        raise CommandError(str(error)) from None
    except ParityError as error:
        raise CommandFailedError(f"{error}; no model was written") from None
    sys.stdout.write(f"{report}\nmodel: {model}\n")


def train_head(words: Sequence[str]) -> None:
    """``gaihe train-head 'posts=[F.jsonl]' 'validation=[G.jsonl]' [OVERRIDE …]``."""
    parser = argparse.ArgumentParser(
        prog="gaihe train-head",
        description="Teach an exported model the intent and the stance of whole posts: a small head on its encoder, "
        "which stays as it is. The spans stay the same, byte by byte. The model with the head is model.onnx in the "
        "folder of the run.",
        epilog="examples:\n  gaihe train-head 'posts=[posts.jsonl]' 'validation=[others.jsonl]'\n"
        "  gaihe train-head 'posts=[posts.jsonl]' 'validation=[others.jsonl]' 'test=[more.jsonl]' "
        "exported=outputs/default/model.onnx 'layers=[-1]'",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="Hydra override, KEY=VALUE")
    parser.add_argument("--show-config", action="store_true", help="print the resolved configuration and stop")
    arguments = parser.parse_args(words)

    from gaihe.training.config import ConfigError, config_yaml, load_head_config
    from gaihe.training.export.onnx_model import ParityError

    try:
        config = load_head_config(arguments.overrides)
        if arguments.show_config:
            sys.stdout.write(config_yaml(config))
            return
        from gaihe.training.head.training import train_head as run

        model, report = run(config)
    except ConfigError as error:
        raise CommandError(str(error)) from None
    except ParityError as error:
        raise CommandFailedError(f"{error}; no model was written") from None
    sys.stdout.write(f"{report}\nmodel: {model}\n")


def pretrain(words: Sequence[str]) -> None:
    """``gaihe pretrain 'corpus=[F.jsonl]' [OVERRIDE …]``."""
    parser = argparse.ArgumentParser(
        prog="gaihe pretrain",
        description="Adapt a character-level base checkpoint to unlabelled posts: masked characters together with word "
        "tags distilled from LAC. A run that was cut off goes on where it stopped. The adapted "
        "checkpoint lies in base/ of the run's folder; train from it with gaihe train experiment=scratch "
        "model.base=DIR.",
        epilog="examples:\n  gaihe pretrain 'corpus=[posts.jsonl]'\n"
        "  gaihe pretrain 'corpus=[posts.jsonl]' 'exclude=[eval.jsonl]' epochs=2 output=outputs/longer",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="Hydra override, KEY=VALUE")
    parser.add_argument("--show-config", action="store_true", help="print the resolved configuration and stop")
    arguments = parser.parse_args(words)

    from gaihe.training.config import ConfigError, config_yaml, load_pretrain_config
    from gaihe.training.model.encoder import CheckpointError

    try:
        config = load_pretrain_config(arguments.overrides)
        if arguments.show_config:
            sys.stdout.write(config_yaml(config))
            return
        from gaihe.training.pretrain.trainer import pretrain as run

        target, figures = run(config)
    except (ConfigError, CheckpointError) as error:
        raise CommandError(str(error)) from None
    for name in ("before", "after"):
        row = figures[name]
        sys.stdout.write(f"{name:7} perplexity {row['perplexity']:.2f}  tag accuracy {row['tag_accuracy']:.4f}\n")
    sys.stdout.write(f"checkpoint: {target}\n")


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
    from gaihe.training.export.recalibration import recalibrate

    others = {Path(name).stem: list(read_any(Path(name), annotated=True)) for name in arguments.posts}
    gold = gold_posts(Split.VALIDATION)
    figures = recalibrate(arguments.model, gold, {"written_validation": validation_posts(), **others}, arguments.output)
    for name, row in figures["operating_points"].items():
        sys.stdout.write(
            f"{name:15} threshold {row['threshold']:.4f}  precision {row['precision']:.4f}  "
            f"recall {row['recall']:.4f}  F1 {row['f1']:.4f}  leaked {row['leaked']:.4f}"
            f"{'' if row['kept'] else '  (does not keep its promise)'}\n"
        )
    sys.stdout.write(f"model: {arguments.output or arguments.model}\n")
