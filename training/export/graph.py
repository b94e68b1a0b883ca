"""A BERT tagger as an ONNX graph of the operators that onnxruntime runs fastest on a CPU.

The graph is written operator by operator, because the choice of operators is what decides the speed (lab/speed.md has
the measurements): one ``Attention`` a layer, ``LayerNormalization`` after a plain addition, bias and dequantisation
inside the integer matrix product, position and type embeddings as one table. There is no mask: a batch holds windows of
one length. No operator looks across rows, so a window's result does not depend on its neighbours, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from gaihe.serving.core.windows import WINDOW
from gaihe.serving.model.model_file import INPUTS, OUTPUT
from gaihe.training.model.attention_heads import live_heads
from gaihe.training.model.int8 import ACTIVATION_STEPS, WEIGHT_LIMIT
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from transformers import BertForTokenClassification

_LAST = "classifier"
OPSET = 23
IR_VERSION = 10
CONTRIB = "com.microsoft"
POST_PREFIX = "post."
"""Begins the names of a post head's nodes and tensors, which are none of the encoder."""
ACTIVATIONS = {
    "gelu": ("Gelu", CONTRIB),
    "gelu_new": ("FastGelu", CONTRIB),
    "gelu_pytorch_tanh": ("FastGelu", CONTRIB),
    "relu": ("Relu", ""),
}

Ranges = Mapping[str, tuple[float, float]]


def build_graph(
    model: BertForTokenClassification, ranges: Ranges | None = None, shown: Sequence[str] = ()
) -> onnx.ModelProto:
    """Write a tagger's graph: ``input_ids`` (rows, width) of int32 to ``label_scores`` (rows, width, labels).

    The scores are log-probabilities.

    Args:
        model: the tagger.
        ranges: the least and the largest value of each tensor of `activation_names`; with them, matrix products with
            weights and the character table are int8, without them all is fp32.
        shown: tensors of `activation_names` that become outputs beside the log-probabilities.

    Raises:
        ValueError: the tagger has an activation function or a window that the graph cannot express.
    """
    return _Writer(model, ranges).write(shown)


def activation_names(model: BertForTokenClassification) -> list[str]:
    """The tensors that go into matrix products with weights, in the graph's order."""
    parts = ("attention", "attention.output", "intermediate", "output")
    return [f"{layer}.{part}" for layer in range(model.config.num_hidden_layers) for part in parts] + [_LAST]


def hidden_names(graph: onnx.ModelProto, layers: Sequence[int]) -> list[str]:
    """The tensors of layers' outputs, each ``(rows, width, hidden)``; 0 is that of the embeddings, -1 of the last.

    Raises:
        ValueError: the graph is no tagger of this project, or has no such layer, or one is named twice.
    """
    outputs = (name for node in graph.graph.node for name in node.output if not name.startswith(POST_PREFIX))
    given = [name for name in outputs if name == _LAST or name.endswith(".attention")]
    if _LAST not in given:
        raise ValueError("the graph is no tagger of this project: it has no hidden states of a last layer")
    if wrong := [layer for layer in layers if not -len(given) <= layer < len(given)]:
        raise ValueError(f"the graph has no layers {wrong}: it has 0 (the embeddings) to {len(given) - 1}")
    names = [given[layer] for layer in layers]
    if len(set(names)) < len(names):
        raise ValueError(f"layers {list(layers)} name one twice")
    return names


