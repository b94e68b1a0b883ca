"""The ``gaihe`` command: what a model does here, other commands by the entry-point group ``gaihe.commands``."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import EntryPoint, entry_points

from gaihe.serving.commands import judge as judge_command
from gaihe.serving.commands.signals import EndedBySignalError, ending_signals
from gaihe.serving.core.atomic_files import check_output
from gaihe.serving.core.errors import CommandError, CommandFailedError, PostError, SheetError, WriteFailedError
from gaihe.serving.core.failures import TextsFailedError
from gaihe.serving.core.posts import json_line
from gaihe.serving.core.schema import Entity, Post
from gaihe.serving.core.version import installed_version
from gaihe.serving.model.model_file import DEFAULT_OPERATING_POINT, ModelError
from gaihe.serving.recognition.detection import detect_file, detection_line
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction import Redactor
from gaihe.serving.types import sheet_of

BAD_INPUT = 2
FAILED = 1
_STYLES = {"label": "label", "mask": "bars"}
_DESCRIPTION = "Find doxxing entities (开盒 data) in Chinese posts, in any disguise."
_DETECT_EXAMPLES = """examples:
  gaihe detect "张丽，电话一三八00138000"
  gaihe detect --input posts.jsonl --output found.jsonl --threads 2
  cat posts.jsonl | gaihe detect --input - --output -

