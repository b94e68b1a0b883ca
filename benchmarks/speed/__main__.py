"""Measure, print Markdown tables, or hold the speed against the committed baseline."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from gaihe.serving import ModelError, Recognizer

from benchmarks.speed import anatomy, comparison, gate, rivals
from benchmarks.speed.start import cold_start
from benchmarks.speed.texts import natural_texts, texts_of_length, whole_posts
from benchmarks.speed.timing import ratio

LENGTH = 64
RIVAL_LENGTHS = (32, 64, 128, 254, 256)
RIVAL_CHARACTERS = 2048
OVERHEAD_TEXTS = 256
BATCH = 15
PARTS = ("rivals", "rivals-by-length", "length", "batch", "threads", "judge", "profile", "roofline", "start")


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = [f"\n### {title}\n", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _rivals(recognizer: Recognizer, rounds: int, weights: str | None) -> None:
    texts = texts_of_length(LENGTH, 48)
    with comparison.one_core():
        systems = {
            "BERT 12 × 768 int8": rivals.usual_bert(),
            "BERT 12 × 768 int8, in a batch": rivals.usual_bert(one_by_one=False),
            "LAC": rivals.lac(),
            "argus-redact, fast": rivals.argus(),
            **({} if weights is None else {"Gaihe in PyTorch, fp32": rivals.pytorch_of(rivals.load_tagger(weights))}),
            **comparison.gaihe_ways(recognizer),
        }
        found = comparison.against(systems, texts, rounds)
    base = found["BERT 12 × 768 int8"]
    _table(
        f"One core, {LENGTH} characters",
        ("system", "characters/s", "times the BERT", "times LAC", "spread"),
        (
            (
                name,
                f"{comparison.characters_a_second(texts, timing):,.0f}",
                f"{ratio(timing, base):.2f}",
                f"{ratio(timing, found['LAC']):.2f}",
                f"±{timing.spread:.1%}",
            )
            for name, timing in found.items()
        ),
    )


def _rivals_by_length(recognizer: Recognizer, rounds: int) -> None:
    rows = []
    with comparison.one_core():
        bert = {"BERT": rivals.usual_bert()}
        for length in RIVAL_LENGTHS:
            texts = texts_of_length(length, max(4, RIVAL_CHARACTERS // length))
            found = comparison.against(bert | comparison.gaihe_ways(recognizer), texts, rounds)
            one, batch = (
                f"{ratio(found[way], found['BERT']):.2f}" for way in (comparison.ONE_BY_ONE, comparison.BATCH)
            )
            base = comparison.characters_a_second(texts, found["BERT"])
            rows.append((f"{length}", f"{base:,.0f}", one, batch))
    head = ("characters", "BERT 12 × 768 int8, characters/s", "Gaihe, one at a time: times the BERT", "in a batch")
    _table("Against the BERT by length, one core", head, rows)


def _length(recognizer: Recognizer, rounds: int) -> None:
    characters = 8192
    with comparison.one_core():
        found = comparison.by_length(recognizer, characters, rounds)
    rows = []
    for length, ways in found.items():
        total = int(length) * max(2, characters // int(length))
        one, batch = ways[comparison.ONE_BY_ONE], ways[comparison.BATCH]
        rows.append((length, f"{total / one.median:,.0f}", f"{total / batch.median:,.0f}", f"{ratio(batch, one):.2f}"))
    _table("By length, one core", ("characters", "one at a time, characters/s", "batch", "ratio"), rows)


def _batch(recognizer: Recognizer, rounds: int) -> None:
    total = LENGTH * comparison.BATCHES[-1]
    with comparison.one_core():
        found = comparison.by_batch(recognizer, LENGTH, rounds)
    rows = [
        (size, f"{total / timing.median:,.0f}", f"{ratio(timing, found['1']):.2f}") for size, timing in found.items()
    ]
    _table(f"By batch, one core, {LENGTH} characters", ("texts a call", "characters/s", "times one"), rows)


def _threads(recognizer: Recognizer, rounds: int) -> None:
    texts = natural_texts(1500)
    found = comparison.by_threads(recognizer, texts, rounds)
    rows = [
        (number, f"{comparison.characters_a_second(texts, timing):,.0f}", f"{ratio(timing, found['1']):.2f}")
        for number, timing in found.items()
    ]
    _table("By threads, synthetic posts as they come", ("threads", "characters/s", "times one"), rows)


def _judge(recognizer: Recognizer, rounds: int) -> None:
    rows = []
    sets = {
        f"whole posts of about {LENGTH} characters": whole_posts(LENGTH, OVERHEAD_TEXTS),
        "synthetic posts as they come": natural_texts(500),
    }
    with comparison.one_core():
        for title, texts in sets.items():
            found = comparison.judging(recognizer, texts, rounds)
            detect, judge = (1000 * found[way].median / len(texts) for way in (comparison.DETECT, comparison.JUDGE))
            share = 1 / ratio(found[comparison.JUDGE], found[comparison.DETECT])
            rows.append((title, f"{len(texts)}", f"{detect:.2f}", f"{judge:.2f}", f"{share:.2f}"))
    head = ("texts", "number", "detect_batch, ms a post", "judge_batch, ms a post", "ratio")
    _table("A verdict beside the spans alone, one core", head, rows)


def _profile(recognizer: Recognizer, rounds: int, path: Path) -> None:
    whole = whole_posts(LENGTH, OVERHEAD_TEXTS)
    holds = [bool(entities) for entities in recognizer.detect_batch(whole)]
    sets = {
        "whole posts": whole,
        "those with entities": [text for text, some in zip(whole, holds, strict=True) if some],
        "those without": [text for text, some in zip(whole, holds, strict=True) if not some],
        "cut out of one post after another": texts_of_length(LENGTH, OVERHEAD_TEXTS),
    }
    rows = []
    with comparison.one_core():
        for title, texts in sets.items():
            shares = [f"{anatomy.overhead(recognizer, texts, rounds, size):.1%}" for size in (1, BATCH)]
            entities = sum(map(len, recognizer.detect_batch(texts)))
            rows.append((title, f"{len(texts)}", f"{entities / len(texts):.2f}", *shares))
        operators, run = anatomy.kernels(path, LENGTH)
    head = ("texts", "number", "entities a text", "one at a time", f"{BATCH} a call")
    _table("Time beside the model, as a share of the model's own", head, rows)
    total = sum(operators.values())
    _table(
        f"Operators of one run at {LENGTH} characters ({run / 1000:.2f} ms with the profiler on)",
        ("operator", "µs", "share"),
        ((name, f"{micros:.0f}", f"{micros / total:.1%}") for name, micros in operators.items()),
    )


def _roofline(recognizer: Recognizer, rounds: int, path: Path) -> None:
    with comparison.one_core():
        found = anatomy.roofline(recognizer, path, LENGTH, rounds)
    sys.stdout.write(
        f"\ndetect_batch at {LENGTH} characters: {found['reached'] / 1e9:.0f} of {found['peak'] / 1e9:.0f} "
        f"int8 GOPS of one core, {found['share']:.0%}\n"
    )


def _start(model: str | None) -> None:
    found = cold_start(model, 7)
    sys.stdout.write(
        f"\nCold start: import and load {found['load_ms']:.0f} ms, {found['resident_mib']:.0f} MiB resident after it, "
        f"first post {found['first_ms']:.1f} ms\n"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed",
        description="Measure Gaihe's speed: Markdown tables on standard output. Contestants take turns within a run; "
        "one-core figures are processor time.",
        epilog="example: python -m benchmarks.speed rivals length --rounds 9",
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--model", metavar="FILE.onnx", help="an exported model (default: the released one)")
    parser.add_argument("--weights", metavar="FOLDER", help="its PyTorch weights, to compare with fp32 PyTorch")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="turns of each contestant (default: 7)")
    parser.add_argument("--gate", action="store_true", help="only compare with the baseline; exit code 1 if too slow")
    parser.add_argument("--update", action="store_true", help="only measure and write the baseline")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"unknown part {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}")
    if arguments.rounds < 2:
        parser.error(f"--rounds must be at least 2, not {arguments.rounds}")
    return arguments


def main() -> int:
    """Run the parts that were asked for."""
    arguments = _arguments()
    try:
        path = anatomy.model_path(arguments.model)
        recognizer = Recognizer.load(path)
    except ModelError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if arguments.gate or arguments.update:
        found = gate.measure(recognizer)
        sys.stdout.write(", ".join(f"{name} {value:.3f}" for name, value in found.items()) + "\n")
        if arguments.update:
            gate.write_baseline(found)
            return 0
        faults = gate.faults(found, gate.read_baseline())
        sys.stderr.writelines(f"too slow: {fault}\n" for fault in faults)
        return 1 if faults else 0
    measures = {
        "rivals": lambda: _rivals(recognizer, arguments.rounds, arguments.weights),
        "rivals-by-length": lambda: _rivals_by_length(recognizer, arguments.rounds),
        "length": lambda: _length(recognizer, arguments.rounds),
        "batch": lambda: _batch(recognizer, arguments.rounds),
        "threads": lambda: _threads(recognizer, arguments.rounds),
        "judge": lambda: _judge(recognizer, arguments.rounds),
        "profile": lambda: _profile(recognizer, arguments.rounds, path),
        "roofline": lambda: _roofline(recognizer, arguments.rounds, path),
        "start": lambda: _start(arguments.model),
    }
    for part in arguments.parts or PARTS:
        measures[part]()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
