"""Quantisation-aware training: weights and activations are rounded in it as the exported graph will round them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from gaihe.training.model.int8 import ACTIVATION_STEPS, WEIGHT_LIMIT
from torch.nn import functional
from torch.utils.hooks import RemovableHandle
from transformers import BertForTokenClassification


@contextmanager
def quantization_aware(model: BertForTokenClassification, windows: Sequence[Sequence[int]]) -> Iterator[None]:
    """Let a tagger compute with values that int8 has, as long as the context lasts.

    Inputs of dense layers have the 256 steps of a range a layer, weights the 255 of a scale an output, embeddings those
    of a scale a character; gradients pass as if nothing had been rounded, those of inputs beyond their range excepted
    (Jacob et al. 2018). A range is the least and the largest input in a window, averaged over windows, as for the
    exported graph. The parameters stay what they are.

    Args:
        model: the tagger.
        windows: token ids of some windows of text, with start and end.
    """
    layers = _dense_layers(model)
    ranges = _input_ranges(model, layers, windows)
    for name, layer in layers.items():
        layer.forward = _rounded_dense(layer, *ranges[name])  # type: ignore[method-assign, assignment]
    handle = model.bert.embeddings.word_embeddings.register_forward_hook(lambda _, __, rows: _rounded(rows))
    try:
        yield
    finally:
        handle.remove()
        for layer in layers.values():
            del layer.forward


def _rounded_dense(layer: torch.nn.Linear, low: float, high: float) -> Callable[[torch.Tensor], torch.Tensor]:
    """What a dense layer computes with rounded weights and inputs."""
    low, high = min(low, 0.0), max(high, 0.0)
    step = (high - low) / ACTIVATION_STEPS or 1.0
    zero = round(-low / step)

    def forward(values: torch.Tensor) -> torch.Tensor:
        read = torch.fake_quantize_per_tensor_affine(values.float(), step, zero, 0, ACTIVATION_STEPS)
        return functional.linear(read, _rounded(layer.weight), layer.bias)

    return forward


def _rounded(rows: torch.Tensor) -> torch.Tensor:
    """Weights with the values that int8 has by a scale a row, of the last dimension."""
    scales = (rows.detach().abs().amax(dim=-1, keepdim=True) / WEIGHT_LIMIT).clamp(min=torch.finfo(torch.float32).tiny)
    return rows + (torch.round(rows / scales) * scales - rows).detach()


def _dense_layers(model: BertForTokenClassification) -> dict[str, torch.nn.Linear]:
    return {name: module for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)}


@torch.no_grad()
def _input_ranges(
    model: BertForTokenClassification, layers: dict[str, torch.nn.Linear], windows: Sequence[Sequence[int]]
) -> dict[str, tuple[float, float]]:
    """The least and the largest input of each dense layer in a window, averaged over windows."""
    lows, highs = dict.fromkeys(layers, 0.0), dict.fromkeys(layers, 0.0)

    def reads(name: str) -> RemovableHandle:
        def hook(_: object, read: tuple[torch.Tensor, ...]) -> None:
            lows[name] += float(read[0].min())
            highs[name] += float(read[0].max())

        return layers[name].register_forward_pre_hook(hook)

    training = model.training
    model.eval()
    handles = [reads(name) for name in layers]
    for window in windows:
        model(input_ids=torch.tensor([window], device=model.device))
    for handle in handles:
        handle.remove()
    model.train(training)
    return {name: (lows[name] / len(windows), highs[name] / len(windows)) for name in layers}
