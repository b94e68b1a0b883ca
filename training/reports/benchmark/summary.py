"""The headline of a report for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNDEFINED = "–"
_DECISIONS = (
    ("block_precision", "block P"),
    ("block_recall", "R"),
    ("flag_precision", "block or review P"),
    ("flag_recall", "R"),
)
_COLUMNS = ("precision", "recall", "f1", "leaked", "alarms_per_1000")


def decimal(value: float | None, digits: int = 3) -> str:
    """A number with so many digits, or a dash."""
    return UNDEFINED if value is None else f"{value:.{digits}f}"


def summary(report: Mapping[str, Any]) -> str:
    """A table: one line for every system on every set, F1 with its interval; then what verdicts come to."""
    lines = [
        f"{'set':22} {'system':18} {'posts':>7} {'spans':>6} {'P':>6} {'R':>6} {'F1':>6} {'95% interval':>16} "
        f"{'leaked':>7} {'alarms/1000':>12}"
    ]
    for result in report["results"]:
        overall = result["overall"]
        precision, recall, f1, leaked = (decimal(overall[name]["value"]) for name in _COLUMNS[:-1])
        low, high = (decimal(overall["f1"][end]) for end in ("low", "high"))
        interval = f"{low} to {high}" if overall["f1"]["low"] is not None else UNDEFINED
        lines.append(
            f"{result['set']:22} {result['system']:18} {result['posts']:7} {overall['gold']:6} {precision:>6} "
            f"{recall:>6} {f1:>6} {interval:>16} {leaked:>7} {decimal(overall['alarms_per_1000']['value'], 1):>12}"
        )
    return "\n".join([*lines, *_verdicts(report)]) + "\n"


def _verdicts(report: Mapping[str, Any]) -> list[str]:
    """A line for the verdicts of every model on every set, with what the baselines come to."""
    lines = []
    for found in report["verdicts"]:
        lines += [
            "",
            f"verdicts of {found['system']} on {found['set']}: {found['to_stop']} of {found['posts']} to stop"
            + (f", {found['left_out']} left out" if found["left_out"] else ""),
        ]
        for name, row in found["systems"].items():
            shown = "  ".join(f"{title} {decimal(row[key]['value'])}" for key, title in _DECISIONS)
            lines.append(f"  {name:18} {shown}")
        if found["linking"]:
            lines.append(f"  {'persons':18} F1 {decimal(found['linking']['all']['f1']['value'])}")
    return lines
