"""The command ``gaihe audit``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from gaihe.serving.audit.decisions import decided, read_decisions
from gaihe.serving.core.atomic_files import check_output, open_output
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.posts import json_line, read_posts, write_posts
from gaihe.serving.core.progress import followed

_EPILOG = """examples:
  gaihe audit --posts mine.jsonl --output doubted.jsonl --page doubted.html --limit 400
  gaihe audit --posts mine.jsonl --decisions decisions.jsonl --output corrected.jsonl
  gaihe convert --from jsonl --to label-studio --input corrected.jsonl --output tasks.json

Each line is a place where a span is annotated or the model finds one: {"id", "start", "end", "score", "annotated":
[spans], "proposed": [spans]}, the lowest score first, which is how likely the annotation is right. The page shows the
places in context and saves the same lines with a "decision": annotated (keep), proposed (take the model's spans) or
nothing. A model that was trained on these posts believes their annotation: give one that was not."""


def audit(words: Sequence[str]) -> None:
    """``gaihe audit --posts F.jsonl --output G.jsonl [--page P.html] [--limit N] [--decisions D.jsonl]``."""
    parser = argparse.ArgumentParser(
        prog="gaihe audit",
        description="Rank the spans of annotated posts by how likely their annotation is wrong, and correct it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--posts", required=True, metavar="F.jsonl", help="the annotated posts")
    parser.add_argument(
        "--output", required=True, metavar="G.jsonl", help="the places, or the corrected posts; - is standard output"
    )
    parser.add_argument("--page", metavar="P.html", help="the places as a page to tick through, too")
    parser.add_argument("--limit", type=int, metavar="N", help="so many places at most (default: all)")
    parser.add_argument("--model", metavar="FILE.onnx", help="an exported model (default: the released one)")
    parser.add_argument("--decisions", metavar="D.jsonl", help="what was decided: write the posts with it")
    arguments = parser.parse_args(words)
    if arguments.limit is not None and arguments.limit < 0:
        raise CommandError(f"--limit must be at least 0, not {arguments.limit}")
    if arguments.decisions and (arguments.page or arguments.model or arguments.limit is not None):
        raise CommandError("--decisions goes with --posts and --output alone")
    check_output(arguments.output, [arguments.posts, arguments.decisions])
    posts = followed(read_posts(arguments.posts, annotated=True), "gaihe audit")
    if arguments.decisions:
        write_posts(decided(posts, read_decisions(arguments.decisions)), arguments.output)
        return
    if arguments.page:
        check_output(arguments.page, [arguments.posts])

    from gaihe.serving.audit.page import page
    from gaihe.serving.audit.suspects import ranked
    from gaihe.serving.recognition.recognizer import Recognizer

    by_id = {post.id: post for post in posts}
    places = ranked(by_id.values(), Recognizer.load(arguments.model))[: arguments.limit]
    with open_output(arguments.output) as stream:
        for place in places:
            stream.write(json_line(place.record()))
    if arguments.page:
        with open_output(arguments.page) as stream:
            stream.write(page(places, by_id))
