"""Export a tagger to one ONNX file, quantise it, and hold it against PyTorch."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from gaihe.serving.cli import installed_version
from gaihe.serving.labels import LabelSet
from gaihe.serving.model_file import (
    DEFAULT_OPERATING_POINT,
    INPUTS,
    OUTPUT,
    ModelMetadata,
    OperatingPoint,
    open_session,
)
from gaihe.serving.recognizer import Recognizer
from gaihe.serving.schema import Post
from gaihe.serving.vocabulary import Vocabulary
from gaihe.serving.windows import OVERLAP, WINDOW
from gaihe.training.config import ExportConfig
from gaihe.training.metrics import SpanScorer
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from transformers import BertForTokenClassification

OPSET = 17


class ParityError(RuntimeError):
    """An exported model that does not do what the PyTorch model does."""


class _Logits(torch.nn.Module):
    def __init__(self, model: BertForTokenClassification) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=input_ids, attention_mask=attention_mask).logits
        return logits


def _export_graph(model: BertForTokenClassification, path: Path) -> None:
    model.set_attn_implementation("eager")
    ids = torch.randint(5, model.config.vocab_size, (2, 12))
    mask = torch.ones_like(ids)
    mask[1, 8:] = 0
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Logits(model).eval(),
            (ids, mask),
            str(path),
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_axes={name: {0: "rows", 1: "width"} for name in (*INPUTS, OUTPUT)},
            opset_version=OPSET,
            dynamo=False,
        )


def _fuse(path: Path, model: BertForTokenClassification) -> None:
    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False
    fused = optimize_model(
        str(path),
        "bert",
        num_heads=model.config.num_attention_heads,
        hidden_size=model.config.hidden_size,
        optimization_options=options,
        opt_level=0,
    )
    fused.save_model_to_file(str(path))


def _quantize(source: Path, target: Path) -> None:
    logging.getLogger().setLevel(logging.ERROR)
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul", "Attention", "Gather"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def _with_metadata(path: Path, metadata: ModelMetadata) -> None:
    model = onnx.load(str(path))
    onnx.helper.set_model_props(model, metadata.to_properties())
    onnx.save(model, str(path))


def logit_difference(
    model: BertForTokenClassification, path: Path, vocabulary: Vocabulary, texts: Sequence[str]
) -> float:
    """The largest absolute difference between PyTorch's and an ONNX file's logits over texts, one at a time."""
    session, _ = open_session(path)
    special = vocabulary.special
    largest = 0.0
    model.eval()
    for text in texts:
        ids = np.array([[special.start, *vocabulary.encode(text[:WINDOW]), special.end]], dtype=np.int64)
        mask = np.ones_like(ids)
        with torch.no_grad():
            expected = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).logits.numpy()
        (logits,) = session.run(None, {"input_ids": ids, "attention_mask": mask})
        largest = max(largest, float(np.abs(logits - expected).max()))
    return largest


def span_f1(path: Path, posts: Sequence[Post]) -> float:
    """Exact span F1 of an ONNX file on posts."""
    scorer = SpanScorer()
    found = Recognizer.load(path).detect_batch([post.text for post in posts])
    for post, entities in zip(posts, found, strict=True):
        scorer.add(post, entities)
    return scorer.total.f1


def export(
    model: BertForTokenClassification,
    vocabulary: Vocabulary,
    labels: LabelSet,
    gold: Sequence[Post],
    others: Mapping[str, Sequence[Post]],
    config: ExportConfig,
    facts: Mapping[str, Any],
    target: Path,
) -> dict[str, Any]:
    """Write ``model.fp32.onnx`` beside ``target``, and ``target``, which appears only when it has passed the gates.

    Args:
        model: the fine-tuned tagger.
        vocabulary: its characters.
        labels: its labels.
        gold: the posts on which int8 must keep what fp32 reaches.
        others: further annotated posts on which the two are compared, for the record.
        config: quantisation and tolerances.
        facts: what to store with the model.
        target: the file to deploy.

    Returns:
        The figures of the parity gates. ``quantized`` is false where int8 lost more than it may on the gold posts: then
        ``target`` is the fp32 model.

    Raises:
        ParityError: ONNX fp32 differs from PyTorch.
    """
    model.cpu().float().eval()
    fp32 = target.with_name("model.fp32.onnx")
    draft, aside = fp32.with_suffix(".tmp"), target.with_suffix(".tmp")
    metadata = ModelMetadata(
        vocabulary, labels, {DEFAULT_OPERATING_POINT: OperatingPoint()}, WINDOW, OVERLAP, installed_version(), facts
    )
    try:
        _export_graph(model, draft)
        _fuse(draft, model)
        _with_metadata(draft, metadata)
        sample = [post.text for group in (gold, *others.values()) for post in group[:100] if post.text]
        figures: dict[str, Any] = {"logit_difference_fp32": logit_difference(model, draft, vocabulary, sample)}
        if figures["logit_difference_fp32"] > config.logit_tolerance:
            raise ParityError(
                f"ONNX fp32 logits differ from PyTorch by {figures['logit_difference_fp32']:.4f}, "
                f"more than export.logit_tolerance={config.logit_tolerance}"
            )
        figures["quantized"] = config.quantize
        if config.quantize:
            _quantize(draft, aside)
            _with_metadata(aside, metadata)
            for name, group in {"gold": gold, **others}.items():
                figures[f"f1_{name}"] = {"fp32": span_f1(draft, group), "int8": span_f1(aside, group)}
            lost = figures["f1_gold"]["fp32"] - figures["f1_gold"]["int8"]
            figures["quantized"] = lost <= config.tolerance
        if not figures["quantized"]:
            aside.write_bytes(draft.read_bytes())
        draft.replace(fp32)
        aside.replace(target)
    finally:
        draft.unlink(missing_ok=True)
        aside.unlink(missing_ok=True)
    return figures
