"""The labels of posts as nodes of a tagger's graph: a head on its hidden states, and n-grams; no other node notices."""

from __future__ import annotations

from collections.abc import Sequence

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
    tasks, columns = SUMS_SHAPE
    weights = {name: tensor.detach().float().numpy() for name, tensor in head.state_dict().items()}
    nothing = np.zeros((1, head.narrow.out_features), dtype=np.float32)
    rows = np.concatenate([weights["attention.weight"], weights["values.weight"], nothing])
    bias = weights["values.bias"] if ngrams is None else weights["values.bias"] + ngrams.offsets.numpy()
    offsets = np.concatenate([np.zeros(tasks, np.float32), bias, np.ones(1, np.float32)])

    def constant(name: str, values: NDArray[np.generic]) -> str:
        graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(values), f"{POST_PREFIX}{name}"))
        return f"{POST_PREFIX}{name}"

    def node(operator: str, inputs: Sequence[str], outputs: Sequence[str], domain: str = "", **attributes: int) -> str:
        added = helper.make_node(operator, inputs, outputs, f"{POST_PREFIX}{operator}.{len(graph.node)}", domain=domain)
        added.attribute.extend(helper.make_attribute(key, value) for key, value in attributes.items())
        graph.node.append(added)
        return outputs[0]

    def summed(values: PostNgrams) -> str:
        """The sums of the values of a window's n-grams, and their number, shape ``(rows, 1, labels + 1)``.

        Whole numbers are added up, whose sum is the same in any order: that of a row does not depend on its neighbours.
        """
        begin, before_last, one, end = (
            constant(name, np.array([place]))
            for name, place in (("begin", 0), ("before_last", -1), ("one", 1), ("end", np.iinfo(np.int64).max))
        )
        first = node("Slice", [INPUTS[0], begin, before_last, one], ["post.first"])
        second = node("Slice", [INPUTS[0], one, end, one], ["post.second"])
        moved = node("Mul", [first, constant("factor", np.array(FACTOR, np.int32))], ["post.moved"])
        pairs = node("Add", [moved, second], ["post.pairs"])
        pairs = node("Mod", [pairs, constant("buckets", np.array(BUCKETS, np.int32))], ["post.pair_rows"])
        rows = node("Concat", [INPUTS[0], pairs], ["post.ngrams"], axis=1)
        counted = np.pad(values.table.numpy(), ((0, 0), (0, 1)), constant_values=1)
        scale = np.append(values.scale.numpy(), np.float32(1)).astype(np.float32)
        gathered = node("Gather", [constant("table", counted), rows], ["post.rounded"])
        whole = node("Cast", [gathered], ["post.whole"], to=TensorProto.FLOAT)
        total = node("ReduceSum", [whole, one], ["post.ngram_sums"], keepdims=1)
        return node("Mul", [total, constant("scale", scale)], ["post.ngram_row"])

    wide = ""
    for place, (state, part) in enumerate(zip(states, np.split(weights["narrow.weight"].T, len(states)), strict=True)):
        product = [f"post.product{place}"]
        if (quantized := _quantized(graph, state)) is None:
            more = node("MatMul", [state, constant(f"narrow{place}.weight", part)], product)
        else:
            values, scale, zero = quantized
            rounded, steps = quantized_weights(part)
            inputs = [values, constant(f"narrow{place}.weight", rounded), scale]
            inputs += [constant(f"narrow{place}.scale", steps), zero]
            more = node("MatMulIntegerToFloat", inputs, product, CONTRIB)
        wide = node("Add", [wide, more], [f"post.wide{place}"]) if wide else more
    narrow = node("BiasGelu", [wide, constant("narrow.bias", weights["narrow.bias"])], ["post.narrow"], CONTRIB)
    plain = node("MatMul", [narrow, constant("rows", rows.T)], ["post.plain"])
    both = node("Add", [plain, constant("offsets", offsets)], ["post.both"])
    sizes = constant("sizes", np.array([tasks, columns], dtype=np.int64))
    node("Split", [both, sizes], ["post.attention", "post.values"], axis=-1)
    limits = [constant(name, np.array(sign * LIMIT, np.float32)) for name, sign in (("least", -1), ("most", 1))]
    attention = node("Clip", ["post.attention", *limits], ["post.clipped"])
    attention = node("Exp", [attention], ["post.weights"])
    if ngrams is None:
        node("FusedMatMul", [attention, "post.values"], [POST_OUTPUT], CONTRIB, transA=1)
    else:
        attended = node("FusedMatMul", [attention, "post.values"], ["post.attended"], CONTRIB, transA=1)
        node("Concat", [attended, summed(ngrams)], [POST_OUTPUT], axis=1)
    shape = SUMS_SHAPE if ngrams is None else NGRAM_SHAPE
    graph.output.append(helper.make_tensor_value_info(POST_OUTPUT, TensorProto.FLOAT, ["rows", *shape]))


def remove_post_head(graph: onnx.GraphProto) -> None:
    """Take the post head out of a tagger's graph, where it has one."""
    for entries in (graph.node, graph.initializer):
        for entry in [entry for entry in entries if entry.name.startswith(POST_PREFIX)]:
            entries.remove(entry)
    for output in [output for output in graph.output if output.name == POST_OUTPUT]:
        graph.output.remove(output)


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
