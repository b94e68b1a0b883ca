"""Exported models as systems to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gaihe.serving.core.operating_points import DEFAULT_OPERATING_POINT
from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.model.model_file import default_model
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.training.runs.records import sha256

RELEASED = "gaihe"


@dataclass(frozen=True)
class ModelSystem:
    """A model file at one of its operating points.

    Attributes:
        name: how the report calls it.
        path: the file.
        recognizer: the loaded model.
        threads: batches that run at a time.
    """

    name: str
    path: Path
    recognizer: Recognizer
    threads: int = 1

    @property
    def version(self) -> str:
        """Version of the package that exported the model."""
        return self.recognizer.metadata.version

    @property
    def types(self) -> frozenset[EntityType]:
        """The types that the model knows."""
        return frozenset(self.recognizer.metadata.labels.types)

    @property
    def mapping(self) -> Mapping[str, EntityType]:
        """The model's labels are the project's own."""
        return MappingProxyType({kind.value: kind for kind in self.recognizer.metadata.labels.types})

    def detect(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The entities of each text."""
        return self.recognizer.detect_batch(texts, self.threads)

    def facts(self) -> dict[str, Any]:
        """The file and what it says of itself."""
        metadata = self.recognizer.metadata
        return {
            "file": self.path.name,
            "bytes": self.path.stat().st_size,
            "sha256": sha256(self.path),
            "version": metadata.version,
            "operating_point": self.recognizer.operating_point,
            "operating_points": dict(metadata.operating_points),
            "vocabulary": len(metadata.vocabulary),
            "window": metadata.window,
            "facts": dict(metadata.facts),
        }


def open_models(paths: Sequence[str], points: Sequence[str], threads: int) -> list[ModelSystem]:
    """Load models, each at every operating point that is asked for.

    Args:
        paths: model files; the released model when there are none.
        points: names of operating points; the default one when there are none.
        threads: batches that run at a time.

    Raises:
        ModelError: no file, no model of this project, or no such operating point.
    """
    files = [Path(path) for path in paths] or [default_model()]
    if not paths:
        names = [RELEASED]
    else:
        stems = [file.stem for file in files]
        names = [
            file.stem if stems.count(file.stem) == 1 else f"{file.absolute().parent.name}/{file.stem}" for file in files
        ]
    systems = []
    for name, file in zip(names, files, strict=True):
        for point in points or [DEFAULT_OPERATING_POINT]:
            label = name if len(points) < 2 and point == DEFAULT_OPERATING_POINT else f"{name}@{point}"
            systems.append(ModelSystem(label, file, Recognizer.load(file, point), threads))
    return systems