def quantized_weights(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A weight matrix of shape ``(inputs, outputs)`` in int8, and the step of each output, shape ``(outputs,)``."""
    steps = np.maximum(np.abs(matrix).max(axis=0) / WEIGHT_LIMIT, np.finfo(np.float32).tiny).astype(np.float32)
    return _rounded(matrix, steps), steps


class _Writer:
    """Collects the nodes and constants of one graph; a method that adds nodes gives the name of what they yield."""

    def __init__(self, model: BertForTokenClassification, ranges: Ranges | None) -> None:
        self._config = config = model.config
        if config.hidden_act not in ACTIVATIONS:
            raise ValueError(f"hidden_act={config.hidden_act!r} cannot be exported; known: {', '.join(ACTIVATIONS)}")
        if config.max_position_embeddings < WINDOW + 2:
            raise ValueError(f"the tagger sees {config.max_position_embeddings} tokens, but a window has {WINDOW + 2}")
        self._ranges = ranges
        self._weights = {name: tensor.detach().float().cpu().numpy() for name, tensor in model.state_dict().items()}
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def write(self, shown: Sequence[str]) -> onnx.ModelProto:
        hidden = self._embeddings()
        for layer in range(self._config.num_hidden_layers):
            hidden = self._layer(hidden, layer)
        self._node("LogSoftmax", [self._linear(self._quantized(hidden), _LAST)], OUTPUT, axis=-1)
        labels, width = len(self._weights[f"{_LAST}.bias"]), ["rows", "width"]
        outputs = [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [*width, labels])]
        outputs += [helper.make_tensor_value_info(name, TensorProto.FLOAT, [*width, None]) for name in shown]
        graph = helper.make_graph(
            self._nodes,
            "tagger",
            [helper.make_tensor_value_info(INPUTS[0], TensorProto.INT32, width)],
            outputs,
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="gaihe")

    def _embeddings(self) -> str:
        names = ("word_embeddings", "position_embeddings", "token_type_embeddings")
        words, positions, kinds = (self._weights[f"bert.embeddings.{name}.weight"] for name in names)
        if self._ranges is None:
            characters = self._node("Gather", [self._constant("characters", words), INPUTS[0]])
        else:
            steps = np.maximum(np.abs(words).max(axis=1, keepdims=True) / WEIGHT_LIMIT, np.finfo(np.float32).tiny)
            table = self._constant("characters", _rounded(words, steps))
            gathered = self._node("Gather", [table, INPUTS[0]])
            whole = self._node("Cast", [gathered], to=TensorProto.FLOAT)
            scale = self._node("Gather", [self._constant("characters.scale", steps.astype(np.float32)), INPUTS[0]])
            characters = self._node("Mul", [whole, scale])
        table = self._constant("positions", positions[: WINDOW + 2] + kinds[0])
        zero = self._constant("zero", np.zeros(1, dtype=np.int64))
        width = self._node("Shape", [INPUTS[0]], start=1)
        placed = self._node("Slice", [table, zero, width, zero])
        return self._normalized(characters, placed, "bert.embeddings.LayerNorm", self._input_of(0))

    def _layer(self, hidden: str, layer: int) -> str:
        """One encoder layer; ``hidden`` is the tensor ``<layer>.attention`` of `activation_names`."""
        prefix = f"bert.encoder.layer.{layer}"
        heads = self._keep_live_heads(f"{prefix}.attention")
        projections = [f"{prefix}.attention.self.{name}" for name in ("query", "key", "value")]
        read = self._quantized(hidden)
        attended = self._node(
            "Attention",
            [self._linear(read, projection) for projection in projections],
            f"{layer}.attention.output",
            q_num_heads=heads,
            kv_num_heads=heads,
        )
        mixed = self._linear(self._quantized(attended), f"{prefix}.attention.output.dense")
        middle = self._normalized(mixed, hidden, f"{prefix}.attention.output.LayerNorm", f"{layer}.intermediate")
        wide = self._linear(self._quantized(middle), f"{prefix}.intermediate.dense")
        operator, domain = ACTIVATIONS[self._config.hidden_act]
        active = self._node(operator, [wide], f"{layer}.output", domain)
        narrow = self._linear(self._quantized(active), f"{prefix}.output.dense")
        return self._normalized(narrow, middle, f"{prefix}.output.LayerNorm", self._input_of(layer + 1))

    def _keep_live_heads(self, attention: str) -> int:
        """Drop the heads whose output nothing reads; the number of those that stay."""
        heads = self._config.num_attention_heads
        dense = f"{attention}.output.dense.weight"
        live = live_heads(self._weights[dense], heads)
        if not live.any():
            live[0] = True
        kept = np.repeat(live, self._weights[dense].shape[1] // heads)
        self._weights[dense] = self._weights[dense][:, kept]
        for name in ("query", "key", "value"):
            for part in ("weight", "bias"):
                full = f"{attention}.self.{name}.{part}"
                self._weights[full] = self._weights[full][kept]
        return int(live.sum())

    def _input_of(self, layer: int) -> str:
        return f"{layer}.attention" if layer < self._config.num_hidden_layers else _LAST

    def _normalized(self, left: str, right: str, weights: str, output: str) -> str:
        inputs = [self._node("Add", [left, right])]
        inputs += [
            self._constant(f"{weights}.{name}", self._weights[f"{weights}.{name}"]) for name in ("weight", "bias")
        ]
        return self._node("LayerNormalization", inputs, output, epsilon=self._config.layer_norm_eps)

    def _quantized(self, tensor: str) -> tuple[str, ...]:
        """The tensor alone for fp32; for int8 the tensor as uint8, its scale and its zero point."""
        if self._ranges is None:
            return (tensor,)
        low, high = self._ranges[tensor]
        step = np.float32((max(high, 0.0) - min(low, 0.0)) / ACTIVATION_STEPS) or np.float32(1.0)
        zero = np.uint8(np.clip(np.rint(-min(low, 0.0) / step), 0, ACTIVATION_STEPS))
        scale, zero_point = self._constant(f"{tensor}.step", step), self._constant(f"{tensor}.zero", zero)
        return self._node("QuantizeLinear", [tensor, scale, zero_point]), scale, zero_point

    def _linear(self, read: tuple[str, ...], weights: str) -> str:
        """A dense layer on what `_quantized` gave."""
        matrix = np.ascontiguousarray(self._weights[f"{weights}.weight"].T)
        bias = self._constant(f"{weights}.bias", self._weights[f"{weights}.bias"])
        if len(read) == 1:
            product = self._node("MatMul", [*read, self._constant(f"{weights}.weight", matrix)])
            return self._node("Add", [product, bias])
        values, scale, zero_point = read
        rounded, steps = quantized_weights(matrix)
        inputs = [values, self._constant(f"{weights}.weight", rounded), scale]
        inputs += [self._constant(f"{weights}.scale", steps), zero_point, "", bias]
        return self._node("MatMulIntegerToFloat", inputs, domain=CONTRIB)

    def _node(
        self, operator: str, inputs: Sequence[str], output: str | None = None, domain: str = "", **attributes: float
    ) -> str:
        name = output or f"{operator}.{len(self._nodes)}"
        node = helper.make_node(operator, inputs, [name], name=name, domain=domain)
        node.attribute.extend(helper.make_attribute(key, value) for key, value in attributes.items())
        self._nodes.append(node)
        return name

    def _constant(self, name: str, values: NDArray[np.generic] | np.generic) -> str:
        self._constants[name] = numpy_helper.from_array(np.asarray(values), name)
        return name


def _rounded(weights: NDArray[np.float32], step: NDArray[np.float32] | np.float32) -> NDArray[np.int8]:
    rounded: NDArray[np.int8] = np.clip(np.rint(weights / step), -WEIGHT_LIMIT, WEIGHT_LIMIT).astype(np.int8)
    return rounded
