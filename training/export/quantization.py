"""The ranges of activations that int8 arithmetic needs, from posts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import onnx
from gaihe.serving.core.invisible import visible
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.serving.core.windows import WINDOW
from gaihe.serving.model.model_file import INPUTS
from gaihe.serving.model.runtime import onnxruntime as ort
from gaihe.training.export.graph import Ranges, activation_names, build_graph
from numpy.typing import NDArray
from transformers import BertForTokenClassification


def window_ids(vocabulary: Vocabulary, text: str) -> NDArray[np.int32]:
    """The first window of a text, as far as it is visible, as the graph reads it; shape ``(1, width)``."""
    special = vocabulary.special
    return np.array([[special.start, *vocabulary.encode(visible(text)[0][:WINDOW]), special.end]], dtype=np.int32)


def activation_ranges(model: BertForTokenClassification, vocabulary: Vocabulary, texts: Iterable[str]) -> Ranges:
    """The range of every activation that is quantised: its least and its largest value in a text, averaged over texts.

    The average leaves the few values beyond it clipped, and all others a finer step than the extremes over all texts
    would.

    Args:
        model: the tagger.
        vocabulary: its characters.
        texts: a few hundred posts of the kind that it will read; empty ones are passed over.

    Raises:
        ValueError: there is no text.
    """
    names = activation_names(model)
    session = graph_session(build_graph(model, shown=names))
    extremes = [
        [(values.min(), values.max()) for values in session.run(names, {INPUTS[0]: window_ids(vocabulary, text)})]
        for text in texts
        if text
    ]
    if not extremes:
        raise ValueError("the ranges of activations need at least one text")
    means = np.mean(extremes, axis=0)
    return {name: (float(low), float(high)) for name, (low, high) in zip(names, means, strict=True)}


def graph_session(graph: onnx.ModelProto) -> ort.InferenceSession:
    """A graph ready to be run on one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return ort.InferenceSession(graph.SerializeToString(), options)
