"""Measure, simulate, and write the plan with its plots."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.capacity.assumptions import AssumptionError, load_assumptions
from benchmarks.capacity.document import DOCUMENT, FILES, filled
from benchmarks.capacity.measured import load_measured
from benchmarks.capacity.plan import Plan
from benchmarks.capacity.scenarios import Record, digest, simulated


def main(words: Sequence[str] | None = None) -> int:
    """``python -m benchmarks.capacity [--measure] [--output FOLDER]``; ``--output docs`` renews the document itself."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capacity", description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("outputs/capacity"), help="folder (default: %(default)s)")
    parser.add_argument("--assumptions", type=Path, default=FILES / "assumptions.yaml", help="a YAML file of your own")
    parser.add_argument("--measured", type=Path, default=FILES / "measured.json", help="figures of another machine")
    parser.add_argument("--measure", action="store_true", help="measure here, and keep the figures in --output")
    parser.add_argument("--simulate", action="store_true", help="simulate again, even from the same figures")
    parser.add_argument("--seconds", type=float, default=10, help="of each load of the service (default: 10)")
    arguments = parser.parse_args(words)
    try:
        assumptions = load_assumptions(arguments.assumptions)
    except (OSError, AssumptionError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    files = arguments.output / "capacity"
    files.mkdir(parents=True, exist_ok=True)
    if arguments.measure:
        from benchmarks.capacity.measure import write_measured

        write_measured(files / "measured.json", assumptions.lengths.quantiles, arguments.seconds)
        arguments.measured = files / "measured.json"
    try:
        measured = load_measured(arguments.measured)
    except (OSError, KeyError, TypeError, ValueError) as error:
        sys.stderr.write(f"{arguments.measured} has no figures as --measure keeps them: {error}\n")
        return 2
    kept = None if arguments.simulate else _kept(digest(assumptions, measured))
    found = kept or simulated(assumptions, measured)
    shown = json.dumps(found, ensure_ascii=False, indent=1)
    (files / "simulated.json").write_text(shown + "\n", encoding="utf-8")
    write(arguments.output, Plan(assumptions, measured, found))
    return 0


def _kept(wanted: str) -> Record | None:
    """The simulation that is kept, where it was made of the same figures."""
    path = FILES / "simulated.json"
    kept: Record = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return kept if kept.get("digest") == wanted else None


def write(output: Path, plan: Plan) -> None:
    """Write document and plots into a folder."""
    from benchmarks.capacity.plots import plots

    for name, plot in plots(plan).items():
        (output / "capacity" / f"{name}.svg").write_text(plot.svg + "\n", encoding="utf-8")
    document = DOCUMENT.read_text(encoding="utf-8")
    (output / DOCUMENT.name).write_text(filled(document, plan), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
