"""The command ``gaihe silver``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from gaihe.serving.core.atomic_files import check_output
from gaihe.serving.core.posts import read_posts, write_posts
from gaihe.serving.core.progress import followed


def silver(words: Sequence[str]) -> None:
    """``gaihe silver --input F.jsonl --output G.jsonl``."""
    parser = argparse.ArgumentParser(
        prog="gaihe silver",
        description="Annotate real posts that hold no numbers, addresses or accounts with the names that LAC and "
        "the base checkpoint agree on, for training: gaihe train 'data.sources=[G.jsonl]'.",
    )
    parser.add_argument("--input", required=True, metavar="F.jsonl", help="posts with id and text; - is standard input")
    parser.add_argument("--output", required=True, metavar="G.jsonl", help="the posts that both taggers agree on")
    parser.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="EVAL.jsonl",
        help="posts that measure: what shares a passage of 15 characters with them is left out; repeatable",
    )
    parser.add_argument(
        "--most",
        type=int,
        default=50,
        metavar="N",
        help="leave out posts all of whose names have come so often already (default: 50)",
    )
    parser.add_argument("--base", default="models/base", metavar="DIR", help="base checkpoint (default: models/base)")
    arguments = parser.parse_args(words)

    from gaihe.training.labelling.lac_tagger import LacTagger
    from gaihe.training.labelling.overlap import Overlap
    from gaihe.training.labelling.silver import HeadTagger, agreed, varied

    check_output(arguments.output, [arguments.input, *arguments.exclude])
    measured = Overlap(post.text for path in arguments.exclude for post in read_posts(path))
    unmeasured = (post for post in read_posts(arguments.input) if not measured.touches(post.text))
    posts = agreed(unmeasured, HeadTagger(arguments.base), LacTagger())
    write_posts(followed(varied(posts, arguments.most), "gaihe silver", unit="posts kept"), arguments.output)
