"""Evaluate an exported model on files of posts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gaihe.serving.core.atomic_files import open_output
from gaihe.serving.core.schema import Post
from gaihe.serving.recognition.detection import detect_posts, detection_line
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.training.evaluate.metrics import SEQEVAL_POSTS, SpanScorer, seqeval_report
from gaihe.training.evaluate.visible_edges import with_visible_edges


def evaluate(recognizer: Recognizer, posts: Iterable[Post], predictions: Path) -> dict[str, Any]:
    """Score a recogniser on posts.

    Args:
        recognizer: the loaded model.
        posts: annotated posts; each counts for the types that its annotation covers.
        predictions: where to write what was found, as JSON lines.

    Returns:
        The report of `SpanScorer`, and under ``seqeval`` the figures that seqeval gives for the first
        `SEQEVAL_POSTS` posts.
    """
    scorer = SpanScorer()
    kept: list[Post] = []
    found_in_kept = []
    with open_output(predictions) as stream:
        for post, found in detect_posts(recognizer, map(with_visible_edges, posts), threads=1):
            scorer.add(post, found)
            if len(kept) < SEQEVAL_POSTS:
                kept.append(post)
                found_in_kept.append(found)
            stream.write(detection_line(post, found))
    report = scorer.report()
    report["seqeval"] = seqeval_report(recognizer.metadata.labels, kept, found_in_kept)
    return report


def table(reports: Mapping[str, Mapping[str, Any]]) -> str:
    """A table of reports for reading: overall figures, then types and noise kinds of each set."""
    lines = [f"{'set':24} {'posts':>7} {'P':>7} {'R':>7} {'F1':>7} {'leaked':>7} {'alarms/1000':>12}"]
    for name, report in reports.items():
        overall = report["overall"]
        lines.append(
            f"{name:24} {report['posts']:7} {overall['precision']:7.4f} {overall['recall']:7.4f} {overall['f1']:7.4f} "
            f"{report['leaked']:7.4f} {report['alarms_per_1000']:12.2f}"
        )
    for name, report in reports.items():
        for section in ("types", "noise"):
            if report[section]:
                lines += ["", f"{name}, by {section}"]
            for row, figures in report[section].items():
                lines.append(
                    f"  {row:22} {figures['gold']:7} {figures['precision']:7.4f} "
                    f"{figures['recall']:7.4f} {figures['f1']:7.4f}"
                )
    return "\n".join(lines) + "\n"
