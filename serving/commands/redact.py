"""The command ``gaihe redact``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gaihe.serving.commands.erase import erase_rows
from gaihe.serving.commands.flow import rewrite_rows, threads_of
from gaihe.serving.commands.mapping_file import held_mapping
from gaihe.serving.commands.options import PASS, STOP, recognizer_of
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.output_checks import check_output
from gaihe.serving.core.schema import EntityType
from gaihe.serving.redaction import (
    REDACTION_PRESETS,
    Operator,
    RedactionPolicy,
    Redactor,
    load_redaction_policy,
)
from gaihe.serving.redaction.operators import SHORTEST_KEY

STYLES: Mapping[str, str] = {"label": "label", "mask": "bars"}
EXAMPLES = """examples:
  gaihe redact "张丽，电话一三八00138000"              # [姓名]，电话[电话]
  gaihe redact --policy moderation "电话13800138000"   # 电话138****8000
  gaihe redact --operator hash --operator PHONE=remove --key-file key --input posts.jsonl --output out.jsonl
  gaihe redact --policy llm --mapping case.json --input posts.jsonl --output out.jsonl
  gaihe redact --erase 张丽 --erase 13800138000 --input posts.jsonl --output out.jsonl
  gaihe redact --input posts.csv --column title --column content --output out.csv
  tail -f log | gaihe redact --stream --format text"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of ``gaihe redact`` beside those of every command that reads texts with a model."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument(
        "--policy", metavar="NAME|FILE.toml",
        help=f"a preset ({', '.join(REDACTION_PRESETS)}) or a file (default: label, or erase with --erase)",
    )  # fmt: skip
    chosen.add_argument("--style", choices=list(STYLES), help="label: [电话]; mask: a bar for each character")
    parser.add_argument(
        "--operator", action="append", default=[], metavar="[TYPE=]OP",
        help=f"what takes the place of a type, or of all the policy does not name: {', '.join(Operator)}; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--mapping", metavar="M.json",
        help="where the pseudonyms are kept, by which gaihe restore gives the texts back; one that is there goes on",
    )  # fmt: skip
    parser.add_argument("--seal", action="store_true", help="encrypt the mapping with the key of --key-file")
    parser.add_argument(
        "--erase", action="append", default=[], metavar="NAME|VALUE",
        help="redact one person alone, of whom this is known, in all posts of the input; repeatable",
    )  # fmt: skip
    add_key(parser, "which decides hashes and pseudonyms, and seals")


def add_key(parser: argparse.ArgumentParser, use: str = "which decides hashes and pseudonyms") -> None:
    """The option that names the key, and says what it is for."""
    parser.add_argument(
        "--key-file", metavar="FILE", help=f"a file with a secret of {SHORTEST_KEY} bytes or more, {use}"
    )


def run(arguments: argparse.Namespace) -> None:
    """Redact one text, or the rows of a file.

    Raises:
        CommandError: options that cannot be used.
    """
    policy = _policy(arguments)
    key = read_key(arguments.key_file)
    if key is None and (policy.needs_key or arguments.seal):
        raise CommandError("hashes and --seal need a key: --key-file FILE")
    if arguments.mapping is not None and not policy.reversible:
        raise CommandError(f"the policy {policy.name} makes no pseudonyms for --mapping to keep")
    if arguments.seal and arguments.mapping is None:
        raise CommandError("--seal goes with --mapping")
    if arguments.mapping is not None:
        aside = None if arguments.bad_lines in (STOP, PASS) else arguments.bad_lines
        check_output(arguments.mapping, outputs=[arguments.output, aside])
    recognizer = recognizer_of(arguments)
    if arguments.mapping is not None:
        check_output(arguments.mapping, [arguments.input, arguments.key_file])
    with held_mapping(arguments.mapping, key, arguments.seal) as (mapping, keep):
        if arguments.erase:
            erase_rows(recognizer, arguments, policy, key, mapping, keep)
            return
        redactor = Redactor(recognizer, policy, key=key, mapping=mapping)
        if arguments.text is not None:
            shown = redactor.redact(arguments.text).text
            keep()
            sys.stdout.write(shown + "\n")
            return
        threads = threads_of(arguments)

        def redacted(texts: list[str]) -> Sequence[str | Exception]:
            found = redactor.attempt_batch(texts, threads)
            keep()
            return found

        rewrite_rows(redacted, arguments)


def read_key(path: str | None) -> bytes | None:
    """The key in a file, without the line break at its end.

    Raises:
        CommandError: the file cannot be read, or the key is too short.
    """
    if path is None:
        return None
    try:
        key = Path(path).read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise CommandError(f"cannot read the key {path}: {error.strerror}") from None
    if len(key) < SHORTEST_KEY:
        raise CommandError(f"the key {path} must have {SHORTEST_KEY} bytes or more, not {len(key)}")
    return key


def _policy(arguments: argparse.Namespace) -> RedactionPolicy:
    """The policy, with the operators that the options change."""
    name = STYLES[arguments.style] if arguments.style else arguments.policy
    if name is None:
        name = "erase" if arguments.erase else "label"
    policy = load_redaction_policy(name)
    operator, operators = policy.operator, dict(policy.operators)
    for given in arguments.operator:
        kind, _, name = given.rpartition("=")
        if name not in list(Operator) or (kind and kind not in EntityType):
            raise CommandError(
                f"--operator must be [TYPE=]OP with OP one of {', '.join(Operator)} and TYPE one of "
                f"{', '.join(EntityType)}, not {given!r:.60}"
            )
        if kind:
            operators[EntityType(kind)] = Operator(name)
        else:
            operator = Operator(name)
    return replace(policy, operator=operator, operators=operators)
