"""The command ``gaihe audit``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gaihe.serving.audit.decisions import decided, read_decisions
from gaihe.serving.core.atomic_files import open_output
from gaihe.serving.core.errors import CommandError, PostError
from gaihe.serving.core.output_checks import check_output
from gaihe.serving.core.posts import json_line, numbered_posts, source_name, write_posts
from gaihe.serving.core.progress import followed
from gaihe.serving.core.schema import Post
from gaihe.training.runs.coverage import unused

if TYPE_CHECKING:
    from gaihe.serving.audit.suspects import Suspect

_RUNS = "outputs/audit"
_EPILOG = """examples:
  gaihe audit --posts mine.jsonl --output doubted.jsonl --page doubted.html --limit 400
  gaihe audit --posts mine.jsonl --output doubted.jsonl --folds 5 --runs outputs/audit trainer.epochs=2
  gaihe audit --posts mine.jsonl --decisions decisions.jsonl --output corrected.jsonl
  gaihe convert --from jsonl --to label-studio --input corrected.jsonl --output tasks.json

Each line is a place where a span is annotated or the model finds one: {"id", "start", "end", "score", "annotated":
[spans], "proposed": [spans]}, the lowest score first, which is how likely the annotation is right. The page shows the
places in context and saves the same lines with a "decision": annotated (keep), proposed (take the model's spans) or
nothing. A model that was trained on these posts believes their annotation: give one that was not, or --folds K. Then
"gaihe train experiment=further" learns K times from all folds but one and judges that one; words after the options go
to it. What is done stays in the folder of --runs, and the same command goes on from there. Needs gaihe[train], and
models/default where the command is given."""


def audit(words: Sequence[str]) -> None:
    """``gaihe audit --posts F.jsonl --output G.jsonl [--page P.html] [--folds K] [--decisions D.jsonl]``."""
    arguments = _parser().parse_args(words)
    _check(arguments)
    posts = followed(_distinct(arguments.posts), "gaihe audit")
    if arguments.decisions:
        write_posts(decided(posts, read_decisions(arguments.decisions)), arguments.output)
        return

    from gaihe.serving.audit.page import page

    by_id = {post.id: post for post in posts}
    places = _places(by_id, arguments)[: arguments.limit]
    with open_output(arguments.output) as stream:
        for place in places:
            stream.write(json_line(place.record()))
    if arguments.page:
        with open_output(arguments.page) as stream:
            stream.write(page(places, by_id))


def _distinct(path: str) -> Iterator[Post]:
    """The annotated posts of a file, whose ids must differ: by them places and decisions find their post.

    Raises:
        PostError: as `read_posts`, and for the second post of an id.
    """
    seen: dict[str, int] = {}
    for number, post in numbered_posts(path, annotated=True):
        if (before := seen.setdefault(post.id, number)) != number:
            raise PostError(f"{source_name(path)}, line {number}: line {before} has the same id; ids must differ")
        yield post


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gaihe audit",
        description="Rank the spans of annotated posts by how likely their annotation is wrong, and correct it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="with --folds, for gaihe train: KEY=VALUE")
    parser.add_argument("--posts", required=True, metavar="F.jsonl", help="the annotated posts")
    parser.add_argument(
        "--output", required=True, metavar="G.jsonl", help="the places, or the corrected posts; - is standard output"
    )
    parser.add_argument("--page", metavar="P.html", help="the places as a page to tick through, too")
    parser.add_argument("--limit", type=int, metavar="N", help="so many places at most (default: all)")
    parser.add_argument("--model", metavar="FILE.onnx", help="an exported model (default: the released one)")
    parser.add_argument("--folds", type=int, metavar="K", help="train K models; each judges posts that it did not see")
    parser.add_argument("--runs", metavar="DIR", help=f"where these models lie (default: {_RUNS})")
    parser.add_argument("--decisions", metavar="D.jsonl", help="what was decided: write the posts with it")
    return parser


def _check(arguments: argparse.Namespace) -> None:
    """Refuse what cannot be before any work is done."""
    ranking = [arguments.page, arguments.model, arguments.folds]
    if arguments.limit is not None and arguments.limit < 0:
        raise CommandError(f"--limit must be at least 0, not {arguments.limit}")
    if arguments.decisions and (any(choice is not None for choice in ranking) or arguments.limit is not None):
        raise CommandError("--decisions goes with --posts and --output alone")
    if arguments.folds is None and (arguments.runs or arguments.overrides):
        raise CommandError("--runs and settings of gaihe train go with --folds")
    if arguments.folds is not None and arguments.model:
        raise CommandError("--folds trains its own models: give --model or --folds")
    check_output(arguments.output, [arguments.posts, arguments.model, arguments.decisions])
    if arguments.page:
        if Path(arguments.page).resolve() == Path(arguments.output).resolve():
            raise CommandError("--page and --output are the same file: give each its own")
        check_output(arguments.page, [arguments.posts, arguments.model])


def _places(posts: Mapping[str, Post], arguments: argparse.Namespace) -> list[Suspect]:
    """The places of the posts, as the one model or those of the folds see them."""
    if arguments.folds is not None:
        from gaihe.training.audit.folds import ranked_out_of_fold

        runs = Path(arguments.runs or _RUNS)
        return ranked_out_of_fold([*posts.values()], arguments.folds, runs, arguments.overrides)

    from gaihe.serving.audit.suspects import ranked
    from gaihe.serving.recognition.recognizer import Recognizer

    recognizer = Recognizer.load(arguments.model)
    if spans := unused(posts.values(), recognizer.metadata.labels.types):
        sys.stderr.write(
            f"gaihe audit: {source_name(arguments.posts)} has spans of types that the model does not find, left out: "
            f"{spans}\n"
        )
    return ranked(posts.values(), recognizer)
