"""The exported head does what the PyTorch head does, on the released weights, and so do the n-grams beside it."""

from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from gaihe.serving.core.windows import windows
from gaihe.serving.model.model_file import default_model
from gaihe.serving.model.post_labels import added
from gaihe.training.export.graph import build_graph, hidden_names
from gaihe.training.export.post_graph import add_post_head
from gaihe.training.export.quantization import graph_session
from gaihe.training.model.encoder import CheckpointError
from gaihe.training.model.post_head import POST_HEAD, PostHead, load_head, save_head
from gaihe.training.model.post_ngrams import BUCKETS
from gaihe.training.model.tagger import load_weights

from tests.serving.post_models import LAYERS, random_head, random_ngrams

TEXTS = ["张丽，电话一三八00138000", "我叫张丽，手机13800138000，周末来我家吃饭。" * 12, "好"]


def test_sums_of_the_graph_are_those_of_pytorch_in_posts_of_one_window_and_of_several():
    model, vocabulary = load_weights("models/default")
    graph, head = build_graph(model.eval()), random_head()
    add_post_head(graph, head)
    session = graph_session(graph)
    for text in TEXTS:
        tokens = vocabulary.tokens([text[cut.start : cut.end] for cut in windows(text)])
        found = session.run(["post_sums"], {"input_ids": tokens})[0].sum(axis=0)
        with torch.no_grad():
            layers = model.bert(torch.from_numpy(tokens).long(), output_hidden_states=True).hidden_states
            states = torch.cat([layers[layer] for layer in LAYERS], dim=-1).reshape(1, tokens.size, -1)
            expected = head.sums(states, torch.ones(1, tokens.size, dtype=torch.bool))[0].numpy()
        np.testing.assert_allclose(found[:, :-1] / found[:, -1:], expected[:, :-1] / expected[:, -1:], atol=1e-3)


def test_scores_of_the_graph_with_ngrams_are_those_of_pytorch_in_posts_of_one_window_and_of_several():
    model, vocabulary = load_weights("models/default")
    graph, head, ngrams = build_graph(model.eval()), random_head(), random_ngrams()
    add_post_head(graph, head, ngrams)
    onnx.checker.check_model(graph)
    session, labels = graph_session(graph), replace(head.labels(), ngrams=True)
    for text in (*TEXTS, "好" * 700 + "\n张丽，电话13800138000"):
        parts = [vocabulary.tokens([text[cut.start : cut.end]]) for cut in windows(text)]
        sums = [session.run(["post_sums"], {"input_ids": tokens})[0][0] for tokens in parts]
        assert sums[0].shape == labels.shape
        found = labels.scores(added(sums))
        windowed = [torch.from_numpy(tokens).long() for tokens in parts]
        with torch.no_grad():
            layers = [model.bert(tokens, output_hidden_states=True).hidden_states for tokens in windowed]
            states = torch.cat([torch.cat([own[layer] for layer in LAYERS], dim=-1) for own in layers], dim=1)
            logits = head(states, torch.ones(states.shape[:2], dtype=torch.bool))
            plain = [own[0].softmax(dim=-1) for own in logits]
            logits = [own[0] + more for own, more in zip(logits, ngrams(windowed), strict=True)]
        for shown, expected, scale, alone in zip(
            (found.intents, found.stances), logits, head.temperatures, plain, strict=True
        ):
            np.testing.assert_allclose([*shown.values()], (expected / scale).softmax(dim=-1), atol=1e-3)
            assert not torch.allclose(expected.softmax(dim=-1), alone, atol=1e-2)


def test_a_head_with_ngrams_gives_way_to_one_with_others_and_to_one_without():
    graph = onnx.load(str(default_model()))
    add_post_head(graph, PostHead(384, 8, [-1]))
    nodes, constants = len(graph.graph.node), len(graph.graph.initializer)
    add_post_head(graph, PostHead(384, 8, [-1]), random_ngrams())
    more = len(graph.graph.node), len(graph.graph.initializer)
    add_post_head(graph, PostHead(384, 8, [-1]), random_ngrams())
    assert (len(graph.graph.node), len(graph.graph.initializer)) == more
    assert [output.name for output in graph.graph.output] == ["label_scores", "post_sums"]
    add_post_head(graph, PostHead(384, 8, [-1]))
    assert (len(graph.graph.node), len(graph.graph.initializer)) == (nodes, constants)


def test_a_head_takes_the_place_of_another():
    graph = onnx.load(str(default_model()))
    add_post_head(graph, PostHead(384, 8, [-1]))
    nodes = len(graph.graph.node)
    add_post_head(graph, PostHead(384, 4, [-1]))
    assert len(graph.graph.node) == nodes
    assert [output.name for output in graph.graph.output] == ["label_scores", "post_sums"]
    (width,) = [list(tensor.dims) for tensor in graph.graph.initializer if tensor.name == "post.narrow.bias"]
    assert width == [4]
    onnx.checker.check_model(graph)


def test_a_head_that_does_not_fit_is_refused():
    graph = onnx.load(str(default_model()))
    with pytest.raises(ValueError, match="768 wide, the graph gives 384"):
        add_post_head(graph, PostHead(768, 8, [-1]))
    with pytest.raises(ValueError, match=r"no layers \[9\].*to 4"):
        hidden_names(graph, [1, 9])
    with pytest.raises(ValueError, match="twice"):
        hidden_names(graph, [4, -1])
    (characters,) = [tensor for tensor in graph.graph.initializer if tensor.name == "characters"]
    characters.dims[0] = BUCKETS + 1
    add_post_head(graph, PostHead(384, 8, [-1]))
    with pytest.raises(ValueError, match="not for 131,072: set ngrams to 0"):
        add_post_head(graph, PostHead(384, 8, [-1]), random_ngrams())


def test_a_head_comes_back_from_its_file(tmp_path):
    assert load_head(tmp_path) is None
    head = random_head()
    save_head(head, tmp_path)
    again = load_head(tmp_path)
    assert again.labels() == head.labels()
    assert again.layers == LAYERS
    states = torch.randn(2, 5, 768)
    counted = torch.tensor([[True] * 5, [True] * 3 + [False] * 2])
    for left, right in zip(head(states, counted), again(states, counted), strict=True):
        assert torch.equal(left, right)
    (tmp_path / POST_HEAD).write_bytes(b"no head")
    with pytest.raises(CheckpointError, match="is no post head"):
        load_head(tmp_path)
