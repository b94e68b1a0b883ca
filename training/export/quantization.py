"""The ranges of activations that int8 arithmetic needs, from posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import onnx
from gaihe.serving.core.invisible import visible
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.serving.core.windows import WINDOW
from gaihe.serving.model_file import INPUTS
from gaihe.serving.runtime import onnxruntime as ort
from gaihe.training.export.graph import Ranges, activation_names, build_graph
from numpy.typing import NDArray
from transformers import BertForTokenClassification

FACTORS = (0.15, 0.2, 0.28, 0.35, 0.42, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.25)
"""What a range is multiplied by to try whether int8 comes nearer to fp32."""
MINIMAL_GAIN = 0.0005
"""Share by which a try has to bring int8 nearer to be kept."""
_SMALL_END = 0.1


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
    session = session_of(build_graph(model, shown=names))
    extremes = [
        [(values.min(), values.max()) for values in session.run(names, {INPUTS[0]: window_ids(vocabulary, text)})]
        for text in texts
        if text
    ]
    if not extremes:
        raise ValueError("the ranges of activations need at least one text")
    means = np.mean(extremes, axis=0)
    return {name: (float(low), float(high)) for name, (low, high) in zip(names, means, strict=True)}


def fitted_ranges(
    model: BertForTokenClassification, vocabulary: Vocabulary, texts: Sequence[str], ranges: Ranges
) -> Ranges:
    """Ranges with which int8 stays nearer to fp32 than with those given.

    The range of one tensor after another is tried narrower and wider, the widest tensors first; a try is kept where
    the label probabilities of int8 diverge less from those of fp32 (Kullback and Leibler, mean over characters).
    An end that is small beside the other stays, as the negative one of GELU's values.

    Args:
        model: the tagger.
        vocabulary: its characters.
        texts: a few hundred posts of the kinds that it will read.
        ranges: as `activation_ranges` gives them.
    """
    inputs = [window_ids(vocabulary, text) for text in texts if text]
    wanted = _log_probabilities(build_graph(model), inputs)

    def divergence(tried: Ranges) -> float:
        return _divergence(wanted, _log_probabilities(build_graph(model, tried), inputs))

    best, smallest = dict(ranges), divergence(ranges)
    for name in sorted(ranges, key=lambda name: ranges[name][0] - ranges[name][1]):
        for factor in FACTORS:
            tried = {**best, name: _scaled(*ranges[name], factor)}
            found = divergence(tried)
            if found < (1 - MINIMAL_GAIN) * smallest:
                best, smallest = tried, found
    return best


def _scaled(low: float, high: float, factor: float) -> tuple[float, float]:
    small = _SMALL_END * max(-low, high)
    return low if -low < small else low * factor, high if high < small else high * factor


def session_of(graph: onnx.ModelProto) -> ort.InferenceSession:
    """A graph ready to be run on one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return ort.InferenceSession(graph.SerializeToString(), options)


def _log_probabilities(graph: onnx.ModelProto, inputs: Sequence[NDArray[np.int32]]) -> list[NDArray[np.float32]]:
    session = session_of(graph)
    return [session.run(None, {INPUTS[0]: ids})[0][0] for ids in inputs]


def _divergence(wanted: Sequence[NDArray[np.float32]], found: Sequence[NDArray[np.float32]]) -> float:
    total = sum(float((np.exp(right) * (right - other)).sum()) for right, other in zip(wanted, found, strict=True))
    return total / sum(map(len, wanted))
