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


@pytest.mark.parametrize(("most", "sizes"), [(None, [3, 1, 1]), (2, [2, 2, 1]), (1, [1] * 5)])
def test_chunks_end_when_they_are_full(most, sizes, monkeypatch):
    monkeypatch.setattr(batches, "CHUNK_CHARACTERS", 6)
    texts = ["好", "好的", "好的呢", "一二三四五六七", "好"]
    found = list(batches.chunks(texts, len, most))
    assert [len(chunk) for chunk in found] == sizes and [text for chunk in found for text in chunk] == texts
    assert list(batches.chunks([], len, most)) == []
