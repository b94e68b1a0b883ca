"""The gate of the speed benchmark; no time is taken here."""

from benchmarks.speed.gate import faults, read_baseline
from benchmarks.speed.texts import texts_of_length
from benchmarks.speed.timing import Timing, ratio


def test_the_baseline_passes_itself_and_a_large_fall_does_not():
    baseline = read_baseline()
    assert faults(baseline, baseline) == []
    slow = {**baseline, "batch": baseline["batch"] / 2, "overhead": 0.9}
    assert [fault.split(":")[0] for fault in faults(slow, baseline)] == ["batch", "overhead"]


def test_a_ratio_compares_turns_of_one_round():
    assert ratio(Timing((1.0, 10.0, 100.0)), Timing((2.0, 20.0, 200.0))) == 2.0


def test_texts_have_the_length_that_is_asked_for():
    assert {len(text) for text in texts_of_length(64, 9)} == {64}
