"""The service in processes of its own: its port, memory and processor time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running(workers: int | None) -> Iterator[tuple[int, int]]:
    """A service on a free port: process id and port."""
    command = [sys.executable, "-m", "gaihe.serving", "serve", "--port", "0"]
    command += [] if workers is None else ["--workers", str(workers)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = "nothing"
    try:
        for line in process.stderr:
            said = line.strip() or said
            address = json.loads(line).get("address") if line.startswith("{") else None
            if address:
                yield process.pid, int(address.rpartition(":")[2])
                return
        raise SystemExit(f"the service did not start; the last that it said: {said}")
    finally:
        process.terminate()
        process.communicate()


def resident_mib(pid: int) -> dict[str, float]:
    """Memory of the front process, and of all its workers together."""

    def of(one: int) -> float:
        pages = int(Path(f"/proc/{one}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

    return {"front_mib": round(of(pid), 1), "workers_mib": round(sum(map(of, _workers(pid))), 1)}


def processor_seconds(pid: int) -> dict[str, float]:
    """Processor time of the front process, and of all its workers together, so far."""

    def of(one: int) -> float:
        fields = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    return {"front": of(pid), "workers": sum(map(of, _workers(pid)))}


def _workers(pid: int) -> list[int]:
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()))
