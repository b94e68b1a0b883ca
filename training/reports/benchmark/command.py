"""The command ``gaihe benchmark``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from gaihe.serving.core.errors import CommandError

_EPILOG = """examples:
  gaihe benchmark --output report                          # the released model on the gold posts
  gaihe benchmark --posts mine.jsonl --model new.onnx --model old.onnx --output report
  gaihe benchmark --posts mine.jsonl --system lac --system presidio --output report
  gaihe benchmark --posts mine.jsonl --system "command:./other --json" --output report

The folder holds report.html (one file, opens from disk), report.md, report.json, predictions/SET.SYSTEM.jsonl and
errors/SET.SYSTEM.jsonl. A post is {"id", "text", "entities": [{"start", "end", "type", "value"?}], "types"?, "noise"?,
"scene"?, "intent"?}: only the entity types that "types" names are counted, all sixteen where it is absent; a system is
counted for those of them that it can give."""

_PROBE = "张丽，电话13800138000"
"""A system is asked this before the run: it must work, and one that declares itself does so in its answer."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gaihe benchmark",
        description="Score models and other systems on annotated posts and report it: spans with intervals, leaks, "
        "false alarms, disguises, confusion, calibration, speed, comparisons, and the errors in context.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--posts", action="append", default=[], metavar="F.jsonl",
        help="annotated posts; repeatable (default: the gold posts of the package, validation and test apart)",
    )  # fmt: skip
    parser.add_argument("--gold", action="store_true", help="the gold posts of the package beside those of --posts")
    parser.add_argument(
        "--model", action="append", default=[], metavar="FILE.onnx",
        help="an exported model; repeatable (default: the released one)",
    )  # fmt: skip
    parser.add_argument(
        "--operating-point", action="append", default=[], metavar="NAME",
        help="run the models at this operating point; repeatable (default: balanced)",
    )  # fmt: skip
    parser.add_argument(
        "--system", action="append", default=[], metavar="SPEC",
        help="another system beside the models: presidio, argus, lac, or command:PROGRAM ARGS; repeatable",
    )  # fmt: skip
    parser.add_argument("--output", required=True, metavar="DIR", help="folder of the report")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="batches that run at a time (default: 1)")
    parser.add_argument(
        "--resamples", type=int, default=1000, metavar="N", help="bootstrap samples for each interval (default: 1000)"
    )
    parser.add_argument(
        "--errors", type=int, default=25, metavar="N", help="errors of each kind that the page shows (default: 25)"
    )
    parser.add_argument(
        "--speed-posts", type=int, default=256, metavar="N",
        help="posts to measure latency and throughput with; 0 leaves it out (default: 256)",
    )  # fmt: skip
    return parser


def _check(arguments: argparse.Namespace) -> None:
    for name, minimum in (("threads", 1), ("resamples", 1), ("errors", 0), ("speed_posts", 0)):
        if getattr(arguments, name) < minimum:
            raise CommandError(f"--{name.replace('_', '-')} must be at least {minimum}, not {getattr(arguments, name)}")


def benchmark(words: Sequence[str]) -> None:
    """``gaihe benchmark [--posts F.jsonl …] [--model FILE.onnx …] [--system SPEC …] --output DIR``."""
    arguments = _parser().parse_args(words)

    from gaihe.training.evaluate.systems import System, open_system
    from gaihe.training.reports.benchmark.benchmark import file_name, run_benchmark
    from gaihe.training.reports.benchmark.folder import make_folder, write_folder
    from gaihe.training.reports.benchmark.models import open_models
    from gaihe.training.reports.benchmark.page import render_html, render_markdown
    from gaihe.training.reports.benchmark.sets import gold_sets, open_sets
    from gaihe.training.reports.benchmark.summary import summary

    _check(arguments)
    output = make_folder(arguments.output, "report")
    systems: list[System] = [*open_models(arguments.model, arguments.operating_point, arguments.threads)]
    for spec in arguments.system:
        systems.append(open_system(spec))
        systems[-1].detect([_PROBE])
    names = [system.name for system in systems]
    if len(set(names)) < len(names):
        raise CommandError(f"systems of one name cannot be told apart: {', '.join(names)}")
    gold = gold_sets() if arguments.gold or not arguments.posts else []
    sets = [*gold, *open_sets(arguments.posts, gold)]
    if len({posts.name for posts in sets}) < len(sets):
        raise CommandError("with --gold no file of --posts may be called gold_validation or gold_test")
    files = [file_name(posts, system).casefold() for posts in sets for system in systems]
    if twice := [name for name in files if files.count(name) > 1]:
        raise CommandError(f"two results would go into one file, {twice[0]}: give the posts or the models other names")
    report = run_benchmark(systems, sets, output, arguments.resamples, arguments.errors, arguments.speed_posts)
    page = write_folder(output, "report", report, render_markdown(report), render_html(report), private=True)
    sys.stdout.write(f"{summary(report)}\n{page}\n")
