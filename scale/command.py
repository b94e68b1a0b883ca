"""The command ``gaihe scan``."""

from __future__ import annotations

import argparse
import hashlib
import hmac
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaihe.scale.give import Give
from gaihe.serving.commands.options import add_model, check_threshold
from gaihe.serving.commands.redact import add_key, read_key
from gaihe.serving.core.errors import CommandError, CommandFailedError
from gaihe.serving.core.progress import Progress
from gaihe.serving.core.version import installed_version
from gaihe.serving.model.digest import digest_in
from gaihe.serving.model.loading import default_model, read_model
from gaihe.serving.model.model_file import session_of
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction.policy import DEFAULT_REDACTION, REDACTION_PRESETS, RedactionPolicy, load_redaction_policy
from gaihe.serving.verdict.policy import DEFAULT_POLICY, PRESETS, Policy, load_policy

if TYPE_CHECKING:
    from gaihe.scale.folder import Folder, Plan
    from gaihe.scale.job import Job
    from gaihe.scale.pieces import Columns
    from gaihe.scale.places import Source

FORMATS = ("parquet", "jsonl")
PIECE_ROWS = 10_000
_EPILOG = """examples:
  gaihe scan posts.parquet found/                                     # all cores of this machine
  gaihe scan 'dumps/**/*.jsonl.gz' more.csv judged/ --give verdict --text content --keep-columns user,date
  gaihe scan s3://bucket/posts/ s3://bucket/clean/ --give redacted --policy moderation --address auto

INPUT is Parquet, JSON lines or CSV (.gz too): files, folders, globs (* and **), paths or URIs of object stores. OUTPUT
becomes a folder: parts/ with a row for each post {id, source, position, …, error}, and summary.json. A scan that ended
before its time goes on with the same command; what is finished is neither lost nor done again. docs/SCALE.md"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gaihe scan",
        description="Find personal data in files of posts with all cores of a machine or a Ray cluster.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("input", nargs="+", metavar="INPUT", help="files, folders or globs of posts; paths or URIs")
    parser.add_argument("output", metavar="OUTPUT", help="a new folder, or one whose scan goes on")
    gives = list(map(str, Give))
    parser.add_argument("--give", choices=gives, default=gives[0], help="what is given of each post (default: spans)")
    parser.add_argument("--text", default="text", metavar="COLUMN", help="the column with the posts (default: text)")
    parser.add_argument("--keep-columns", metavar="NAME,…", help="columns that go into the result as they are")
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="of the result (default: parquet)")
    parser.add_argument(
        "--policy", metavar="NAME|FILE.toml",
        help=f"of --give redacted ({', '.join(REDACTION_PRESETS)}; default: {DEFAULT_REDACTION}) or verdict "
        f"({', '.join(PRESETS)}; default: {DEFAULT_POLICY}), or a file",
    )  # fmt: skip
    add_key(parser)
    add_model(parser, threads=False)
    parser.add_argument(
        "--workers", type=int, metavar="N", help="processes that each run a model (default: one a core of the cluster)"
    )
    parser.add_argument(
        "--address", metavar="A", help="a Ray cluster: auto, or HOST:6379 (default: this machine alone)"
    )
    parser.add_argument(
        "--piece-rows", type=int, default=PIECE_ROWS, metavar="N",
        help=f"posts of a piece, which is done as a whole (default: {PIECE_ROWS})",
    )  # fmt: skip
    return parser


def scan(words: Sequence[str]) -> None:
    """``gaihe scan INPUT… OUTPUT [--give spans|redacted|verdict] [--address A] …``.

    Raises:
        CommandError: options, files or a cluster that cannot be used; a folder that holds another scan.
        PostError: a file that cannot be read, or written.
        CommandFailedError: pieces or rows that could not be read or processed, after all others are finished.
    """
    arguments = _parser().parse_args(words)
    _check(arguments)
    policy, about = _policy(arguments)
    key = _key(arguments, policy)

    from gaihe.scale import cluster
    from gaihe.scale.folder import Folder, manifest_of
    from gaihe.scale.job import Job
    from gaihe.scale.pieces import KNOWN, Columns
    from gaihe.scale.places import place_of, sources_of
    from gaihe.scale.results import OWN

    columns = Columns(arguments.text, tuple(filter(None, (arguments.keep_columns or "").split(","))))
    if taken := set(columns.kept) & set(OWN):
        raise CommandError(f"--keep-columns {min(taken)}: a column of the result is called so: {', '.join(OWN)}")
    output = place_of(arguments.output)
    sources = tuple(sources_of(arguments.input, KNOWN, output))
    model, model_name = _model(arguments)
    options = {
        "gaihe": installed_version(),
        "give": arguments.give,
        "format": arguments.format,
        "text": columns.text,
        "keep_columns": list(columns.kept),
        "piece_rows": arguments.piece_rows,
        "model": digest_in(model),
        "operating_point": arguments.operating_point if arguments.threshold is None else arguments.threshold,
        "policy": about,
        "key": None if key is None else hmac.new(key, b"gaihe scan", hashlib.sha256).hexdigest(),
    }
    folder, manifest = Folder(output, arguments.format), manifest_of(sources, options)
    folder.open(manifest)  # a folder of something else is refused before a lock is laid into it
    with folder.held():
        plan = folder.open(manifest)
        folder.ready()
        with cluster.cluster(arguments.address, arguments.workers) as workers:
            if plan is None:
                plan = _planned(sources, columns, arguments.piece_rows)
                folder.begin(manifest, plan)
            job = Job(
                sources, columns, plan.kept, Give(arguments.give), arguments.format, output, model, model_name,
                arguments.operating_point, arguments.threshold, policy, key, plan.time,
            )  # fmt: skip
            _run(job, folder, plan, manifest, workers)


def _check(arguments: argparse.Namespace) -> None:
    if arguments.workers is not None and arguments.workers < 1:
        raise CommandError(f"--workers must be at least 1, not {arguments.workers}")
    if arguments.piece_rows < 1:
        raise CommandError(f"--piece-rows must be at least 1, not {arguments.piece_rows}")
    check_threshold(arguments.threshold)
    if arguments.give == Give.SPANS and arguments.policy is not None:
        raise CommandError("--policy goes with --give redacted or --give verdict")
    if arguments.give != Give.REDACTED and arguments.key_file is not None:
        raise CommandError("--key-file goes with --give redacted")


def _policy(arguments: argparse.Namespace) -> tuple[RedactionPolicy | Policy | None, dict[str, str] | None]:
    """The policy, and what tells it from others.

    Raises:
        PolicyError: it cannot be used.
    """
    policy: RedactionPolicy | Policy
    presets: Sequence[str]
    if arguments.give == Give.REDACTED:
        policy, presets = load_redaction_policy(arguments.policy or DEFAULT_REDACTION), REDACTION_PRESETS
    elif arguments.give == Give.VERDICT:
        policy, presets = load_policy(arguments.policy or DEFAULT_POLICY), PRESETS
    else:
        return None, None
    about = {"name": policy.name, "version": policy.version}
    if isinstance(policy, Policy):
        about |= {"table": policy.table.name, "table_version": policy.table.version}
    if arguments.policy is not None and arguments.policy not in presets:
        about["digest"] = hashlib.sha256(Path(arguments.policy).read_bytes()).hexdigest()
    return policy, about


def _key(arguments: argparse.Namespace, policy: RedactionPolicy | Policy | None) -> bytes | None:
    """The key of the redaction.

    Raises:
        CommandError: it is missing or cannot be used.
    """
    key = read_key(arguments.key_file)
    if isinstance(policy, RedactionPolicy) and key is None and (policy.needs_key or policy.reversible):
        raise CommandError("hashes and pseudonyms need a key: --key-file FILE")
    return key


def _model(arguments: argparse.Namespace) -> tuple[bytes, str]:
    """The bytes and the name of the model, which was tried.

    Raises:
        ModelError: it cannot be used.
    """
    path = arguments.model or default_model()
    content = read_model(path)
    recognizer = Recognizer(*session_of(content, str(path)), arguments.operating_point)
    if arguments.give == Give.VERDICT:
        recognizer.scores_of(recognizer.read(""))
    return content, str(path)


def _planned(sources: Sequence[Source], columns: Columns, rows: int) -> Plan:
    from gaihe.scale.cluster import spread
    from gaihe.scale.folder import Plan
    from gaihe.scale.pieces import cut, numbered

    pieces, kept = numbered(sources, spread(partial(cut, columns=columns, rows=rows), sources), columns)
    return Plan(tuple(pieces), kept, datetime.now(UTC))


def _run(job: Job, folder: Folder, plan: Plan, manifest: Mapping[str, Any], workers: int) -> None:
    from gaihe.scale.cluster import finished
    from gaihe.scale.job import Done
    from gaihe.scale.results import Counts

    there = folder.finished(plan.pieces)
    counts, unread = Counts(), 0
    for before in folder.noted(sorted(there)):
        counts.add(before.counts)
    total = sum(piece.rows for piece in plan.pieces)
    if there:
        sys.stderr.write(f"gaihe scan: {counts.posts} of {total} posts are done already\n")
    progress = Progress("gaihe scan", total, first=counts.posts)
    for done in finished(job, [piece for piece in plan.pieces if piece.number not in there], workers):
        if isinstance(done, Done):
            counts.add(done.counts)
            progress.add(done.counts.posts)
        else:
            unread += 1
            sys.stderr.write(f"gaihe scan: {done.reason}\n")
    folder.ready()  # a worker that was killed, whose piece another one has done, left its file
    if unread:
        raise CommandFailedError(
            f"{unread} of {len(plan.pieces)} pieces could not be read; all others are finished, the same command "
            "tries these again"
        )
    folder.summarise(manifest, counts)
    if counts.errors:
        raise CommandFailedError(
            f"{counts.errors} of {counts.posts} rows have an error, which the column error names; all else is done"
        )
