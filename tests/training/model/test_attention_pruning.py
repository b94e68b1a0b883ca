import numpy as np
import onnxruntime as ort
import pytest
import torch
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.model.model_file import INPUTS
from gaihe.training.config import load_config
from gaihe.training.export.graph import build_graph
from gaihe.training.model.attention_heads import live_heads
from gaihe.training.model.attention_pruning import silence_heads
from gaihe.training.model.encoder import CheckpointError
from gaihe.training.model.tagger import build_tagger

from tests.training.model.wordpiece import wordpiece_bert

WINDOWS = [[2, 5, 6, 7, 3], [2, 8, 3], [2, 6, 6, 9, 10, 11, 3]]


@pytest.fixture
def tagger(tmp_path):
    torch.manual_seed(3)
    base = wordpiece_bert(tmp_path / "bert")
    model, _ = build_tagger(load_config([f"model.base={base}"]).model, LabelSet())
    with torch.no_grad():
        for layer in model.bert.encoder.layer:
            layer.attention.output.dense.weight *= 30
            layer.attention.self.value.weight *= 30
            layer.attention.self.value.bias += 1.0
    return model.eval()


def logs(model):
    with torch.no_grad():
        return [model(input_ids=torch.tensor([window])).logits[0].log_softmax(dim=-1).numpy() for window in WINDOWS]


def columns(model, layer, head):
    dense = model.bert.encoder.layer[layer].attention.output.dense.weight
    size = dense.shape[1] // model.config.num_attention_heads
    return dense[:, head * size : (head + 1) * size]


def test_the_head_that_changes_least_is_silenced_and_its_mean_is_kept(tagger):
    with torch.no_grad():
        columns(tagger, 1, 2).mul_(1e-3)
    before = logs(tagger)
    heads, depth = tagger.config.num_attention_heads, tagger.config.num_hidden_layers
    live = silence_heads(tagger, heads * depth - 1, WINDOWS)
    assert live == [heads - (layer == 1) for layer in range(depth)]
    assert not columns(tagger, 1, 2).any()
    assert max(np.abs(a - b).max() for a, b in zip(before, logs(tagger), strict=True)) < 0.05


def test_a_head_that_always_says_the_same_costs_nothing(tagger):
    first = tagger.bert.encoder.layer[0].attention.self.value
    size = first.out_features // tagger.config.num_attention_heads
    with torch.no_grad():
        first.weight[:size] = 0
        first.bias[:size] = 2.0
    before = logs(tagger)
    silence_heads(tagger, tagger.config.num_attention_heads * tagger.config.num_hidden_layers - 1, WINDOWS)
    assert not columns(tagger, 0, 0).any()
    for after, wanted in zip(logs(tagger), before, strict=True):
        np.testing.assert_allclose(after, wanted, atol=1e-4)


def test_silenced_heads_stay_silent_in_training_and_are_not_in_the_graph(tagger):
    heads, depth = tagger.config.num_attention_heads, tagger.config.num_hidden_layers
    live = silence_heads(tagger, heads + depth, WINDOWS)
    assert sum(live) == heads + depth
    optimizer = torch.optim.AdamW(tagger.parameters(), lr=0.01)
    for window in WINDOWS * 3:
        tagger.train()(input_ids=torch.tensor([window]), labels=torch.tensor([window])).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    tagger.eval()
    dense = [layer.attention.output.dense.weight.detach().numpy() for layer in tagger.bert.encoder.layer]
    assert [int(live_heads(weights, heads).sum()) for weights in dense] == live
    graph = build_graph(tagger)
    attention = [node for node in graph.graph.node if node.op_type == "Attention"]
    assert [node.attribute[0].i for node in attention] == live
    session = ort.InferenceSession(graph.SerializeToString())
    for window, wanted in zip(WINDOWS, logs(tagger), strict=True):
        found = session.run(None, {INPUTS[0]: np.array([window], dtype=np.int32)})[0][0]
        np.testing.assert_allclose(found, wanted, atol=1e-4)


@pytest.mark.parametrize("kept", [1, 10**6])
def test_every_layer_keeps_a_head_and_no_more_than_it_has(tagger, kept):
    with pytest.raises(CheckpointError, match="model.heads must lie between"):
        silence_heads(tagger, kept, WINDOWS)
