"""All that a card says, as one record of saved facts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gaihe.training.reports.model_card.facts import read_text
from gaihe.training.reports.model_card.lineage import Lineage
from gaihe.training.reports.model_card.results import read_reports, set_records
from gaihe.training.reports.model_card.run_records import (
    check_alike,
    evaluation_records,
    model_record,
    open_run,
    parity_record,
    point_records,
    seed_of,
)


def card_record(
    folders: Sequence[Path],
    report_paths: Sequence[Path],
    notes: Path | None = None,
    base: Path | None = None,
    place: Path = Path(),
) -> dict[str, Any]:
    """Gather what is on record of a released model.

    Args:
        folders: finished runs; the first made the released model, the others differ from it in their seeds.
        report_paths: reports of ``gaihe benchmark`` on the models of these runs.
        notes: Markdown that the card repeats.
        base: where the checkpoint that training began from lies now.
        place: the folder that the card comes to lie in.

    Raises:
        FactsError: something is missing, damaged, or does not belong together.
        ModelError: a model file cannot be read.
    """
    runs = [open_run(folder) for folder in folders]
    check_alike(runs)
    lineage = Lineage(base, place)
    lineage.add(runs[0].folder)
    reports = read_reports(report_paths, runs)
    return {
        "model": model_record(runs[0]),
        "stages": lineage.stages,
        "roots": list(lineage.roots.values()),
        "seeds": [seed_of(run) for run in runs],
        "parity": parity_record(runs[0]),
        "points": point_records(runs[0]),
        "calibration_error": runs[0].export.get("calibration_error"),
        "resamples": sorted(reports.resamples),
        "sets": list(set_records(reports, runs)),
        "evaluation": evaluation_records(runs),
        "speed": reports.speed,
        "notes": notes and read_text(notes, "give a Markdown file"),
    }
