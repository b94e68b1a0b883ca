"""The commands ``gaihe train`` and ``gaihe benchmark``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

from gaihe.serving.cli import CommandError, CommandFailedError
from gaihe.serving.posts import read_posts
from gaihe.serving.recognizer import Recognizer
from gaihe.serving.schema import Post


def _groups() -> str:
    root = resources.files("gaihe.configs")
    lines = []
    for group in sorted(root.iterdir(), key=lambda entry: entry.name):
        if group.is_dir() and not group.name.startswith("_"):
            names = sorted(file.name.removesuffix(".yaml") for file in group.iterdir() if file.name.endswith(".yaml"))
            lines.append(f"  {group.name}: {', '.join(names)}")
    return "\n".join(lines)


def train(words: Sequence[str]) -> None:
    """``gaihe train [OVERRIDE …]``."""
    parser = argparse.ArgumentParser(
        prog="gaihe train",
        description="Generate posts, fine-tune the encoder, export the ONNX model, evaluate it. "
        "A run that was cut off goes on where it stopped; stages that are done are not done again.",
        epilog=f"configuration groups:\n{_groups()}\n\nexamples:\n  gaihe train\n  gaihe train experiment=tiny\n"
        "  gaihe train trainer.epochs=2 model.base=hfl/rbt3 output=outputs/rbt3",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="Hydra override, KEY=VALUE or GROUP=NAME")
    parser.add_argument("--show-config", action="store_true", help="print the resolved configuration and stop")
    arguments = parser.parse_args(words)

    from gaihe.training.config import ConfigError, config_yaml, load_config
    from gaihe.training.encoder import CheckpointError
    from gaihe.training.export import ParityError

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


def benchmark(words: Sequence[str]) -> None:
    """``gaihe benchmark [--posts F.jsonl …] [--model FILE.onnx] --output DIR``."""
    parser = argparse.ArgumentParser(
        prog="gaihe benchmark",
        description="Score a model on files of annotated posts: exact spans, types, noise kinds, leaked characters, "
        "alarms per 1,000 clean posts. Writes report.json, report.txt and every prediction.",
    )
    parser.add_argument(
        "--posts",
        action="append",
        metavar="F.jsonl",
        help="annotated posts; repeatable (default: the gold posts of the package)",
    )
    parser.add_argument("--model", metavar="FILE.onnx", help="an exported model (default: the released one)")
    parser.add_argument("--output", required=True, metavar="DIR", help="folder of the report")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="batches that run at a time (default: 1)")
    arguments = parser.parse_args(words)
    if arguments.threads < 1:
        raise CommandError(f"--threads must be at least 1, not {arguments.threads}")
    names = [Path(path).stem for path in arguments.posts or ()]
    if len(set(names)) < len(names):
        raise CommandError(f"the posts' files must have different names, not {', '.join(names)}")

    from gaihe.data.gold_markup import gold_posts
    from gaihe.data.tables import Split
    from gaihe.training.evaluation import evaluate, table, write_json

    recognizer = Recognizer.load(arguments.model)
    output = Path(arguments.output)
    output.mkdir(parents=True, exist_ok=True)
    sets: dict[str, Iterable[Post]] = {
        name: read_posts(path) for name, path in zip(names, arguments.posts or (), strict=True)
    }
    if not sets:
        sets = {f"gold_{split.value}": gold_posts(split) for split in (Split.VALIDATION, Split.TEST)}
    reports = {
        name: evaluate(recognizer, posts, output / f"{name}.predictions.jsonl", arguments.threads)
        for name, posts in sets.items()
    }
    write_json(reports, output / "report.json")
    text = table(reports)
    (output / "report.txt").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
