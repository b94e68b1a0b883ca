"""New operating points in a model file, whose weights stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
from gaihe.serving.core.atomic_files import replacement
from gaihe.serving.core.schema import Post
from gaihe.serving.model.digest import stamped
from gaihe.serving.model.model_file import ModelMetadata, open_session
from gaihe.training.export.operating_points import calibrate


def write_model(graph: onnx.ModelProto, metadata: ModelMetadata, path: Path) -> None:
    """Write a model file: the graph, its metadata and the digest of both."""
    onnx.helper.set_model_props(graph, metadata.to_properties())
    path.write_bytes(stamped(graph.SerializeToString()))


def recalibrated(
    path: Path, metadata: ModelMetadata, gold: Sequence[Post], others: Mapping[str, Sequence[Post]]
) -> tuple[ModelMetadata, dict[str, Any]]:
    """A model's metadata with operating points and a scale found anew, and the figures for the record.

    Args:
        path: the model file.
        metadata: its metadata.
        gold: gold posts of the validation part.
        others: further validation posts by the name of their set.
    """
    points, scale, figures = calibrate(path, gold, others)
    facts = {**metadata.facts, "operating_points": figures["operating_points"]}
    return replace(metadata, operating_points=points, scores=scale, facts=facts), figures


def recalibrate(
    path: Path, gold: Sequence[Post], others: Mapping[str, Sequence[Post]], target: Path | None = None
) -> dict[str, Any]:
    """Put new operating points into a model file; no weight changes.

    Args:
        path: a model file.
        gold: gold posts of the validation part.
        others: further validation posts by the name of their set.
        target: the file to write; the model file itself when left out.

    Returns:
        The figures of the points and of the calibration.

    Raises:
        ModelError: no file, or not a model of this project.
    """
    _, metadata = open_session(path)
    found, figures = recalibrated(path, metadata, gold, others)
    with replacement(target or path, private=False) as aside:
        write_model(onnx.load(str(path)), found, aside)
    return figures
