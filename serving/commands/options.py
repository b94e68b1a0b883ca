"""Options that the commands share which read texts, and what they choose: rows, and a recogniser."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from gaihe.serving.core.atomic_files import STANDARD
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.operating_points import DEFAULT_OPERATING_POINT
from gaihe.serving.core.output_checks import check_output
from gaihe.serving.core.posts import ICONV
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction import REDACTION_PRESETS
from gaihe.serving.rows import FORMATS, RowFile, row_file
from gaihe.serving.rows.row import is_undecoded
from gaihe.serving.verdict.policy import PRESETS

STOP, PASS = "stop", "pass"


def add_rows(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], None], passed: str) -> None:
    """A text, or a file of rows, and where the result goes.

    Args:
        parser: takes the options.
        run: carries the command out.
        passed: what becomes of a line that cannot be read and is passed on.
    """
    parser.add_argument("text", nargs="?", metavar="TEXT", help="one post; the result is shown for reading")
    parser.add_argument("--input", metavar="F.jsonl", help="posts as JSON lines; - is standard input")
    parser.add_argument(
        "--output", metavar="G.jsonl", default=STANDARD, help="the result (default: -, standard output)"
    )
    parser.add_argument(
        "--format", choices=list(FORMATS),
        help="what --input is (default: as its name ends, jsonl otherwise); text has a text a line",
    )  # fmt: skip
    parser.add_argument(
        "--field", action="append", default=[], metavar="PATH",
        help="where a text stands in an object of JSON: content.text, messages.content; repeatable (default: text)",
    )  # fmt: skip
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NAME",
        help="a column with texts of CSV or Parquet; repeatable",
    )
    parser.add_argument(
        "--bad-lines", default=STOP, metavar="stop|pass|FILE",
        help="what becomes of a line that cannot be read: the command stops there (the default); it is reported and "
        f"{passed}; or reported and set aside in a file",
    )  # fmt: skip
    parser.add_argument(
        "--stream", action="store_true",
        help="for pipes: each line is answered before the next is read; reads from -; a file named with --output "
        "appears when the stream has ended",
    )  # fmt: skip
    parser.set_defaults(run=run)


def add_model(parser: argparse.ArgumentParser, threads: bool = True) -> None:
    """Which model finds the entities, and how many; ``threads``: and on how many cores."""
    parser.add_argument("--model", metavar="FILE.onnx", help="an exported model (default: the released one)")
    knob = parser.add_mutually_exclusive_group()
    knob.add_argument(
        "--operating-point", default=DEFAULT_OPERATING_POINT, metavar="NAME", help="one of the model's operating points"
    )
    knob.add_argument(
        "--threshold", type=float, metavar="X", help="lowest score of an entity, 0 to 1; a lower one finds more"
    )
    if threads:
        parser.add_argument(
            "--threads", type=int, metavar="N", help="runs of the model that go on at a time (default: one a core)"
        )


def check_rows(arguments: argparse.Namespace) -> None:
    """Refuse a choice of text, input and output that cannot be carried out.

    Raises:
        CommandError: what is missing or too much.
        OutputError: an output cannot be written, or is one of the files that are read.
    """
    if arguments.stream and arguments.text is None and arguments.input is None:
        arguments.input = STANDARD
    if (arguments.text is None) == (arguments.input is None):
        raise CommandError("give either a TEXT or --input F.jsonl (- is standard input; lines of text: --format text)")
    if arguments.text == STANDARD:
        raise CommandError("- is no TEXT: standard input is read with --input - (lines of text: --format text)")
    if arguments.text is not None:
        arguments.text = decoded(arguments.text)
    arguments.field, arguments.column = list(map(decoded, arguments.field)), list(map(decoded, arguments.column))
    if arguments.text is not None and (unused := _of_files(arguments)):
        raise CommandError(f"{unused} goes with --input; the result of a TEXT is shown")
    if arguments.input is not None:
        read = _read_files(arguments)
        check_output(arguments.output, read)
        if arguments.bad_lines not in (STOP, PASS):
            check_output(arguments.bad_lines, read, [arguments.output])


def decoded(word: str) -> str:
    """A word of the command line as the UTF-8 that it was given in, also where the system reads another encoding.

    Raises:
        CommandError: it is no UTF-8.
    """
    if not is_undecoded([word]):
        return word
    try:
        return os.fsencode(word).decode("utf-8")
    except UnicodeError:
        raise CommandError(f"what is given is not UTF-8; from another encoding: {ICONV}") from None


def _read_files(arguments: argparse.Namespace) -> list[str | None]:
    """The files that a command reads; a mapping may also be written."""
    named = [getattr(arguments, name, None) for name in ("mapping", "key_file", "model")]
    policy = getattr(arguments, "policy", None)
    return [arguments.input, *named, None if policy in (*PRESETS, *REDACTION_PRESETS) else policy]


def _of_files(arguments: argparse.Namespace) -> str | None:
    """The first option given that means nothing without ``--input``."""
    given = {
        "--output": arguments.output != STANDARD,
        "--format": arguments.format,
        "--field": arguments.field,
        "--column": arguments.column,
        "--bad-lines": arguments.bad_lines != STOP,
        "--stream": arguments.stream,
    }
    return next((option for option, value in given.items() if value), None)


def rows_of(arguments: argparse.Namespace) -> RowFile:
    """The rows of ``--input``.

    Raises:
        CommandError: options that do not go together, or a format that cannot be read here.
    """
    found = row_file(arguments.input, arguments.format, arguments.field, arguments.column)
    if arguments.stream and not found.streams:
        raise CommandError("--stream goes with lines, not with a Parquet file")
    return found


def recognizer_of(arguments: argparse.Namespace) -> Recognizer:
    """The recogniser that the options choose, after a check of what is read and written.

    Raises:
        CommandError: an option that cannot be used.
        ModelError: the model cannot be used.
    """
    check_rows(arguments)
    if arguments.threads is not None and arguments.threads < 1:
        raise CommandError(f"--threads must be at least 1, not {arguments.threads}")
    check_threshold(arguments.threshold)
    recognizer = Recognizer.load(arguments.model, arguments.operating_point)
    return recognizer if arguments.threshold is None else recognizer.at(arguments.threshold)


def check_threshold(threshold: float | None) -> None:
    """Refuse a threshold that is no share.

    Raises:
        CommandError: it is none.
    """
    if threshold is not None and not 0 <= threshold <= 1:
        raise CommandError(f"--threshold must lie between 0 and 1, not at {threshold}")
