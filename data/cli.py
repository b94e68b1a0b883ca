"""The command ``gaihe generate``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.atomic_files import STANDARD
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.schema import BUILT_IN, EntityType

if TYPE_CHECKING:
    from gaihe.data.generator.corpus import CorpusSettings

_ENDINGS = {".jsonl": "jsonl", ".parquet": "parquet"}
_DATASET = "dataset"
_FOLDER_ENDS = ("/", os.sep)
_DESCRIPTION = """Write synthetic Chinese posts with their annotation as JSON lines or Parquet. All personal data is
invented. The same seed gives the same bytes, whatever the number of workers."""
_EPILOG = """examples:
  gaihe generate --count 10000 --seed 7 --output posts.jsonl
  gaihe generate --count 1000000 --output posts.parquet
  gaihe generate --count 50000 --output folder/"""


def _format_of(output: str) -> str:
    """The format that a file's ending stands for, or the data set of a folder.

    Raises:
        CommandError: no format is known by it.
    """
    if output.endswith(_FOLDER_ENDS) or Path(output).is_dir():
        return _DATASET
    ending = Path(output).suffix
    if ending and ending not in _ENDINGS:
        raise CommandError(
            f"--output {output}: no format ends with {ending}; known: {', '.join(_ENDINGS)}; or choose with --format"
        )
    return _ENDINGS.get(ending, "jsonl")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gaihe generate",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--count", type=int, required=True, metavar="N", help="how many posts")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="any whole number (default: 0)")
    parser.add_argument(
        "--output", default="-", metavar="FILE",
        help="the file, or with a / at its end a new folder for datasets.load_dataset, with all splits and a card "
        "(default: -, standard output)",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=(*_ENDINGS.values(), _DATASET), help="default: as FILE ends, jsonl where it has no ending"
    )
    parser.add_argument(
        "--split", choices=[split.value for split in Split],
        help="whose carriers and words to use; no two splits share a carrier or a word that could be learnt by heart "
        "(default: train; in a folder 80%%, 10%% and 10%% of the posts)",
    )  # fmt: skip
    parser.add_argument(
        "--noise", type=float, default=0.4, metavar="P", help="share of posts in disguise (default: 0.4)"
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
    for name, least in (("count", 0), ("workers", 1)):
        if getattr(arguments, name) < least:
            raise CommandError(f"--{name} must be at least {least}, not {getattr(arguments, name)}")
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
    from gaihe.data.generator.corpus import CorpusSettings, check_installed
    from gaihe.data.generator.slots import SlotError

    try:
        empty = check_installed(types)
    except (CarrierError, SlotError) as error:
        raise CommandError(f"--extra-types {arguments.extra_types}: {error}") from None
    if empty:
        names = " and ".join(split.value for split in empty)
        sys.stderr.write(f"gaihe generate: no carrier of {arguments.extra_types} falls into {names}: write more\n")
    settings = CorpusSettings(
        Split(arguments.split or Split.TRAIN), arguments.seed, arguments.noise, arguments.clean, types
    )
    _write(arguments, settings)


def _write(arguments: argparse.Namespace, settings: CorpusSettings) -> None:
    """Write the posts in the format that was asked for, or that the output's name stands for."""
    from gaihe.data.generator.corpus import write_corpus

    form = arguments.format or _format_of(arguments.output)
    if form != _DATASET and arguments.output.endswith(_FOLDER_ENDS):
        raise CommandError(f"--output {arguments.output} is a folder and --format {form} a file: leave one of them out")
    if form == "jsonl":
        write_corpus(arguments.output, arguments.count, settings, arguments.workers)
        return
    if arguments.output == STANDARD:
        raise CommandError(f"--format {form} needs a place: --output posts.parquet or --output folder/")
    if form == _DATASET and arguments.split:
        raise CommandError("a folder holds all splits: leave --split out")
    if not find_spec("pyarrow"):
        raise CommandError("Parquet needs pyarrow, which is not installed: pip install 'gaihe[parquet]'")
    if form == _DATASET:
        from gaihe.data.files.folder import write_folder

        write_folder(arguments.output, arguments.count, settings, arguments.workers)
        return
    from gaihe.data.files.parquet import write_parquet

    write_parquet(arguments.output, arguments.count, settings, arguments.workers)
