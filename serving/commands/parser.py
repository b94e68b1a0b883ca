"""The parser of the commands that read texts with a model: ``detect``, ``redact``, ``restore``, ``judge``."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from gaihe.serving.commands import completion as completion_command
from gaihe.serving.commands import judge as judge_command
from gaihe.serving.commands import redact as redact_command
from gaihe.serving.commands import restore as restore_command
from gaihe.serving.commands.flow import write_records
from gaihe.serving.commands.options import add_model, add_rows, recognizer_of
from gaihe.serving.core.version import installed_version
from gaihe.serving.recognition.detection import detection_record
from gaihe.serving.types import sheet_of

_DESCRIPTION = "Find doxxing entities (开盒 data) in Chinese posts, in any disguise."
_DETECT_EXAMPLES = """examples:
  gaihe detect "张丽，电话一三八00138000"
  gaihe detect --input posts.jsonl --output found.jsonl --threads 2
  cat posts.jsonl | gaihe detect --input - --output -

Input lines are {"id": str, "text": str}; output lines are {"id", "entities": [{"start", "end", "type",
"text", "score", "value", "valid", "evasion"}]}, offsets in Unicode code points of the text."""

_ERROR_LINE = 'has a line {"error"} in place of its result'
_OPTION = re.compile(r"--[a-z-]+|-[A-Za-z]")
_NAME = re.compile(r"[a-z-]{1,20}")
_GIVEN = re.compile("(?<=ignored explicit argument) .*", re.DOTALL)
_ELSEWHERE = {
    "serve": "answer over HTTP, with a page to try it",
    "scan": "find entities in files of many posts, on all cores or a Ray cluster",
    "convert": "bring annotations of other tools to our format, and back",
    "standoff": "keep annotations without their texts, and join them again",
    "label-studio": "be the machine-learning backend of Label Studio",
    "generate": "write synthetic posts with their annotations",
    "audit": "find annotations that are likely wrong",
    "train": "train a model that finds entities",
    "train-head": "train what says the intent and stance of posts",
    "pretrain": "adapt an encoder to Chinese posts",
    "calibrate": "find a model's operating points anew",
    "benchmark": "score models and other systems on annotated posts",
    "card": "describe synthetic posts",
    "model-card": "describe a trained model",
    "export": "write a model for other libraries",
}


class _Parser(argparse.ArgumentParser):
    """Repeats no word that may be one of a text."""

    def error(self, message: str) -> NoReturn:
        super().error(_GIVEN.sub("", message))

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices and not _NAME.fullmatch(str(value)):
            raise argparse.ArgumentError(action, f"must be one of {', '.join(map(str, action.choices))}")
        super()._check_value(action, value)

    def _get_value(self, action: argparse.Action, arg_string: str) -> object:
        try:
            return super()._get_value(action, arg_string)
        except argparse.ArgumentError:
            raise argparse.ArgumentError(action, f"must be a {'whole ' * (action.type is int)}number") from None


def left_over(words: Sequence[str]) -> str:
    """What is wrong with words that the parser has no use for; repeats those alone that look like an option."""
    options = [word for word in words if _OPTION.fullmatch(word)]
    told = [f"there is no option {', '.join(options)}"] if options else []
    dashed = [word for word in words if word.startswith("-") and word not in options]
    if dashed:
        told.append('a TEXT that begins with - goes after --: gaihe detect -- "…"')
    if more := len(words) - len(options) - len(dashed):
        told.append(f"{more} word{'s' * (more > 1)} too many: a TEXT goes in quotation marks")
    return "; ".join(told)


def parser(deferred: Mapping[str, Callable[[Sequence[str]], None]]) -> argparse.ArgumentParser:
    """The parser of ``gaihe``.

    Args:
        deferred: the commands that have a parser of their own, by name.
    """
    whole: argparse.ArgumentParser = _Parser(prog="gaihe", description=_DESCRIPTION, allow_abbrev=False)
    whole.add_argument("--version", action="version", version=f"gaihe {installed_version()}")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    _add_commands(commands)
    completion_command.add(commands, deferred)
    for name in deferred:
        commands.add_parser(name, help=_ELSEWHERE.get(name, f"see gaihe {name} --help"), add_help=False)
    return whole


def _add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    detect = _command(commands, "detect", "find entities in one text, or in the texts of a file", _DETECT_EXAMPLES)
    add_rows(detect, _detect, _ERROR_LINE)
    add_model(detect)
    redaction = _command(
        commands, "redact", "replace entities in one text, or in the texts of a file", redact_command.EXAMPLES
    )
    redact_command.add_options(redaction)
    add_rows(redaction, redact_command.run, "passed on as it stands, not redacted")
    add_model(redaction)
    restoring = _command(
        commands, "restore", "put back what pseudonyms stand for, in one text or a file", restore_command.EXAMPLES
    )
    restore_command.add_options(restoring)
    add_rows(restoring, restore_command.run, "passed on as it stands")
    judging = _command(
        commands,
        "judge",
        "say what a text, or the texts of a file, do with personal data, and what follows",
        judge_command.EXAMPLES,
    )
    judge_command.add_options(judging)
    add_rows(judging, lambda arguments: judge_command.run(recognizer_of(arguments), arguments), _ERROR_LINE)
    add_model(judging)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, told: str, examples: str
) -> argparse.ArgumentParser:
    formatter = argparse.RawDescriptionHelpFormatter
    return commands.add_parser(name, help=told, epilog=examples, formatter_class=formatter, allow_abbrev=False)


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
