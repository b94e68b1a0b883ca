"""The one file to deploy: an ONNX graph with all that decoding needs in its metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.operating_points import DEFAULT_OPERATING_POINT
from gaihe.serving.core.vocabulary import SpecialIds, Vocabulary
from gaihe.serving.model.digest import digest_in
from gaihe.serving.model.graph_check import GraphError, GraphShape, check_graph
from gaihe.serving.model.loading import ModelError as ModelError
from gaihe.serving.model.loading import default_model as default_model
from gaihe.serving.model.loading import read_model
from gaihe.serving.model.post_labels import POST_OUTPUT, PostLabels
from gaihe.serving.model.properties import PropertyError, listed, number, parsed, strings, table, text, whole_numbers
from gaihe.serving.model.runtime import onnxruntime as ort
from gaihe.serving.model.scores import STEP, ScoreScale

FORMAT = "6"
POST_FORMAT = "7"
"""Of a model that gives labels of whole posts besides."""
NGRAM_FORMAT = "8"
"""Of one whose graph gives the n-grams' share in them too."""
BIASED_FORMAT = "5"
"""The format before, whose operating points are biases; it is read where ``balanced`` has none."""
INPUTS = ("input_ids",)
OUTPUT = "label_scores"
LARGEST_SCALE = 40.0
"""Slope and offsets of a score's log-odds; the scaled log-odds then stay within what ``exp`` takes."""
LARGEST_WINDOW = 1 << 13


@dataclass(frozen=True)
class ModelMetadata:
    """What a model file carries beside its graph.

    Attributes:
        vocabulary: characters to ids.
        labels: the label set.
        operating_points: the lowest score of a span that is given, 0 to 1, by name; ``balanced`` is always there.
        window: characters that the graph sees at once.
        overlap: characters that neighbouring windows share.
        version: version of the package that exported the model.
        scores: what the raw scores of spans mean.
        facts: where the model comes from: training metrics, configuration, parity checks.
        posts: the labels of whole posts; none where the model gives spans alone.
        digest: the digest at the end of the file that it was read from, which tells models of one version apart.
    """

    vocabulary: Vocabulary
    labels: LabelSet
    operating_points: Mapping[str, float]
    window: int
    overlap: int
    version: str
    scores: ScoreScale = field(default_factory=ScoreScale)
    facts: Mapping[str, Any] = field(default_factory=dict)
    posts: PostLabels | None = None
    digest: str = field(default="", compare=False)

    @property
    def format(self) -> str:
        """The format of a file with this metadata."""
        if self.posts is None:
            return FORMAT
        return NGRAM_FORMAT if self.posts.ngrams else POST_FORMAT

    def to_properties(self) -> dict[str, str]:
        """The metadata as ONNX metadata properties."""
        vocabulary = self.vocabulary
        special, scores = vocabulary.special, self.scores
        return {
            "gaihe.format": self.format,
            "gaihe.version": self.version,
            "gaihe.vocabulary": json.dumps(vocabulary.entries),
            "gaihe.folding": json.dumps(["".join(vocabulary.folded), "".join(vocabulary.folded.values())]),
            "gaihe.special": json.dumps([special.padding, special.unknown, special.start, special.end]),
            "gaihe.labels": json.dumps(self.labels.names),
            "gaihe.transitions": json.dumps({"scheme": "BIOES"}),
            "gaihe.points": json.dumps(dict(self.operating_points)),
            "gaihe.windows": json.dumps([self.window, self.overlap]),
            "gaihe.scores": json.dumps([scores.slope, scores.offset, scores.failed, scores.floor]),
            "gaihe.facts": json.dumps(self.facts, ensure_ascii=False),
            **({} if self.posts is None else self.posts.to_properties()),
        }

    @classmethod
    def from_properties(cls, properties: Mapping[str, str], name: str) -> ModelMetadata:
        """Read the metadata back.

        Raises:
            ModelError: the properties are not those of a model of this project.
        """
        if "gaihe.format" not in properties:
            raise ModelError(f"{name} is an ONNX model, but not one of Gaihe: it has no 'gaihe.format' in its metadata")
        biased = properties["gaihe.format"] == BIASED_FORMAT
        if not biased and properties["gaihe.format"] not in (FORMAT, POST_FORMAT, NGRAM_FORMAT):
            raise ModelError(
                f"{name} has format {properties['gaihe.format']}, this version reads {FORMAT} to {NGRAM_FORMAT}, "
                f"and {BIASED_FORMAT} in part: install the version of gaihe that fits the model, or export it again"
            )
        try:
            scores = _unbiased_scores(properties) if biased else _scores(properties)
            window, overlap = _windows(properties)
            return cls(
                vocabulary=_vocabulary(properties),
                labels=_labels(properties),
                operating_points=_unbiased_points(properties, scores) if biased else _operating_points(properties),
                window=window,
                overlap=overlap,
                version=text(properties, "gaihe.version"),
                scores=scores,
                facts=table(parsed(properties, "gaihe.facts"), "'gaihe.facts'"),
                posts=PostLabels.from_properties(properties),
            )
        except PropertyError as error:
            raise ModelError(f"{name} has damaged metadata: {error}; export the model again") from None


