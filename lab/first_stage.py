"""Would a cheap first stage that lets posts without data through pay?

``python lab/first_stage.py --input posts.jsonl`` runs the full model over the posts, trains a linear classifier
of character n-grams to say which posts the model finds something in, and sets its threshold on held-out posts where it
keeps 99.9% of them. What it lets through on further posts is the time that it could save; what it loses there is the
price. The classifier's own time is not counted: the figure is the best case.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from gaihe.serving import Recognizer, read_posts
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

RECALL = 0.999
FEATURES = 1 << 20


def saved_and_lost(texts: list[str], spans: NDArray[np.int64], grams: int, seed: int) -> tuple[float, float, int]:
    """What a first stage of n-grams up to ``grams`` lets through of the last quarter of the posts.

    Args:
        texts: the posts.
        spans: how many spans the full model finds in each, shape ``(posts,)``.
        grams: the longest n-gram.
        seed: decides the order of the posts.

    Returns:
        The share of characters that the full model need not read, the share of posts with spans that are lost, and
        their number.
    """
    order = np.random.default_rng(seed).permutation(len(texts))
    train, held_out, test = np.split(order, [len(order) // 2, len(order) * 3 // 4])
    vectors = HashingVectorizer(
        analyzer="char", ngram_range=(1, grams), n_features=FEATURES, lowercase=False, binary=True, norm=None
    ).transform(texts)
    found = spans > 0
    stage = LogisticRegression(C=0.1, max_iter=200).fit(vectors[train], found[train])
    scores = stage.decision_function(vectors)
    threshold = np.quantile(scores[held_out][found[held_out]], 1 - RECALL, method="lower")
    passed = scores[test] < threshold
    lengths = np.array([len(text) for text in texts])[test]
    return float(lengths[passed].sum() / lengths.sum()), float(passed[found[test]].mean()), int(found[test].sum())


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="What a cheap first stage before the model would save and lose.")
    parser.add_argument("--input", required=True, metavar="F.jsonl", help="posts of the kind that are expected")
    parser.add_argument("--model", metavar="FILE.onnx", help="the full model (default: the released one)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="order of the posts (default: 0)")
    arguments = parser.parse_args()
    texts = [post.text for post in read_posts(arguments.input) if post.text]
    recognizer = Recognizer.load(arguments.model)
    spans = np.array([len(found) for found in recognizer.detect_batch(texts)])
    sys.stdout.write(f"{len(texts)} posts, the model finds something in {(spans > 0).mean():.1%}\n\n")
    sys.stdout.write("| n-grams | characters let through | posts with spans lost |\n|---|---|---|\n")
    for grams in (1, 2, 3):
        saved, lost, total = saved_and_lost(texts, spans, grams, arguments.seed)
        sys.stdout.write(f"| 1 to {grams} | {saved:.1%} | {lost:.2%} of {total} |\n")


if __name__ == "__main__":
    main()
