"""The command ``gaihe convert``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from gaihe.serving.core.atomic_files import STANDARD
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.output_checks import check_output
from gaihe.serving.core.progress import followed
from gaihe.serving.core.telling import tell
from gaihe.serving.exchange import FORMATS, Source, Target, brat
from gaihe.serving.exchange.offsets import OffsetUnit
from gaihe.serving.exchange.sides import parse_covered, parse_labels, parse_types

_FOLDER = ("brat", STANDARD)
_EPILOG = """formats:
{formats}

Text, spans, types and ids come through every format and back. What a tool has no place for (canonical value, scene,
noise, intent, stance, covered types) travels in a "meta" object that it keeps, or in brat's notes and a file beside
the text. A CoNLL file escapes white space and invisible characters (\\u0020) and holds ids and meta in comments, which
grep -v '^# ' takes away. Brat cannot hold a span that begins or ends with a line break, an empty id, lone surrogates
or the order of posts. Scores, checks and evasions of found entities are no annotation and are left out.

examples:
  gaihe convert --from label-studio --to jsonl --input export.json --output mine.jsonl --map 人名=NAME --map 机构=
  gaihe detect --input posts.jsonl --output found.jsonl
  gaihe convert --from jsonl --texts posts.jsonl --to label-studio-predictions --input found.jsonl --output tasks.json
  gaihe convert --from conll --to jsonl --input weibo.bio --output weibo.jsonl --map PER.NAM=NAME --types NAME"""


def _parser() -> argparse.ArgumentParser:
    formats = "\n".join(f"  {name:26}{form.description}" for name, form in FORMATS.items())
    parser = argparse.ArgumentParser(
        prog="gaihe convert",
        description="Bring annotations of other tools to the project's format, and ours to theirs.",
        epilog=_EPILOG.format(formats=formats),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--from", dest="source", required=True, choices=FORMATS, metavar="FORMAT", help="what is read")
    parser.add_argument("--to", dest="target", required=True, choices=FORMATS, metavar="FORMAT", help="what is written")
    parser.add_argument("--input", required=True, metavar="PATH", help="file or folder to read; - is standard input")
    parser.add_argument("--output", required=True, metavar="PATH", help="file or folder to write; - is standard output")
    parser.add_argument(
        "--map", action="append", default=[], metavar="LABEL=TYPE",
        help="the type that a label of the input stands for; LABEL= drops it; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--label", action="append", default=[], metavar="TYPE=LABEL", help="the label to write for a type; repeatable"
    )
    parser.add_argument(
        "--types", metavar="TYPE,…", help="the types that the input annotates, if it does not say so (default: all)"
    )
    parser.add_argument(
        "--texts", metavar="F.jsonl", help="the posts that entities without texts were found in (--from jsonl)"
    )
    parser.add_argument(
        "--separator", default="", metavar="S", help="what stands between tokens (--from conll; default: nothing)"
    )
    for side in ("input", "output"):
        parser.add_argument(
            f"--{side}-offsets", choices=[unit.value for unit in OffsetUnit], metavar="UNIT",
            help=f"what the {side}'s offsets count: {' or '.join(OffsetUnit)} (default: as the tool does)",
        )  # fmt: skip
    return parser


def convert(words: Sequence[str]) -> None:
    """``gaihe convert --from FORMAT --to FORMAT --input PATH --output PATH``."""
    arguments = _parser().parse_args(words)
    _check_options(arguments)
    if (arguments.source, arguments.input) == _FOLDER or (arguments.target, arguments.output) == _FOLDER:
        raise CommandError("brat's format is a folder of files, which cannot be standard input or output")
    source = Source(
        types=parse_types(arguments.map),
        covers=parse_covered(arguments.types) if arguments.types else None,
        offsets=_unit(arguments.input_offsets),
        separator=arguments.separator,
        texts=arguments.texts,
    )
    target = Target(parse_labels(arguments.label), _unit(arguments.output_offsets))
    _check_files(arguments)
    posts = FORMATS[arguments.source].read(arguments.input, source)
    FORMATS[arguments.target].write(followed(posts, "gaihe convert"), arguments.output, target)
    for reason, count in source.left_out.items():
        tell(f"left out: {count} {reason}")


def _unit(word: str | None) -> OffsetUnit | None:
    return OffsetUnit(word) if word else None


def _check_options(arguments: argparse.Namespace) -> None:
    """Refuse an option that the formats have no use for."""
    if arguments.texts and arguments.source != "jsonl":
        raise CommandError("--texts goes with --from jsonl; other formats hold their texts")
    if arguments.separator and arguments.source != "conll":
        raise CommandError("--separator goes with --from conll; other formats hold whole texts")
    for option, form, unit in (
        ("--input-offsets", arguments.source, arguments.input_offsets),
        ("--output-offsets", arguments.target, arguments.output_offsets),
    ):
        if unit and form.startswith("conll"):
            raise CommandError(f"{option} does not go with {form}, which has no offsets")


def _check_files(arguments: argparse.Namespace) -> None:
    """Refuse an output that cannot be written, or that is read."""
    if arguments.target == "brat":
        return
    check_output(arguments.output, [arguments.input, arguments.texts])
    if arguments.source == "brat" and brat.reads(arguments.output, arguments.input):
        raise CommandError(f"cannot write {arguments.output}: it is a file of the input {arguments.input}")
