"""Cold start: a fresh interpreter imports, loads and answers once."""

from __future__ import annotations

import statistics
import subprocess
import sys

_CHILD = """
import sys, time
begun = time.perf_counter()
from gaihe.serving import Recognizer
recognizer = Recognizer.load(sys.argv[1] or None)
loaded = time.perf_counter()
with open("/proc/self/statm") as statm:
    resident = int(statm.read().split()[1])
recognizer.detect("今天天气真好")
print(1000 * (loaded - begun), resident * 4096 / 2**20, 1000 * (time.perf_counter() - loaded))
"""


def cold_start(model: str | None, repeats: int) -> dict[str, float]:
    """Medians over fresh processes on Linux: ``load_ms`` with the imports, ``resident_mib`` after it, ``first_ms``."""
    rows = []
    for _ in range(repeats):
        command = [sys.executable, "-c", _CHILD, model or ""]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rows.append([float(word) for word in output.split()])
    load, resident, first = (statistics.median(column) for column in zip(*rows, strict=True))
    return {"load_ms": load, "resident_mib": resident, "first_ms": first}
