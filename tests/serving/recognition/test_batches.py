"""How many cores there are to use."""

import os

import pytest
from gaihe.serving.recognition import batches

AFFINITY = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


@pytest.mark.parametrize(("quota", "cores"), [
    ("max 100000", AFFINITY),
    ("50000 100000", 1),
    ("100000 100000", 1),
    (f"{AFFINITY * 4}00000 100000", AFFINITY),
    ("nonsense", AFFINITY),
    (None, AFFINITY),
])  # fmt: skip
def test_the_quota_of_a_container_bounds_the_cores(quota, cores, tmp_path, monkeypatch):
    if quota is not None:
        (tmp_path / "cpu.max").write_text(quota + "\n", encoding="ascii")
    monkeypatch.setattr(batches, "CPU_QUOTA", tmp_path / "cpu.max")
    assert batches.available_cores() == cores
