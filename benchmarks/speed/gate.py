"""The regression gate: Gaihe's speed as a ratio to a small BERT in the same run, held against a committed baseline.

The ratio moves with the processor and with the load, so that only a large fall fails: below `MARGIN` of the baseline.
"""

from __future__ import annotations

import json
from pathlib import Path

from gaihe.serving import Recognizer

from benchmarks.speed.anatomy import overhead
from benchmarks.speed.comparison import BATCH, ONE_BY_ONE, against, gaihe_ways, one_core
from benchmarks.speed.rivals import usual_bert
from benchmarks.speed.texts import texts_of_length
from benchmarks.speed.timing import ratio

BASELINE = Path(__file__).with_name("baseline.json")
MARGIN = 0.6
LARGEST_OVERHEAD = 0.25
_REFERENCE = "reference"


def measure(recognizer: Recognizer, rounds: int = 7) -> dict[str, float]:
    """Speed relative to a 2-layer BERT of width 768 at 64 characters; the share that is not the model's."""
    texts = texts_of_length(64, 32)
    with one_core():
        reference = usual_bert(layers=2)
        found = against({**gaihe_ways(recognizer), _REFERENCE: reference}, texts, rounds)
        beside = overhead(recognizer, texts, rounds)
    return {
        "one_by_one": ratio(found[ONE_BY_ONE], found[_REFERENCE]),
        "batch": ratio(found[BATCH], found[_REFERENCE]),
        "overhead": beside,
    }


def faults(found: dict[str, float], baseline: dict[str, float]) -> list[str]:
    """What is too slow, in words; empty where nothing is."""
    slow = [
        f"{name}: {found[name]:.2f} times the reference, less than {MARGIN:.0%} of the baseline {baseline[name]:.2f}"
        for name in ("one_by_one", "batch")
        if found[name] < MARGIN * baseline[name]
    ]
    if found["overhead"] > LARGEST_OVERHEAD:
        slow.append(f"overhead: {found['overhead']:.0%} of the model's own time, more than {LARGEST_OVERHEAD:.0%}")
    return slow


def read_baseline() -> dict[str, float]:
    """The committed figures."""
    baseline: dict[str, float] = json.loads(BASELINE.read_text(encoding="utf-8"))
    return baseline


def write_baseline(found: dict[str, float]) -> None:
    """Replace the committed figures."""
    figures = {name: round(value, 3) for name, value in found.items()}
    BASELINE.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
