"""A scan of many posts that is disturbed on its way: ``python -m benchmarks.scan FOLDER [--count N] [--sample S]``.

Makes N synthetic posts as Parquet; scans S of them with one worker and with two; then all N with two, where a worker
is killed after a tenth of the pieces, and the whole job, Ray's own processes too, after three tenths. The same command
goes on; then every post must be there once, finished pieces untouched, and spans as ``detect_batch`` finds them. What
is done is kept in the folder: the same command goes on after a break.

Posts a second are those of the time in which workers worked, so that starting Ray and loading models are left out; both
are given too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from gaihe.data.files.parquet import write_parquet
from gaihe.data.generator.corpus import CorpusSettings
from gaihe.serving import Recognizer
from gaihe.serving.core.progress import duration
from gaihe.serving.recognition.batches import available_cores
from gaihe.serving.recognition.detection import detection_record

LOOK_SECONDS = 0.2
WEIGH_SECONDS = 3.0
WORKER_AT, JOB_AT = 0.1, 0.3
"""Shares of the pieces after which a worker and the job are killed."""


class Scan:
    """A running ``gaihe scan``.

    Args:
        posts: what is scanned.
        output: the folder.
        workers: how many work.
        rows: of a piece.
    """

    def __init__(self, posts: Path, output: Path, workers: int, rows: int) -> None:
        words = ["scan", str(posts), str(output), "--workers", str(workers), "--piece-rows", str(rows)]
        self.output = output
        self.process = subprocess.Popen([sys.executable, "-m", "gaihe.serving", *words])
        self.peak = self._weighed = 0.0

    def until(self, pieces: float) -> bool:
        """Wait until so many pieces are finished; whether it still runs then."""
        try:
            while self.process.poll() is None and len(parts(self.output)) < pieces:
                if time.monotonic() - self._weighed > WEIGH_SECONDS:
                    self._weighed = time.monotonic()
                    self.peak = max(self.peak, sum(map(resident_mib, tree(self.process.pid))))
                time.sleep(LOOK_SECONDS)
        except BaseException:
            self.kill()
            raise
        return self.process.poll() is None

    def end(self) -> None:
        """Wait until it is over."""
        self.until(float("inf"))
        if self.process.returncode:
            raise SystemExit(f"the scan failed: exit code {self.process.returncode}")

    def kill(self) -> int:
        """Kill the job with everything that it started; how many processes there were."""
        found = tree(self.process.pid)
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        return len(found)


def tree(pid: int) -> list[int]:
    """A process and all that come from it."""
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                found += tree(int(child))
    return found


def resident_mib(pid: int) -> float:
    """Memory of a process that it shares with no other."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def parts(output: Path) -> list[Path]:
    """The files of finished pieces."""
    return sorted((output / "parts").glob("*.parquet"))


def counts(output: Path) -> dict[int, dict[str, Any]]:
    """What is noted of each finished piece."""
    return {
        int(part.stem): json.loads((output / "counts" / f"{part.stem}.json").read_text(encoding="utf-8"))
        for part in parts(output)
    }


def posts_per_second(output: Path) -> float:
    """Of all workers together, while they worked: the sum of what each did in the time of its pieces."""
    by_process: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for record in counts(output).values():
        by_process[record["process"]].append(record)
    return sum(
        sum(own["posts"] for own in records) / sum(own["ended"] - own["begun"] for own in records)
        for records in by_process.values()
    )


def sample(posts: Path, target: Path, count: int) -> None:
    """The first posts as a file of their own."""
    with pq.ParquetFile(posts) as file, pq.ParquetWriter(target, file.schema_arrow, compression="zstd") as writer:
        left = count
        for batch in file.iter_batches(10_000):
            writer.write_batch(batch.slice(0, left))
            left -= min(left, len(batch))
            if not left:
                return


def undisturbed(posts: Path, output: Path, workers: int, rows: int) -> dict[str, Any]:
    """The figures of a scan from begin to end."""
    begun = time.time()
    scan = Scan(posts, output, workers, rows)
    scan.end()
    elapsed = time.time() - begun
    done = counts(output).values()
    return {
        "workers": workers,
        "posts_per_s": round(posts_per_second(output), 1),
        "seconds": round(elapsed, 1),
        "seconds_before_the_first_piece": round(min(one["begun"] for one in done) - begun, 1),
        "peak_mib": round(scan.peak),
    }