def _vocabulary(properties: Mapping[str, str]) -> Vocabulary:
    entries = strings(parsed(properties, "gaihe.vocabulary"), "'gaihe.vocabulary'")
    special = whole_numbers(parsed(properties, "gaihe.special"), "'gaihe.special'", 4, 0, len(entries) - 1)
    if len(set(special)) < len(special):
        raise PropertyError("'gaihe.special' must hold four ids that differ")
    folding = listed(parsed(properties, "gaihe.folding"), "'gaihe.folding'")
    if len(folding) != 2 or not all(isinstance(side, str) for side in folding) or len(folding[0]) != len(folding[1]):
        raise PropertyError("'gaihe.folding' must hold two texts of one length")
    sources, targets = folding
    if len(set(sources)) < len(sources) or not set(targets) <= set(entries):
        raise PropertyError("'gaihe.folding' must lead from characters that differ to entries of the vocabulary")
    return Vocabulary(entries, dict(zip(sources, targets, strict=True)), SpecialIds(*special))


def _labels(properties: Mapping[str, str]) -> LabelSet:
    names = strings(parsed(properties, "gaihe.labels"), "'gaihe.labels'")
    try:
        return LabelSet.from_names(names)
    except ValueError as error:
        raise PropertyError(f"'gaihe.labels' holds {error}") from None


def _windows(properties: Mapping[str, str]) -> tuple[int, int]:
    name = "'gaihe.windows'"
    window, overlap = whole_numbers(parsed(properties, "gaihe.windows"), name, 2, 0, LARGEST_WINDOW)
    if overlap >= window:
        raise PropertyError(f"{name} must hold a window and a smaller overlap, not {window} and {overlap}")
    return window, overlap


def _scores(properties: Mapping[str, str]) -> ScoreScale:
    name = "'gaihe.scores'"
    scale = listed(parsed(properties, "gaihe.scores"), name)
    if len(scale) != 4:
        raise PropertyError(f"{name} must hold a slope, two offsets and a floor, not {len(scale)} numbers")
    slope, offset, failed = (
        number(value, f"a number of {name}", low, high)
        for value, (low, high) in zip(
            scale, ((0.0, LARGEST_SCALE), (-LARGEST_SCALE, LARGEST_SCALE), (-LARGEST_SCALE, 0.0)), strict=False
        )
    )
    return ScoreScale(slope, offset, failed, number(scale[3], f"the floor of {name}", STEP, 1.0))


def _operating_points(properties: Mapping[str, str]) -> dict[str, float]:
    name = "'gaihe.points'"
    _check_scheme(properties)
    points = table(parsed(properties, "gaihe.points"), name)
    if DEFAULT_OPERATING_POINT not in points:
        raise PropertyError(f"{name} has no operating point '{DEFAULT_OPERATING_POINT}'")
    return {point: number(threshold, f"'{point}' in {name}", 0.0, 1.0) for point, threshold in points.items()}


def _check_scheme(properties: Mapping[str, str]) -> dict[str, Any]:
    name = "'gaihe.transitions'"
    transitions = table(parsed(properties, "gaihe.transitions"), name)
    if transitions.get("scheme") != "BIOES":
        raise PropertyError(f"scheme of {name} must be BIOES")
    return transitions


def _unbiased_scores(properties: Mapping[str, str]) -> ScoreScale:
    """The scale of a file of `BIASED_FORMAT`, which has a slope and an offset."""
    name = "'gaihe.scores'"
    scale = listed(parsed(properties, "gaihe.scores"), name)
    if len(scale) != 2:
        raise PropertyError(f"{name} must hold a slope and an offset, not {len(scale)} numbers")
    slope, offset = (number(value, f"a number of {name}", -LARGEST_SCALE, LARGEST_SCALE) for value in scale)
    return ScoreScale(slope, offset)


def _unbiased_points(properties: Mapping[str, str], scores: ScoreScale) -> dict[str, float]:
    """``balanced`` of a file of `BIASED_FORMAT`, as the threshold of the best path; its other points are lost."""
    name, point = "'gaihe.transitions'", DEFAULT_OPERATING_POINT
    transitions = _check_scheme(properties)
    kinds = [table(transitions.get(key, {}), f"{key} of {name}") for key in ("enter", "inside", "least")]
    rejects = listed(transitions.get("rejects", []), f"rejects of {name}")
    if point in rejects or any(kind.get(point) for kind in kinds):
        raise PropertyError(f"'{point}' has biases of format {BIASED_FORMAT}, which are no longer read")
    return {point: scores.floor}


def open_session(path: str | Path) -> tuple[ort.InferenceSession, ModelMetadata]:
    """Load a model for inference on one thread a call; several threads may share the session.

    Raises:
        ModelError: no file, a damaged one, not an ONNX model, or not a model of this project.
    """
    return session_of(read_model(path), str(path))


def session_of(content: bytes, name: str) -> tuple[ort.InferenceSession, ModelMetadata]:
    """`open_session` for the bytes of a whole model file.

    The file is accepted when its metadata is complete and fits the graph.

    An exported graph has its fused operators already. onnxruntime's own further fusion is left off: it would merge
    additions into ``SkipLayerNormalization``, whose CPU kernel is several times slower than the two operators apart.

    Args:
        content: what `read_model` gave.
        name: what messages call the file.

    Raises:
        ModelError: not an ONNX model, or not a model of this project.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    try:
        session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        properties = session.get_modelmeta().custom_metadata_map
    except Exception as error:  # onnxruntime raises classes of its own that share no public base
        raise ModelError(f"{name} cannot be loaded as an ONNX model: {error}") from None
    metadata = ModelMetadata.from_properties(properties, name)
    labels = len(metadata.labels.names)
    outputs = {OUTPUT: (labels,)} | ({} if metadata.posts is None else {POST_OUTPUT: metadata.posts.shape})
    shape = GraphShape(INPUTS, outputs, labels, len(metadata.vocabulary), metadata.window)
    try:
        check_graph(session, shape)
    except GraphError as error:
        raise ModelError(
            f"{name} has a graph that does not fit its metadata: {error}; export the model again"
        ) from None
    return session, replace(metadata, digest=digest_in(content))
