"""The command ``gaihe judge``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gaihe.serving.commands.flow import write_records
from gaihe.serving.core.posts import json_line
from gaihe.serving.recognition.detection import detection_record
from gaihe.serving.recognition.judging import Judging
from gaihe.serving.recognition.reading import Reading
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.verdict.evidence import evidence
from gaihe.serving.verdict.judgement import judge
from gaihe.serving.verdict.outcome import Verdict
from gaihe.serving.verdict.policy import DEFAULT_POLICY, PRESETS, Policy, load_policy

EXAMPLES = """examples:
  gaihe judge "扒出来了，她叫张丽，电话13800138000，一人打一个"
  gaihe judge --input posts.jsonl --output verdicts.jsonl --policy strict --evidence

Output lines are {"id", "verdict": {"level", "suggestion", "label", "sub_label", "score", "intent", "stance",
"persons", "reasons", "laws", "policy", "note"}, "entities"}. A verdict helps a reviewer and is no legal advice."""


@dataclass(frozen=True, slots=True)
class Judgements:
    """The fields of a text that was read: ``{"verdict", "entities"}``, with ``"evidence"`` on demand.

    Attributes:
        recognizer: what read the text.
        policy: what the platform does.
        time: when the texts are judged, with its time zone.
        model: what tells the model from others, for the evidence; none is written where it is ``None``.
    """

    recognizer: Judging
    policy: Policy
    time: datetime
    model: Mapping[str, str] | None = None

    def __call__(self, text: str, reading: Reading) -> dict[str, Any]:
        """The fields of a text."""
        entities = reading.entities
        scores = self.recognizer.scores_of(reading)
        verdict = judge(text, entities, scores, self.policy, self.time.date())
        record: dict[str, Any] = {
            "verdict": verdict.to_record(),
            "entities": [detection_record(entity) for entity in entities],
        }
        if self.model is not None:
            record["evidence"] = evidence(text, entities, verdict, self.model, self.time)
        return record


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of ``gaihe judge`` beside those of every command that reads posts."""
    parser.add_argument(
        "--policy", default=DEFAULT_POLICY, metavar="NAME|FILE.toml",
        help=f"a preset ({', '.join(PRESETS)}) or a file (default: {DEFAULT_POLICY})",
    )  # fmt: skip
    parser.add_argument(
        "--evidence", action="store_true", help="add a record of what was judged, by what and when, without its text"
    )


def run(recognizer: Recognizer, arguments: argparse.Namespace) -> None:
    """Judge one text, shown for reading, or the posts of a file.

    Raises:
        ModelError: the model has no post labels; said before the first post is read.
        PolicyError: the policy cannot be used.
    """
    policy = load_policy(arguments.policy)
    recognizer.scores_of(recognizer.read(""))
    now = datetime.now(UTC)
    model = {
        "version": recognizer.metadata.version,
        "digest": recognizer.metadata.digest,
        "operating_point": recognizer.operating_point,
        "threshold": str(recognizer.threshold),
    }
    fields = Judgements(recognizer, policy, now, model if arguments.evidence else None)
    if arguments.text is None:
        write_records(recognizer, arguments, fields)
    elif arguments.evidence:
        sys.stdout.write(json_line({"id": "", **fields(arguments.text, recognizer.read(arguments.text))}))
    else:
        sys.stdout.write(shown(recognizer.judge(arguments.text, policy, now.date())))


def shown(verdict: Verdict) -> str:
    """A verdict for reading."""
    table = verdict.policy.table
    lines = [
        f"level {verdict.level} {table.levels[verdict.level]}  {verdict.suggestion}  score {verdict.score}",
        f"{verdict.label}/{verdict.sub_label}  intent {verdict.intent}  stance {verdict.stance}",
        *(f"- {reason.zh} {reason.en}" for reason in verdict.reasons),
        *(f"§ {law.zh}（{law.in_force} 起施行）" for law in verdict.laws),
        table.note_zh,
        table.note_en,
    ]
    return "\n".join(lines) + "\n"