Input lines are {"id": str, "text": str}; output lines are {"id", "entities": [{"start", "end", "type",
"text", "score", "value", "valid", "evasion"}]}, offsets in Unicode code points of the text."""


def _add_source(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], None]) -> None:
    parser.add_argument("text", nargs="?", metavar="TEXT", help="one post; the result is shown for reading")
    parser.add_argument("--input", metavar="F.jsonl", help="posts as JSON lines; - is standard input")
    parser.add_argument(
        "--output", metavar="G.jsonl", default="-", help="the result as JSON lines (default: -, standard output)"
    )
    parser.add_argument("--model", metavar="FILE.onnx", help="an exported model (default: the released one)")
    knob = parser.add_mutually_exclusive_group()
    knob.add_argument(
        "--operating-point", default=DEFAULT_OPERATING_POINT, metavar="NAME", help="one of the model's operating points"
    )
    knob.add_argument(
        "--threshold", type=float, metavar="X", help="lowest score of an entity, 0 to 1; a lower one finds more"
    )
    parser.add_argument(
        "--threads", type=int, metavar="N", help="runs of the model that go on at a time (default: one a core)"
    )
    parser.set_defaults(run=run)


def _add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    detect = commands.add_parser(
        "detect",
        help="find entities in one text, or in a file of posts",
        epilog=_DETECT_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_source(detect, _detect)
    redaction = commands.add_parser(
        "redact",
        help="replace entities in one text, or in a file of posts",
        epilog='example: gaihe redact "张丽，电话一三八00138000"  gives  [姓名]，电话[电话]',
    )
    redaction.add_argument(
        "--style", choices=list(_STYLES), default="label",
        help="label: [电话]; mask: a bar for each character (default: label)",
    )  # fmt: skip
    _add_source(redaction, _redact)
    judging = commands.add_parser(
        "judge",
        help="say what a text, or the posts of a file, do with personal data, and what follows",
        epilog=judge_command.EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    judge_command.add_options(judging)
    _add_source(judging, lambda arguments: judge_command.run(_recognizer(arguments), arguments))


def _recognizer(arguments: argparse.Namespace) -> Recognizer:
    if (arguments.text is None) == (arguments.input is None):
        raise CommandError("give either a TEXT or --input F.jsonl")
    if arguments.threads is not None and arguments.threads < 1:
        raise CommandError(f"--threads must be at least 1, not {arguments.threads}")
    if arguments.input is not None:
        check_output(arguments.output, [arguments.input])
    threshold = arguments.threshold
    if threshold is not None and not 0 <= threshold <= 1:
        raise CommandError(f"--threshold must lie between 0 and 1, not at {threshold}")
    recognizer = Recognizer.load(arguments.model, arguments.operating_point)
    return recognizer if threshold is None else recognizer.at(threshold)


def _detect(arguments: argparse.Namespace) -> None:
    recognizer = _recognizer(arguments)
    if arguments.text is None:
        detect_file(recognizer, arguments.input, arguments.output, arguments.threads, detection_line)
        return
    entities = recognizer.detect(arguments.text)
    if not entities:
        sys.stdout.write("no personal data found\n")
    for entity in entities:
        check = {True: "valid", False: "check failed", None: ""}[entity.valid]
        notes = "  ".join(note for note in (check, ", ".join(entity.evasion)) if note)
        value = "" if entity.value in (None, entity.text) else f" → {entity.value}"
        sys.stdout.write(
            f"[{entity.start}, {entity.end})  {entity.type.value} {sheet_of(entity.type).chinese}  "
            f"{entity.text}{value}  {entity.score:.2f}  {notes}".rstrip()
            + "\n"
        )


def _redaction_line(post: Post, entities: list[Entity], redactor: Redactor) -> str:
    return json_line({"id": post.id, "text": redactor.redact_found(post.text, entities).text})


def _redact(arguments: argparse.Namespace) -> None:
    recognizer = _recognizer(arguments)
    redactor = Redactor(recognizer, _STYLES[arguments.style])
    if arguments.text is not None:
        sys.stdout.write(redactor.redact(arguments.text).text + "\n")
        return
    line = partial(_redaction_line, redactor=redactor)
    detect_file(recognizer, arguments.input, arguments.output, arguments.threads, line)


class _DeferredCommand:
    """A command of another part of the project, imported only when it is called."""

    def __init__(self, entry_point: EntryPoint) -> None:
        self._entry_point = entry_point

    def __call__(self, words: Sequence[str]) -> None:
        try:
            command: Callable[[Sequence[str]], None] = self._entry_point.load()
            command(words)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("gaihe"):
                raise
            extra = ", ".join(self._entry_point.extras) or "train"
            raise CommandError(
                f"'gaihe {self._entry_point.name}' needs {error.name}, which is not installed: "
                f"pip install 'gaihe[{extra}]'"
            ) from None


def _parser(deferred: dict[str, _DeferredCommand]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gaihe", description=_DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"gaihe {installed_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_commands(commands)
    for name in deferred:
        commands.add_parser(name, help=f"see gaihe {name} --help", add_help=False)
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line; exit codes: 0 done, 2 bad usage or input, 1 failed, 128 and its number after a signal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        with ending_signals():
            _run(sys.argv[1:] if words is None else words)
            sys.stdout.flush()
    except (CommandError, PostError, ModelError) as error:
        return _ended(str(error), BAD_INPUT)
    except (CommandFailedError, SheetError, TextsFailedError, WriteFailedError) as error:
        return _ended(str(error), FAILED)
    except BrokenPipeError:
        _drop_standard_output()
        return FAILED
    except OSError as error:
        _drop_standard_output()
        where = f"{error.filename}: " if error.filename else ""
        return _ended(f"{where}{error.strerror or error}", FAILED)
    except KeyboardInterrupt:
        return _ended("interrupted", FAILED)
    except EndedBySignalError as error:
        return _ended(f"ended by {error}", 128 + error.number)
    return 0


def _run(words: Sequence[str]) -> None:
    deferred = {point.name: _DeferredCommand(point) for point in entry_points(group="gaihe.commands")}
    if words and words[0] in deferred:
        deferred[words[0]](words[1:])
    else:
        arguments = _parser(deferred).parse_args(words)
        arguments.run(arguments)


def _ended(message: str, code: int) -> int:
    with suppress(OSError):
        sys.stderr.write(f"gaihe: {message}\n")
    return code


def _drop_standard_output() -> None:
    """What standard output could not take is not tried again when the interpreter ends."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
