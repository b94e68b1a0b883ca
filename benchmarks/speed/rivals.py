"""What Gaihe is compared with: the usual BERT recipe, LAC, argus-redact, and its own model in PyTorch."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.model.runtime import onnxruntime as ort
from gaihe.training.evaluate.systems.argus import ArgusSystem
from gaihe.training.lac_tagger import LacTagger
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.optimizer import optimize_model
from transformers import BertConfig, BertForTokenClassification

Detect = Callable[[Sequence[str]], object]
LABELS = 2 * len(LabelSet().types) + 1
"""BIO labels."""
WORDS = 21_128
"""Vocabulary of bert-base-chinese."""


class _Logits(torch.nn.Module):
    def __init__(self, model: BertForTokenClassification) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=input_ids, attention_mask=attention_mask).logits
        return logits


def usual_bert(layers: int = 12, hidden: int = 768, one_by_one: bool = True) -> Detect:
    """A Chinese BERT tagger as it is usually deployed: exported by PyTorch, fused and quantised by onnxruntime.

    The weights are random, which changes nothing about its speed. Only the session and an arg-max are timed: no
    tokenizer, no decoding.

    Args:
        layers: encoder layers.
        hidden: width; a head is 64 wide.
        one_by_one: whether each text is a run of its own; else all texts are one batch.
    """
    config = BertConfig(
        vocab_size=WORDS,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 64,
        intermediate_size=4 * hidden,
        num_labels=LABELS,
    )
    model = BertForTokenClassification(config).eval()
    model.set_attn_implementation("eager")
    ids = torch.ones((2, 12), dtype=torch.long)
    names = ["input_ids", "attention_mask"]
    with tempfile.TemporaryDirectory() as folder:
        path, quantised = Path(folder) / "bert.onnx", Path(folder) / "bert.int8.onnx"
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        torch.onnx.export(
            _Logits(model),
            (ids, ids),
            str(path),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={name: {0: "rows", 1: "width"} for name in [*names, "logits"]},
            opset_version=17,
            dynamo=False,
        )
        optimize_model(str(path), "bert", num_heads=hidden // 64, hidden_size=hidden).save_model_to_file(str(path))
        defaults = {"DefaultTensorType": onnx.TensorProto.FLOAT}
        quantize_dynamic(path, quantised, weight_type=QuantType.QInt8, extra_options=defaults)
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        session = ort.InferenceSession(quantised, options)

    def run(texts: Sequence[str]) -> None:
        width = max(map(len, texts)) + 2
        ids = np.ones((len(texts), width), dtype=np.int64)
        for row, text in enumerate(texts):
            ids[row, 1 : len(text) + 1] = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32) % WORDS
        (logits,) = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        logits.argmax(axis=2)

    def run_each(texts: Sequence[str]) -> None:
        for text in texts:
            run([text])

    return run_each if one_by_one else run


def lac() -> Detect:
    """The tagger LAC, one text at a time, as its package is made."""
    tagger = LacTagger()
    return lambda texts: [tagger.words(text) for text in texts]


def argus() -> Detect:
    """``argus-redact`` in fast mode: patterns and a lexicon of names."""
    return ArgusSystem().detect


def load_tagger(weights: str) -> BertForTokenClassification:
    """A fine-tuned tagger from the folder that training wrote."""
    return BertForTokenClassification.from_pretrained(weights)


def pytorch_of(model: BertForTokenClassification) -> Detect:
    """A tagger in PyTorch in fp32, one text at a time on one thread."""
    model.eval()

    def run(texts: Sequence[str]) -> None:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        with torch.inference_mode():
            for text in texts:
                ids = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32) % model.config.vocab_size
                model(input_ids=torch.from_numpy(ids.astype(np.int64))[None]).logits.argmax(-1)
        torch.set_num_threads(threads)

    return run
