import numpy as np
import onnxruntime as ort
import pytest
import torch
from gaihe.data.files.markup import gold_posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving.model.model_file import INPUTS
from gaihe.training.export.graph import build_graph
from gaihe.training.export.quantization import activation_ranges, window_ids
from gaihe.training.finetune.quantization_aware import quantization_aware
from gaihe.training.model.tagger import load_weights

TEXTS = [post.text for post in gold_posts(Split.VALIDATION)[:60]]


@pytest.fixture(scope="module")
def released():
    return load_weights("models/default")


def windows_of(vocabulary, texts):
    return [window_ids(vocabulary, text)[0].tolist() for text in texts]


def logs(model, windows):
    with torch.no_grad():
        return [model(input_ids=torch.tensor([window])).logits[0].log_softmax(dim=-1).numpy() for window in windows]


def divergence(wanted, found):
    return sum(float((np.exp(right) * (right - other)).sum()) for right, other in zip(wanted, found, strict=True))


@pytest.mark.slow
def test_the_tagger_computes_nearly_as_its_int8_graph_will(released):
    model, vocabulary = released
    model.eval()
    windows = windows_of(vocabulary, TEXTS)
    graph = build_graph(model, activation_ranges(model, vocabulary, TEXTS))
    session = ort.InferenceSession(graph.SerializeToString())
    int8 = [session.run(None, {INPUTS[0]: np.array([window], dtype=np.int32)})[0][0] for window in windows]
    exact = logs(model, windows)
    with quantization_aware(model, windows):
        rounded = logs(model, windows)
    assert divergence(int8, rounded) < 0.1 * divergence(int8, exact)
    assert all(np.array_equal(before, after) for before, after in zip(exact, logs(model, windows), strict=True))


def test_parameters_learn_and_stay_what_they_are_called(released):
    model, vocabulary = released
    windows = windows_of(vocabulary, TEXTS[:4])
    names = list(model.state_dict())
    silent = [name for name, value in model.state_dict().items() if "attention.output.dense.weight" in name]
    zero = {name: (model.state_dict()[name] == 0).all(dim=0) for name in silent}
    width = model.config.hidden_size // model.config.num_attention_heads
    assert sum(int(inputs.sum()) for inputs in zero.values()) == 18 * width
    model.train()
    model.zero_grad()
    with quantization_aware(model, windows):
        assert model.training
        assert list(model.state_dict()) == names
        model(
            input_ids=torch.tensor([windows[0]]), labels=torch.zeros(1, len(windows[0]), dtype=torch.long)
        ).loss.backward()
    gradients = {name: parameter.grad for name, parameter in model.named_parameters()}
    assert all(gradients[name].abs().sum() > 0 for name in names if name.endswith("dense.weight"))
    assert all(not gradients[name][:, inputs].any() for name, inputs in zero.items())
    model.eval()
