"""The command ``gaihe restore``."""

from __future__ import annotations

import argparse
import sys

from gaihe.serving.commands.flow import rewrite_rows
from gaihe.serving.commands.mapping_file import read_mapping
from gaihe.serving.commands.options import check_rows
from gaihe.serving.commands.redact import add_key, read_key
from gaihe.serving.redaction import restore

EXAMPLES = """examples:
  gaihe restore --mapping case.json --input answers.jsonl --output restored.jsonl
  gaihe redact --policy llm --mapping case.json "张丽，电话13800138000" >question
  model <question | gaihe restore --mapping case.json --stream --format text"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of ``gaihe restore`` beside those of every command that reads texts."""
    parser.add_argument("--mapping", required=True, metavar="M.json", help="the pseudonyms that gaihe redact kept")
    add_key(parser, "with which the mapping was sealed")


def run(arguments: argparse.Namespace) -> None:
    """Restore one text, or the rows of a file.

    Raises:
        CommandError: options that cannot be used.
    """
    check_rows(arguments)
    mapping = read_mapping(arguments.mapping, read_key(arguments.key_file))
    if arguments.text is not None:
        sys.stdout.write(restore(arguments.text, mapping) + "\n")
    else:
        rewrite_rows(lambda texts: [restore(text, mapping) for text in texts], arguments)
