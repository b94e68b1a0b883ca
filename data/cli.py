"""The command ``gaihe generate``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.atomic_files import STANDARD
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.schema import BUILT_IN, EntityType

_ENDINGS = {".jsonl": "jsonl", ".parquet": "parquet"}


def _format_of(output: str) -> str:
    """The format that a file's ending stands for.

    Raises:
        CommandError: no format is known by it.
    """
    ending = Path(output).suffix
    if ending and ending not in _ENDINGS:
        raise CommandError(
            f"--output {output}: no format ends with {ending}; known: {', '.join(_ENDINGS)}; or choose with --format"
        )
    return _ENDINGS.get(ending, "jsonl")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gaihe generate",
        description="Write synthetic Chinese posts with their annotation as JSON lines or Parquet. All personal data "
        "is invented. The same seed gives the same bytes, whatever the number of workers.",
        epilog="examples: gaihe generate --count 10000 --seed 7 --output posts.jsonl; "
        "gaihe generate --count 1000000 --output posts.parquet",
    )
    parser.add_argument("--count", type=int, required=True, metavar="N", help="how many posts")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="any whole number (default: 0)")
    parser.add_argument("--output", default="-", metavar="FILE", help="the file (default: -, standard output)")
    parser.add_argument(
        "--format", choices=tuple(_ENDINGS.values()), help="default: as FILE ends, jsonl where it has no ending"
    )
    parser.add_argument(
        "--split", choices=[split.value for split in Split], default=Split.TRAIN.value,
        help="whose carriers and lexicon entries to use; no two splits share any (default: train)",
    )  # fmt: skip
    parser.add_argument(
        "--noise", type=float, default=0.35, metavar="P", help="share of posts in disguise (default: 0.35)"
    )
    parser.add_argument(
        "--clean", type=float, default=0.4, metavar="P", help="share of posts without data (default: 0.4)"
    )
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="processes (default: all cores)"
    )
    parser.add_argument(
        "--extra-types", default="", metavar="TYPE,…", help="installed entity types whose carriers join the others"
    )
    return parser


def _types(arguments: argparse.Namespace) -> tuple[EntityType, ...]:
    """The types whose posts are written.

    Raises:
        CommandError: an option has a value that it cannot have.
    """
    if arguments.count < 0:
        raise CommandError(f"--count must be at least 0, not {arguments.count}")
    for name in ("noise", "clean"):
        if not 0 <= getattr(arguments, name) <= 1:
            raise CommandError(f"--{name} must lie between 0 and 1, not {getattr(arguments, name)}")

    extra = tuple(dict.fromkeys(filter(None, arguments.extra_types.split(","))))
    for name in extra:
        if name not in EntityType:
            raise CommandError(f"--extra-types {name}: no such type; known: {', '.join(EntityType)}")
    return tuple(dict.fromkeys((*BUILT_IN, *map(EntityType, extra))))


def generate(words: Sequence[str]) -> None:
    """``gaihe generate --count N --seed S --output F.jsonl``."""
    arguments = _parser().parse_args(words)
    types = _types(arguments)

    from gaihe.data.generator.carrier import CarrierError
    from gaihe.data.generator.corpus import CorpusSettings, check_installed, write_corpus
    from gaihe.data.generator.slots import SlotError

    try:
        empty = check_installed(types)
    except (CarrierError, SlotError) as error:
        raise CommandError(f"--extra-types {arguments.extra_types}: {error}") from None
    if empty:
        names = " and ".join(split.value for split in empty)
        sys.stderr.write(f"gaihe generate: no carrier of {arguments.extra_types} falls into {names}: write more\n")
    settings = CorpusSettings(Split(arguments.split), arguments.seed, arguments.noise, arguments.clean, types)
    if (arguments.format or _format_of(arguments.output)) == "jsonl":
        write_corpus(arguments.output, arguments.count, settings, arguments.workers)
        return
    if arguments.output == STANDARD:
        raise CommandError("Parquet needs a file: --output posts.parquet")
    if not find_spec("pyarrow"):
        raise CommandError("Parquet needs pyarrow, which is not installed: pip install 'gaihe[report]'")
    from gaihe.data.files.parquet import write_parquet

    write_parquet(arguments.output, arguments.count, settings, arguments.workers)
