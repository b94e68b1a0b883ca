"""The one file to deploy: an ONNX graph with all that decoding needs in its metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import EntityType
from gaihe.serving.core.vocabulary import SpecialIds, Vocabulary
from gaihe.serving.scores import ScoreScale
from numpy.typing import NDArray

FORMAT = "5"
INPUTS = ("input_ids",)
ENTER = "enter"
"""Input of biases, shape ``(labels,)``, that are added to the log-probabilities; zero where it is not given."""
OUTPUT = "label_scores"
DEFAULT_OPERATING_POINT = "balanced"


class ModelError(ValueError):
    """A file that is not a model of this project; the message says why."""


@dataclass(frozen=True)
class OperatingPoint:
    """Biases added to the label scores before decoding, and which of the spans found are left out.

    Attributes:
        enter: log-odds added for opening a span, by entity type; 0 where absent.
        rejects: leave out spans whose value fails its type's check.
        least: leave out spans whose score is lower, 0 to 1.
        inside: log-odds added for every character between the first and the last of a span, by entity type.
    """

    enter: Mapping[EntityType, float] = field(default_factory=dict)
    rejects: bool = False
    least: float = 0.0
    inside: Mapping[EntityType, float] = field(default_factory=dict)

    def biases(self, labels: LabelSet) -> NDArray[np.float32]:
        """``enter`` and ``inside`` in the order of the label set's types, shape ``(2, types)``."""
        return np.array(
            [[biases.get(kind, 0.0) for kind in labels.types] for biases in (self.enter, self.inside)], dtype=np.float32
        )


@dataclass(frozen=True)
class ModelMetadata:
    """What a model file carries beside its graph.

    Attributes:
        vocabulary: characters to ids.
        labels: the label set.
        operating_points: decoding biases by name; ``balanced`` is always there.
        window: characters that the graph sees at once.
        overlap: characters that neighbouring windows share.
        version: version of the package that exported the model.
        scores: what the raw scores of spans mean.
        facts: where the model comes from: training metrics, configuration, parity checks.
    """

    vocabulary: Vocabulary
    labels: LabelSet
    operating_points: Mapping[str, OperatingPoint]
    window: int
    overlap: int
    version: str
    scores: ScoreScale = field(default_factory=ScoreScale)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_properties(self) -> dict[str, str]:
        """The metadata as ONNX metadata properties."""
        vocabulary = self.vocabulary
        special = vocabulary.special
        enter, inside = (
            {name: {kind.value: value for kind, value in biases.items()} for name, biases in by_name}
            for by_name in (
                [(name, point.enter) for name, point in self.operating_points.items()],
                [(name, point.inside) for name, point in self.operating_points.items() if point.inside],
            )
        )
        least = {name: point.least for name, point in self.operating_points.items() if point.least}
        rejects = [name for name, point in self.operating_points.items() if point.rejects]
        return {
            "gaihe.format": FORMAT,
            "gaihe.version": self.version,
            "gaihe.vocabulary": json.dumps(vocabulary.entries),
            "gaihe.folding": json.dumps(["".join(vocabulary.folded), "".join(vocabulary.folded.values())]),
            "gaihe.special": json.dumps([special.padding, special.unknown, special.start, special.end]),
            "gaihe.labels": json.dumps(self.labels.names),
            "gaihe.transitions": json.dumps(
                {"scheme": "BIOES", "enter": enter, "inside": inside, "rejects": rejects, "least": least}
            ),
            "gaihe.windows": json.dumps([self.window, self.overlap]),
            "gaihe.scores": json.dumps([self.scores.slope, self.scores.offset]),
            "gaihe.facts": json.dumps(self.facts, ensure_ascii=False),
        }

    @classmethod
    def from_properties(cls, properties: Mapping[str, str], name: str) -> ModelMetadata:
        """Read the metadata back.

        Raises:
            ModelError: the properties are not those of a model of this project.
        """
        if "gaihe.format" not in properties:
            raise ModelError(f"{name} is an ONNX model, but not one of Gaihe: it has no 'gaihe.format' in its metadata")
        if properties["gaihe.format"] != FORMAT:
            raise ModelError(
                f"{name} has format {properties['gaihe.format']}, this version reads format {FORMAT}: "
                "install the version of gaihe that fits the model, or export it again"
            )
        try:
            sources, targets = json.loads(properties["gaihe.folding"])
            vocabulary = Vocabulary(
                json.loads(properties["gaihe.vocabulary"]),
                dict(zip(sources, targets, strict=True)),
                SpecialIds(*json.loads(properties["gaihe.special"])),
            )
            transitions = json.loads(properties["gaihe.transitions"])
            window, overlap = json.loads(properties["gaihe.windows"])
            return cls(
                vocabulary=vocabulary,
                labels=LabelSet.from_names(json.loads(properties["gaihe.labels"])),
                operating_points={
                    point: OperatingPoint(
                        _by_type(enter),
                        point in transitions.get("rejects", ()),
                        float(transitions.get("least", {}).get(point, 0.0)),
                        _by_type(transitions.get("inside", {}).get(point, {})),
                    )
                    for point, enter in transitions["enter"].items()
                },
                window=window,
                overlap=overlap,
                version=properties["gaihe.version"],
                scores=ScoreScale(*json.loads(properties["gaihe.scores"])),
                facts=json.loads(properties["gaihe.facts"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{name} has damaged metadata: {error!r}") from None


def _by_type(biases: Mapping[str, float]) -> dict[EntityType, float]:
    return {EntityType(kind): float(bias) for kind, bias in biases.items()}


def default_model() -> Path:
    """The released model inside the package.

    Raises:
        ModelError: the package was built without it.
    """
    path = Path(str(resources.files("gaihe.serving") / "model" / "default.onnx"))
    if not path.is_file():
        raise ModelError(f"this installation holds no default model ({path}): give the path of an exported model")
    return path


def open_session(path: str | Path) -> tuple[ort.InferenceSession, ModelMetadata]:
    """Load a model for inference on one thread a call; several threads may share the session.

    An exported graph has its fused operators already. onnxruntime's own further fusion is left off: it would merge
    additions into ``SkipLayerNormalization``, whose CPU kernel is several times slower than the two operators apart.

    Raises:
        ModelError: no file, not an ONNX model, or not a model of this project.
    """
    path = Path(path)
    if not path.is_file():
        raise ModelError(f"no model at {path}")
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    try:
        session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own that share no public base
        raise ModelError(f"{path} cannot be loaded as an ONNX model: {error}") from None
    metadata = ModelMetadata.from_properties(session.get_modelmeta().custom_metadata_map, str(path))
    names = tuple(node.name for node in session.get_inputs())
    if names != INPUTS:
        raise ModelError(f"{path} takes the inputs {names}, expected {INPUTS}")
    return session, metadata