def disturbed(posts: Path, output: Path, rows: int, note: Callable[[str, Any], None], known: dict[str, Any]) -> None:
    """Scan with two workers, kill one, then the job, and go on."""
    pieces = -(-pq.ParquetFile(posts).metadata.num_rows // rows)
    scan = Scan(posts, output, 2, rows)
    if "killed worker" not in known and scan.until(max(1, WORKER_AT * pieces)):
        process = list(counts(output).values())[-1]["process"]
        os.kill(process, signal.SIGKILL)
        note("killed worker", {"pieces_finished": len(parts(output))})
    if "killed job" not in known and scan.until(max(2, JOB_AT * pieces)):
        killed = scan.kill()
        there = {part.name: part.stat().st_mtime_ns for part in parts(output)}
        workers = len({record["process"] for record in counts(output).values()})
        note("killed job", {"processes": killed, "pieces_finished": len(there), "workers_so_far": workers})
        note("parts before the kill", there)
        time.sleep(2)
        scan = Scan(posts, output, 2, rows)
    scan.end()
    note("peak_mib", round(scan.peak))


def checked(posts: Path, output: Path, before: dict[str, int], count: int) -> dict[str, Any]:
    """What is in the result, against what must be."""
    wanted = pq.read_table(posts, columns=["id"])["id"].to_pylist()
    found = pq.read_table(output / "parts", columns=["id", "position", "error"])
    ids = found["id"].to_pylist()
    positions = sorted(found["position"].to_pylist())
    now = {part.name: part.stat().st_mtime_ns for part in parts(output)}
    return {
        "posts": len(ids),
        "every_id_once": len(ids) == len(set(ids)) and sorted(ids) == sorted(wanted),
        "every_row_once": positions == list(range(1, len(wanted) + 1)),
        "errors": len(found) - found["error"].null_count,
        "finished_pieces_untouched": all(now.get(name) == modified for name, modified in before.items()),
        "private": all(part.stat().st_mode & 0o777 == 0o600 for part in parts(output)),
        **equal_spans(posts, output, count),
    }


def equal_spans(posts: Path, output: Path, count: int) -> dict[str, Any]:
    """Posts at random whose spans are those of ``detect_batch``."""
    texts = pq.read_table(posts, columns=["id", "text"])
    chosen = sorted(random.Random(5).sample(range(len(texts)), min(count, len(texts))))
    rows = texts.take(chosen).to_pylist()
    wanted = {
        row["id"]: [detection_record(entity) for entity in entities]
        for row, entities in zip(rows, Recognizer.load().detect_batch([row["text"] for row in rows]), strict=True)
    }
    found = {row["id"]: row["entities"] for row in _rows(output) if row["id"] in wanted}
    spans = sum(map(len, wanted.values()))
    equal = sum(found.get(name) == entities for name, entities in wanted.items())
    return {"compared_posts": len(wanted), "compared_spans": spans, "equal_posts": equal}


def _rows(output: Path) -> Iterator[dict[str, Any]]:
    for part in parts(output):
        yield from pq.read_table(part, columns=["id", "entities"]).to_pylist()


def table(figures: dict[str, Any]) -> str:
    """The figures for reading."""
    rows = [
        "| scan | workers | posts/s | seconds | of them before the first piece | peak memory, MiB |",
        "|" + "---|" * 6,
    ]
    for name in ("one worker", "two workers"):
        own = figures[name]
        rows.append(
            f"| {figures['sample']:,} posts | {own['workers']} | {own['posts_per_s']:,.0f} | {own['seconds']} "
            f"| {own['seconds_before_the_first_piece']} | {own['peak_mib']} |"
        )
    rows.append(
        f"| {figures['posts']:,} posts, disturbed | 2 | {figures['all_posts_per_s']:,.0f} | {figures['all_seconds']} | "
        f"| {figures['peak_mib']} |"
    )
    ratio = figures["two workers"]["posts_per_s"] / figures["one worker"]["posts_per_s"]
    rows += ["", f"Two workers are {ratio:.2f} times as fast as one.", ""]
    rows += [f"- {name.replace('_', ' ')}: {value}" for name, value in figures["checks"].items()]
    return "\n".join(rows)


def main(words: Sequence[str] | None = None) -> None:
    """Measure, check and show."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scan", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where everything is kept")
    parser.add_argument("--count", type=int, default=1_000_000, help="posts (default: 1000000)")
    parser.add_argument("--sample", type=int, default=60_000, help="posts of the measured scans (default: 60000)")
    parser.add_argument("--compared", type=int, default=5_000, help="posts whose spans are compared (default: 5000)")
    parser.add_argument("--piece-rows", type=int, default=10_000, help="of a piece (default: 10000)")
    arguments = parser.parse_args(words)
    folder, rows = arguments.folder, arguments.piece_rows
    folder.mkdir(parents=True, exist_ok=True)
    notes = folder / "figures.json"
    known: dict[str, Any] = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {}

    def note(name: str, value: object) -> None:
        known[name] = value
        notes.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")

    posts, few = folder / "posts.parquet", folder / "sample.parquet"
    if not posts.exists():
        begun = time.time()
        write_parquet(posts, arguments.count, CorpusSettings(seed=2026), available_cores())
        note("seconds_to_generate", round(time.time() - begun, 1))
        sys.stderr.write(f"{arguments.count} posts were made in {duration(known['seconds_to_generate'])}\n")
    note("posts", arguments.count)
    note("sample", arguments.sample)
    if not few.exists():
        sample(posts, few, arguments.sample)
    for name, workers in (("one worker", 1), ("two workers", 2)):
        if name not in known:
            note(name, undisturbed(few, folder / name.replace(" ", "-"), workers, rows))
    output = folder / "all"
    if not (output / "summary.json").exists():
        begun = time.time()
        disturbed(posts, output, rows, note, known)
        note("all_seconds", round(known.get("all_seconds", 0) + time.time() - begun, 1))
    note("all_posts_per_s", round(_steady(output), 1))
    note("checks", checked(posts, output, known.get("parts before the kill", {}), arguments.compared))
    sys.stdout.write(table(known) + "\n")


def _steady(output: Path) -> float:
    """Posts a second of all that worked at a time: two, whoever they were."""
    done = counts(output).values()
    return 2 * sum(own["posts"] for own in done) / sum(own["ended"] - own["begun"] for own in done)


if __name__ == "__main__":
    main()
