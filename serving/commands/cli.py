"""The ``gaihe`` command: what a model does here, other commands by the entry-point group ``gaihe.commands``."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import EntryPoint, entry_points

from gaihe.serving.commands import completion as completion_command
from gaihe.serving.commands import judge as judge_command
from gaihe.serving.commands import redact as redact_command
from gaihe.serving.commands import restore as restore_command
from gaihe.serving.commands.flow import write_records
from gaihe.serving.commands.options import add_model, add_rows, recognizer_of
from gaihe.serving.commands.signals import EndedBySignalError, ending_signals
from gaihe.serving.core.errors import CommandError, CommandFailedError, PostError, SheetError, WriteFailedError
from gaihe.serving.core.failures import TextsFailedError
from gaihe.serving.core.version import installed_version
from gaihe.serving.model.model_file import ModelError
from gaihe.serving.recognition.detection import detection_record
from gaihe.serving.types import sheet_of

BAD_INPUT = 2
FAILED = 1
_DESCRIPTION = "Find doxxing entities (开盒 data) in Chinese posts, in any disguise."
_DETECT_EXAMPLES = """examples:
  gaihe detect "张丽，电话一三八00138000"
  gaihe detect --input posts.jsonl --output found.jsonl --threads 2
  cat posts.jsonl | gaihe detect --input - --output -

Input lines are {"id": str, "text": str}; output lines are {"id", "entities": [{"start", "end", "type",
"text", "score", "value", "valid", "evasion"}]}, offsets in Unicode code points of the text."""


def _add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    detect = _command(commands, "detect", "find entities in one text, or in the texts of a file", _DETECT_EXAMPLES)
    add_rows(detect, _detect)
    add_model(detect)
    redaction = _command(
        commands, "redact", "replace entities in one text, or in the texts of a file", redact_command.EXAMPLES
    )
    redact_command.add_options(redaction)
    add_rows(redaction, redact_command.run)
    add_model(redaction)
    restoring = _command(
        commands, "restore", "put back what pseudonyms stand for, in one text or a file", restore_command.EXAMPLES
    )
    restore_command.add_options(restoring)
    add_rows(restoring, restore_command.run)
    judging = _command(
        commands,
        "judge",
        "say what a text, or the texts of a file, do with personal data, and what follows",
        judge_command.EXAMPLES,
    )
    judge_command.add_options(judging)
    add_rows(judging, lambda arguments: judge_command.run(recognizer_of(arguments), arguments))
    add_model(judging)
    completion_command.add(commands)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, told: str, examples: str
) -> argparse.ArgumentParser:
    formatter = argparse.RawDescriptionHelpFormatter
    return commands.add_parser(name, help=told, epilog=examples, formatter_class=formatter)


def _detect(arguments: argparse.Namespace) -> None:
    recognizer = recognizer_of(arguments)
    if arguments.text is None:
        write_records(recognizer, arguments, lambda _, read: {"entities": list(map(detection_record, read.entities))})
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
