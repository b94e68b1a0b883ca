"""Whether the graph of a model file does what its metadata says: names, shapes, and one run over a full window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from gaihe.serving.model.runtime import onnxruntime as ort


class GraphError(ValueError):
    """A graph that does not fit the metadata beside it; the message says where."""


@dataclass(frozen=True)
class GraphShape:
    """What the metadata of a model says of its graph.

    Attributes:
        inputs: names of the inputs that must be given; one with a default is never given.
        outputs: the last dimensions of each output, by name in the graph's order; the first output has the labels of
            every character, shape ``(rows, width, labels)``.
        labels: how many labels there are.
        vocabulary: how many ids there are.
        window: characters that the graph sees at once; a start and an end stand around them.
    """

    inputs: tuple[str, ...]
    outputs: Mapping[str, tuple[int, ...]]
    labels: int
    vocabulary: int
    window: int


def check_graph(session: ort.InferenceSession, shape: GraphShape) -> None:
    """Hold a loaded graph against its metadata.

    Raises:
        GraphError: the two do not fit.
    """
    given = tuple(node.name for node in session.get_inputs())
    if given != shape.inputs:
        raise GraphError(f"it takes the inputs {given}, expected {shape.inputs}")
    outputs = {node.name: tuple(node.shape) for node in session.get_outputs()}
    if list(outputs) != list(shape.outputs) or any(
        outputs[name][-len(last) :] != last for name, last in shape.outputs.items()
    ):
        raise GraphError(f"'gaihe.labels' has {shape.labels} labels, but its outputs are {outputs}")
    _check_vocabulary(session, shape)
    _check_window(session, shape)


def _check_vocabulary(session: ort.InferenceSession, shape: GraphShape) -> None:
    """An id more than the vocabulary has must be one too many for the graph, which refuses it at once."""
    try:
        session.run(None, {shape.inputs[0]: np.full((1, 1), shape.vocabulary, dtype=np.int32)})
    except Exception:  # onnxruntime raises classes of its own that share no public base
        return
    raise GraphError(f"'gaihe.vocabulary' has {shape.vocabulary} entries, but the graph knows more")


def _check_window(session: ort.InferenceSession, shape: GraphShape) -> None:
    tokens = np.full((1, shape.window + 2), shape.vocabulary - 1, dtype=np.int32)
    try:
        scores, *others = session.run(None, {shape.inputs[0]: tokens})
    except Exception:  # onnxruntime raises classes of its own that share no public base
        raise GraphError(
            f"it cannot be run on {shape.window} characters ('gaihe.windows') with the last of "
            f"{shape.vocabulary} ids ('gaihe.vocabulary')"
        ) from None
    if scores.shape != (1, shape.window + 2, shape.labels) or not np.isfinite(scores).all():
        raise GraphError("it does not give a finite number for every label of every character")
    if not all(np.isfinite(values).all() for values in others):
        raise GraphError("it does not give finite numbers for the labels of a post")
