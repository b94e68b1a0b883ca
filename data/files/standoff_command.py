"""The command ``gaihe standoff``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from gaihe.data.files.standoff import joined, read_standoff, write_standoff
from gaihe.serving.core.output_checks import check_output
from gaihe.serving.core.posts import read_posts, write_posts


def standoff(words: Sequence[str]) -> None:
    """``gaihe standoff take|join``."""
    parser = argparse.ArgumentParser(
        prog="gaihe standoff",
        description="Keep the annotation of posts without their texts, and join it to the texts again. Texts are told "
        "by a digest, so nothing of them can be read, and they must be the same to the character.",
        epilog="examples:\n  gaihe standoff take --input read.jsonl --output read.tsv.xz\n"
        "  gaihe standoff join --annotation data/texts/read/unsure.tsv.xz --input posts.jsonl --output read.jsonl",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ways = parser.add_subparsers(required=True, dest="way", metavar="take|join")
    take = ways.add_parser("take", help="write the spans and labels of annotated posts")
    take.add_argument("--input", required=True, metavar="F.jsonl", help="annotated posts; - is standard input")
    take.add_argument("--output", required=True, metavar="G.tsv.xz", help="their annotation")
    join = ways.add_parser("join", help="give posts what was taken from the same texts")
    join.add_argument("--annotation", required=True, metavar="G.tsv.xz", help="the annotation")
    join.add_argument("--input", required=True, metavar="F.jsonl", help="posts with id and text; - is standard input")
    join.add_argument("--output", required=True, metavar="H.jsonl", help="those that have one; - is standard output")
    arguments = parser.parse_args(words)
    if arguments.way == "take":
        check_output(arguments.output, [arguments.input])
        count = write_standoff(read_posts(arguments.input, annotated=True), arguments.output)
        sys.stderr.write(f"{count} texts\n")
        return
    check_output(arguments.output, [arguments.annotation, arguments.input])
    annotation = read_standoff(arguments.annotation)
    count = write_posts(joined(read_posts(arguments.input), annotation), arguments.output)
    sys.stderr.write(f"{count} posts with annotation; it is there for {len(annotation)} texts\n")
