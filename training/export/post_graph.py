"""The labels of posts as nodes of a tagger's graph: a head on its hidden states, and n-grams; no other node notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from gaihe.serving.model.model_file import INPUTS
from gaihe.serving.model.post_labels import NGRAM_SHAPE, POST_OUTPUT, SUMS_SHAPE
from gaihe.training.export.graph import CONTRIB, POST_PREFIX, hidden_names, quantized_weights
from gaihe.training.model.post_head import LIMIT, PostHead
from gaihe.training.model.post_ngrams import BUCKETS, FACTOR, PostNgrams
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper


def add_post_head(model: onnx.ModelProto, head: PostHead, ngrams: PostNgrams | None = None) -> None:
    """Give a tagger's graph the output ``post_sums`` beside ``label_scores``.

    Its shape is ``(rows, tasks, labels + 1)``, with n-grams ``(rows, tasks + 1, labels + 1)``. In an int8 graph the
    head reads the states as the next layer does, in int8.

    A head that the graph has already gives way to the new one.

    Args:
        model: the graph, fp32 or int8, changed in place.
        head: trained on the hidden states of this encoder.
        ngrams: what is added to its logits.

    Raises:
        ValueError: the graph has other layers or another width than the head reads, more characters than n-grams have
            rows, or is none of this project.
    """
    graph = model.graph
    remove_post_head(graph)
    states = hidden_names(model, head.layers)
    _check_width(graph, states, head.narrow.in_features)
    if ngrams is not None:
        _check_vocabulary(graph)
    writer = _Writer(graph)
    weights = {name: tensor.detach().float().numpy() for name, tensor in head.state_dict().items()}
    narrow = _narrowed(writer, states, weights)
    attention, values = _attention_and_values(writer, narrow, weights, ngrams)
    if ngrams is None:
        writer.node("FusedMatMul", [attention, values], [POST_OUTPUT], CONTRIB, transA=1)
    else:
        attended = writer.node("FusedMatMul", [attention, values], ["post.attended"], CONTRIB, transA=1)
        writer.node("Concat", [attended, _ngram_sums(writer, ngrams)], [POST_OUTPUT], axis=1)
    shape = SUMS_SHAPE if ngrams is None else NGRAM_SHAPE
    graph.output.append(helper.make_tensor_value_info(POST_OUTPUT, TensorProto.FLOAT, ["rows", *shape]))


def remove_post_head(graph: onnx.GraphProto) -> None:
    """Take the post head out of a tagger's graph, where it has one."""
    for entries in (graph.node, graph.initializer):
        for entry in [entry for entry in entries if entry.name.startswith(POST_PREFIX)]:
            entries.remove(entry)
    for output in [output for output in graph.output if output.name == POST_OUTPUT]:
        graph.output.remove(output)


class _Writer:
    """Adds the constants and nodes of a head to a graph, under names by which they are found again."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.graph = graph

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        """Add a constant; returns its name in the graph."""
        named = f"{POST_PREFIX}{name}"
        self.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(values), named))
        return named

    def node(
        self, operator: str, inputs: Sequence[str], outputs: Sequence[str], domain: str = "", **attributes: int
    ) -> str:
        """Add a node; returns the name of its first output."""
        name = f"{POST_PREFIX}{operator}.{len(self.graph.node)}"
        added = helper.make_node(operator, inputs, outputs, name, domain=domain)
        added.attribute.extend(helper.make_attribute(key, value) for key, value in attributes.items())
        self.graph.node.append(added)
        return outputs[0]


def _narrowed(writer: _Writer, states: Sequence[str], weights: Mapping[str, NDArray[np.float32]]) -> str:
    """The hidden states of all layers, brought to the head's width: ``(rows, characters, width)``."""
    wide = ""
    for place, (state, part) in enumerate(zip(states, np.split(weights["narrow.weight"].T, len(states)), strict=True)):
        more = _product(writer, state, part, place)
        wide = writer.node("Add", [wide, more], [f"post.wide{place}"]) if wide else more
    bias = writer.constant("narrow.bias", weights["narrow.bias"])
    return writer.node("BiasGelu", [wide, bias], ["post.narrow"], CONTRIB)


def _product(writer: _Writer, state: str, part: NDArray[np.float32], place: int) -> str:
    """The hidden states of a layer times its part of the weights, in int8 where the graph has the states so."""
    product = [f"post.product{place}"]
    quantized = _quantized(writer.graph, state)
    if quantized is None:
        return writer.node("MatMul", [state, writer.constant(f"narrow{place}.weight", part)], product)
    values, scale, zero = quantized
    rounded, steps = quantized_weights(part)
    inputs = [values, writer.constant(f"narrow{place}.weight", rounded), scale]
    inputs += [writer.constant(f"narrow{place}.scale", steps), zero]
    return writer.node("MatMulIntegerToFloat", inputs, product, CONTRIB)


