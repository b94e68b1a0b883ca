"""Posts a second of the generator, by number of processes.

``python benchmarks/generate.py [--count N] [--repeat N]`` writes a corpus to a temporary file, as ``gaihe generate``
does. The rate is that of the whole call, with starting the processes and reading the lexicon. Numbers of processes take
turns, so that a busy machine slows all of them alike.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from gaihe.data.generator.corpus import CorpusSettings, write_corpus


def posts_per_second(count: int, workers: int, seed: int) -> float:
    """The rate of one call that writes ``count`` posts."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
        begun = time.perf_counter()
        write_corpus(Path(folder) / "posts.jsonl", count, CorpusSettings(seed=seed), workers)
        return count / (time.perf_counter() - begun)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="Posts a second of the generator, by number of processes.")
    parser.add_argument("--count", type=int, default=20_000, metavar="N", help="posts a call (default: 20000)")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="calls for each number (default: 3)")
    arguments = parser.parse_args()
    numbers = sorted({1, min(2, os.cpu_count() or 1), os.cpu_count() or 1})
    rates: dict[int, list[float]] = {workers: [] for workers in numbers}
    for seed in range(arguments.repeat):
        for workers in numbers:
            rates[workers].append(posts_per_second(arguments.count, workers, seed))
    sys.stdout.write("| processes | posts/s, median | lowest | highest |\n|---|---|---|---|\n")
    for workers, found in rates.items():
        sys.stdout.write(f"| {workers} | {statistics.median(found):.0f} | {min(found):.0f} | {max(found):.0f} |\n")


if __name__ == "__main__":
    main()
