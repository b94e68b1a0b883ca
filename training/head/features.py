"""The hidden states of posts that a frozen encoder gives, kept so that the head is trained on them alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
from gaihe.serving.core.invisible import visible
from gaihe.serving.core.schema import Post
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.serving.core.windows import windows
from gaihe.serving.model.model_file import INPUTS
from gaihe.serving.recognition.batches import jobs
from gaihe.training.export.graph import hidden_names
from gaihe.training.export.quantization import graph_session
from gaihe.training.head.trainer import LabelledPosts
from gaihe.training.model.post_targets import targets_of
from numpy.typing import NDArray
from onnx import TensorProto, helper


def labelled_posts(
    graph: onnx.ModelProto, vocabulary: Vocabulary, posts: Sequence[Post], layers: Sequence[int]
) -> LabelledPosts:
    """Posts with their labels and hidden states; those that show no character are left out.

    Args:
        graph: a tagger's, fp32 or int8: the head learns from the very states that it will read.
        vocabulary: its characters.
        posts: annotated posts. Half-precision states take 768 bytes a character and layer of a 384 wide encoder.
        layers: the layers whose output is kept, 0 for the embeddings; side by side.
    """
    shown = [post for post in posts if visible(post.text)[0]]
    return LabelledPosts(hidden_states(graph, vocabulary, [post.text for post in shown], layers), targets_of(shown))


def hidden_states(
    graph: onnx.ModelProto, vocabulary: Vocabulary, texts: Sequence[str], layers: Sequence[int]
) -> list[NDArray[np.float16]]:
    """By text, the hidden states of its windows, one after another, shape ``(tokens, layers · hidden)``."""
    names = hidden_names(graph, layers)
    session = graph_session(_showing(graph, names))
    pieces, owners = list[str](), list[int]()
    for number, text in enumerate(texts):
        seen = visible(text)[0]
        cuts = windows(seen)
        pieces += [seen[cut.start : cut.end] for cut in cuts]
        owners += [number] * len(cuts)
    states: list[NDArray[np.float16]] = [np.empty((0, 0), np.float16)] * len(pieces)
    for job in jobs([len(piece) for piece in pieces], threads=1):
        tokens = vocabulary.tokens([pieces[place] for place in job])
        rows = np.concatenate(session.run(names, {INPUTS[0]: tokens}), axis=-1).astype(np.float16)
        for place, row in zip(job, rows, strict=True):
            states[place] = row
    by_text: list[list[NDArray[np.float16]]] = [[] for _ in texts]
    for owner, state in zip(owners, states, strict=True):
        by_text[owner].append(state)
    return [np.concatenate(parts) for parts in by_text]


def _showing(graph: onnx.ModelProto, names: Sequence[str]) -> onnx.ModelProto:
    """A copy of the graph that gives these tensors besides."""
    copy = onnx.ModelProto()
    copy.CopyFrom(graph)
    copy.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", "width", None]) for name in names
    )
    return copy
