"""Export a tagger to one ONNX file, quantise it, and hold it against PyTorch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from gaihe.serving.core.atomic_files import replacement
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.operating_points import DEFAULT_OPERATING_POINT
from gaihe.serving.core.schema import Post
from gaihe.serving.core.version import installed_version
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.serving.core.windows import OVERLAP, WINDOW
from gaihe.serving.model.model_file import (
    INPUTS,
    OUTPUT,
    ModelMetadata,
    open_session,
)
from gaihe.serving.model.scores import ScoreScale
from gaihe.training.config import ExportConfig
from gaihe.training.export.graph import build_graph
from gaihe.training.export.int8_gate import int8_figures
from gaihe.training.export.post_graph import add_post_head
from gaihe.training.export.quantization import activation_ranges, window_ids
from gaihe.training.export.recalibration import recalibrated, write_model
from gaihe.training.model.post_head import PostHead
from gaihe.training.model.post_ngrams import PostNgrams
from transformers import BertForTokenClassification

CALIBRATION_POSTS = 600
"""Posts for the average ranges of int8 activations, as many of each group."""


@dataclass(frozen=True)
class TrainedBundle:
    """What a model file is made of.

    Attributes:
        model: the fine-tuned tagger.
        vocabulary: its characters.
        labels: its labels.
        head: labels whole posts, from the states of this tagger; the spans stay what they are without it.
        ngrams: what is added to the head's logits.
    """

    model: BertForTokenClassification
    vocabulary: Vocabulary
    labels: LabelSet
    head: PostHead | None = None
    ngrams: PostNgrams | None = None


@dataclass(frozen=True)
class ValidationPosts:
    """Posts that a model file is held against, and from which its operating points come.

    Attributes:
        gold: the gold posts of the validation part.
        others: further posts annotated for all types, by name. The ranges of int8 activations come from them and from
            ``further``, or from the gold posts where there are none.
        further: more posts, perhaps annotated for some types only, by name.
    """

    gold: Sequence[Post]
    others: Mapping[str, Sequence[Post]] = field(default_factory=dict)
    further: Mapping[str, Sequence[Post]] = field(default_factory=dict)


class ParityError(RuntimeError):
    """An exported model that does not do what the PyTorch model does."""


def largest_difference(
    model: BertForTokenClassification, path: Path, vocabulary: Vocabulary, texts: Sequence[str]
) -> float:
    """The largest difference between PyTorch's and an ONNX file's log-probabilities over texts, one at a time."""
    session, _ = open_session(path)
    largest = 0.0
    model.eval()
    for text in texts:
        ids = window_ids(vocabulary, text)
        with torch.no_grad():
            expected = model(input_ids=torch.from_numpy(ids).long()).logits.log_softmax(dim=-1).numpy()
        (found,) = session.run([OUTPUT], {INPUTS[0]: ids})
        largest = max(largest, float(np.abs(found - expected).max()))
    return largest


def _calibration_texts(groups: Mapping[str, Sequence[Post]]) -> list[str]:
    """`CALIBRATION_POSTS` texts, taken in turns from the groups."""
    share = -(-CALIBRATION_POSTS // len(groups))
    turns = zip_longest(*([post.text for post in group[:share]] for group in groups.values()))
    return [text for turn in turns for text in turn if text]


def _fp32_figures(
    model: BertForTokenClassification, path: Path, vocabulary: Vocabulary, texts: Sequence[str], tolerance: float
) -> dict[str, Any]:
    """The largest difference between PyTorch and ONNX.

    Raises:
        ParityError: it is larger than it may be.
    """
    difference = largest_difference(model, path, vocabulary, texts)
    if difference > tolerance:
        raise ParityError(
            f"ONNX fp32 log-probabilities differ from PyTorch by {difference:.4f}, "
            f"more than export.logit_tolerance={tolerance}"
        )
    return {"logit_difference_fp32": difference}


def put_head(
    source: Path, metadata: ModelMetadata, head: PostHead | None, target: Path, ngrams: PostNgrams | None = None
) -> None:
    """Write a model file anew with this metadata and, where there is a head, with the labels of posts that it gives.

    Raises:
        ValueError: the head does not fit the graph.
    """
    graph = onnx.load(str(source))
    if head is not None:
        add_post_head(graph, head, ngrams)
        metadata = replace(metadata, posts=replace(head.labels(), ngrams=ngrams is not None))
    write_model(graph, metadata, target)


def export(
    bundle: TrainedBundle, posts: ValidationPosts, config: ExportConfig, facts: Mapping[str, Any], target: Path
) -> dict[str, Any]:
    """Write ``model.fp32.onnx`` beside ``target``, and ``target``, which appears only when it has passed the gates.

    Args:
        bundle: what was trained.
        posts: what it is held against.
        config: quantisation and tolerances.
        facts: what to store with the model.
        target: the file to deploy.

    Returns:
        The figures of the parity gates, of the operating points and of the calibration. ``quantized`` is false where
        int8 lost more than it may: then ``target`` is the fp32 model.

    Raises:
        ParityError: ONNX fp32 differs from PyTorch.
    """
    model, vocabulary, gold = bundle.model.cpu().float().eval(), bundle.vocabulary, posts.gold
    fp32 = target.with_name("model.fp32.onnx")
    more = {**posts.others, **posts.further}
    metadata = ModelMetadata(
        vocabulary,
        bundle.labels,
        {DEFAULT_OPERATING_POINT: ScoreScale().floor},
        WINDOW,
        OVERLAP,
        installed_version(),
        facts=facts,
    )
    with replacement(target, private=False) as aside, replacement(fp32, private=False) as draft:
        write_model(build_graph(model), metadata, draft)
        sample = [post.text for group in (gold, *posts.others.values()) for post in group[:100] if post.text]
        figures = _fp32_figures(model, draft, vocabulary, sample, config.logit_tolerance)
        figures["quantized"] = config.quantize
        if config.quantize:
            ranges = activation_ranges(model, vocabulary, _calibration_texts(more or {"gold": gold}))
            write_model(build_graph(model, ranges), metadata, aside)
            figures |= int8_figures(draft, aside, {"gold": gold, **more}, config.tolerance)
        if not figures["quantized"]:
            aside.write_bytes(draft.read_bytes())
        if config.calibrate:
            metadata, found = recalibrated(aside, metadata, gold, more)
            figures |= found
        for path in (draft, aside):
            put_head(path, metadata, bundle.head, path, bundle.ngrams)
    return figures
