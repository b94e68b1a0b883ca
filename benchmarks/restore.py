"""How often edited texts get their originals back from pseudonyms.

``python benchmarks/restore.py [--count N] [--seed S]`` makes posts with the generator, puts pseudonyms in the place of
their annotated spans, edits the text around the pseudonyms as a language model or a person would (words go, come and
change, parts change places, a pseudonym is said again or left out), and restores. What comes back must be the original
with the same edits. Each post has a map of its own, and then shares one with the posts of its case.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from gaihe.data.generator.corpus import CorpusSettings
from gaihe.data.generator.corpus import posts as generated
from gaihe.serving.core.progress import followed
from gaihe.serving.core.schema import Post
from gaihe.serving.redaction import PseudonymMap, redact, restore

CASE = 100
"""Posts of a case."""
NOISE = 0.35
"""Share of the posts in disguise, as in the figures of docs/REDACTION.md."""
_WORDS = (
    "据了解，",
    "（",
    "）",
    " ",
    "\n",
    "：",
    "这位",
    "先生",
    "同学",
    "1",
    "0",
    "的",
    "说，",
    "- ",
    "“",
    "”",
    "A",
    "。",
    "号",
)


@dataclass(slots=True)
class Outcome:
    """What came of it.

    Attributes:
        posts: how many there were, and how many of them with pseudonyms.
        unedited: posts that did not come back from the text as it was.
        edited: posts that did not come back from the edited text.
        shared: posts that did not come back from the edited text by the map of their case.
    """

    posts: int = 0
    with_data: int = 0
    pseudonyms: int = 0
    unedited: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)


def outcome(posts: Iterator[Post], seed: int) -> Outcome:
    """Pseudonymise, edit and restore posts; the same for the same seed."""
    found, random, key = Outcome(), Random(seed), f"seed {seed:032}".encode()
    case = PseudonymMap()
    for post in posts:
        if found.posts % CASE == 0:
            case = PseudonymMap()
        found.posts += 1
        found.with_data += bool(post.entities)
        for mapping, failed in ((PseudonymMap(), found.edited), (case, found.shared)):
            redaction = redact(post.text, post.entities, "llm", key=key, mapping=mapping)
            if restore(redaction.text, mapping) != post.text:
                found.unedited.append(post.id)
            pairs, position, source = [], 0, 0
            for span in redaction.spans:
                kept = post.text[source : span.source_start]
                pairs += [
                    (kept, kept),
                    (redaction.text[span.start : span.end], post.text[span.source_start : span.source_end]),
                ]
                position, source = span.end, span.source_end
            pairs.append((redaction.text[position:], post.text[source:]))
            changed = edited(pairs, random)
            if restore("".join(new for new, _ in changed), mapping) != "".join(old for _, old in changed):
                failed.append(post.id)
        found.pseudonyms += len(redaction.spans)
    return found


def edited(pairs: Sequence[tuple[str, str]], random: Random) -> list[tuple[str, str]]:
    """Edits of a text that keep its pseudonyms whole.

    Args:
        pairs: the text's stretches, what is kept and what is a pseudonym by turns, each with what it stands for.
        random: what decides.
    """
    changed = list(pairs)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(changed))
        new, old = changed[at]
        word = random.choice(_WORDS)
        match random.randrange(6):
            case 0:
                changed.insert(at, (word, word))
            case 1 if len(changed) > 1:
                del changed[at]
            case 2:
                changed.append(changed[at])
            case 3 if len(changed) > 1:
                changed.append(changed.pop(at))
            case 4 if new == old and new:
                cut = random.randrange(len(new))
                changed[at] = (new[:cut] + word + new[cut + 1 :],) * 2
            case 5 if new == old and new:
                cut = random.randrange(len(new))
                changed[at] = (new[cut:],) * 2
    return changed


def main() -> None:
    """Count, and say how many."""
    parser = argparse.ArgumentParser(description="How often edited texts get their originals back from pseudonyms.")
    parser.add_argument("--count", type=int, default=100_000, metavar="N", help="posts (default: 100000)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="any whole number (default: 0)")
    arguments = parser.parse_args()
    begun = time.perf_counter()
    settings = CorpusSettings(seed=arguments.seed, noise=NOISE, clean=0)
    posts = followed(generated(settings, 0, arguments.count), "restore", arguments.count)
    found = outcome(posts, arguments.seed)
    sys.stdout.write(
        f"{found.posts} posts, {found.with_data} with data, {found.pseudonyms} pseudonyms: not restored "
        f"{len(found.unedited)} unedited, {len(found.edited)} edited, {len(found.shared)} edited with the map of a "
        f"case of {CASE} ({time.perf_counter() - begun:.0f} s)\n"
    )


if __name__ == "__main__":
    main()