def _attention_and_values(
    writer: _Writer, narrow: str, weights: Mapping[str, NDArray[np.float32]], ngrams: PostNgrams | None
) -> tuple[str, str]:
    """What each character weighs for each task, and its label values with a one behind them, which counts the weights.

    Their shapes are ``(rows, characters, tasks)`` and ``(rows, characters, labels + 1)``.
    """
    tasks, columns = SUMS_SHAPE
    nothing = np.zeros((1, weights["attention.weight"].shape[1]), dtype=np.float32)
    rows = np.concatenate([weights["attention.weight"], weights["values.weight"], nothing])
    bias = weights["values.bias"] if ngrams is None else weights["values.bias"] + ngrams.offsets.numpy()
    offsets = np.concatenate([np.zeros(tasks, np.float32), bias, np.ones(1, np.float32)])
    plain = writer.node("MatMul", [narrow, writer.constant("rows", rows.T)], ["post.plain"])
    both = writer.node("Add", [plain, writer.constant("offsets", offsets)], ["post.both"])
    sizes = writer.constant("sizes", np.array([tasks, columns], dtype=np.int64))
    attention, values = "post.attention", "post.values"
    writer.node("Split", [both, sizes], [attention, values], axis=-1)
    limits = [writer.constant(name, np.array(sign * LIMIT, np.float32)) for name, sign in (("least", -1), ("most", 1))]
    clipped = writer.node("Clip", [attention, *limits], ["post.clipped"])
    return writer.node("Exp", [clipped], ["post.weights"]), values


def _ngram_sums(writer: _Writer, ngrams: PostNgrams) -> str:
    """The sums of the values of a window's n-grams, and their number, shape ``(rows, 1, labels + 1)``.

    Whole numbers are added up, whose sum is the same in any order: that of a row does not depend on its neighbours.
    """
    begin, before_last, one, end = (
        writer.constant(name, np.array([place]))
        for name, place in (("begin", 0), ("before_last", -1), ("one", 1), ("end", np.iinfo(np.int64).max))
    )
    first = writer.node("Slice", [INPUTS[0], begin, before_last, one], ["post.first"])
    second = writer.node("Slice", [INPUTS[0], one, end, one], ["post.second"])
    factor = writer.constant("factor", np.array(FACTOR, np.int32))
    moved = writer.node("Mul", [first, factor], ["post.moved"])
    pairs = writer.node("Add", [moved, second], ["post.pairs"])
    buckets = writer.constant("buckets", np.array(BUCKETS, np.int32))
    pairs = writer.node("Mod", [pairs, buckets], ["post.pair_rows"])
    rows = writer.node("Concat", [INPUTS[0], pairs], ["post.ngrams"], axis=1)
    counted = np.pad(ngrams.table.numpy(), ((0, 0), (0, 1)), constant_values=1)
    scale = np.append(ngrams.scale.numpy(), np.float32(1)).astype(np.float32)
    gathered = writer.node("Gather", [writer.constant("table", counted), rows], ["post.rounded"])
    whole = writer.node("Cast", [gathered], ["post.whole"], to=TensorProto.FLOAT)
    total = writer.node("ReduceSum", [whole, one], ["post.ngram_sums"], keepdims=1)
    return writer.node("Mul", [total, writer.constant("scale", scale)], ["post.ngram_row"])


def _quantized(graph: onnx.GraphProto, state: str) -> tuple[str, str, str] | None:
    """A hidden state in uint8 as the next layer reads it, its scale and its zero point; none in a graph of fp32."""
    found = (node for node in graph.node if node.op_type == "QuantizeLinear" and node.input[0] == state)
    return next(((node.output[0], node.input[1], node.input[2]) for node in found), None)


def _check_width(graph: onnx.GraphProto, states: Sequence[str], width: int) -> None:
    scales = {node.input[1] for node in graph.node if node.output[0] in states}
    found = [constant.dims[0] * len(states) for constant in graph.initializer if constant.name in scales]
    if set(found) != {width}:
        raise ValueError(f"the post head reads hidden states {width} wide, the graph gives {found[0]}")


def _check_vocabulary(graph: onnx.GraphProto) -> None:
    """Single characters have rows of their own."""
    (characters,) = (constant.dims[0] for constant in graph.initializer if constant.name == "characters")
    if characters > BUCKETS:
        raise ValueError(f"n-grams have rows for {BUCKETS:,} characters, not for {characters:,}: set ngrams to 0")
